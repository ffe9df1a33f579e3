#!/usr/bin/env bash
# The same proofs in less than a minute, for every change: crashes of actors without a single error; buyers who pay while
# actors and the runner of checkouts crash, and nobody's money is lost; kills, a pause and disk faults without a loss; a
# hall sold to the last seat; and every planted fault found by the audit.
# Usage: load/ci.sh
set -euo pipefail
source "$(dirname "$0")/build.sh"
OUT="$OUT/actors" && "$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 5 --rate 200 --shows 16 \
    --hold-seconds 2 --crash-every-ms 20 --no-errors
tidy
OUT="$(dirname "$OUT")/pay" && "$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 5 --rate 200 --shows 16 \
    --hold-seconds 1 --cancel 0.1 --read 0.2 --checkout-percent 70 --crash-every-ms 20 --no-errors
"$LOAD" prove "$OUT"
tidy
OUT="$(dirname "$OUT")/sold-out" && "$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 40 --until-sold-out \
    --buyers 100 --shows 1 --hold-seconds 1 --think-ms 50 --abandon 0.3 --cancel 0 --crash-every-ms 50 --no-errors
tidy
OUT="$(dirname "$OUT")/process" && "$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 13 --rate 200 --shows 16 \
    --hold-seconds 2 --read 0.2 --kills 3 --pauses 1 --full-disks 1 --full-seconds 1 --slow-disks 1 \
    --ready-within-ms 10000 --selling-within-ms 5000 --checkout-percent 30
tidy
