#!/usr/bin/env bash
# Proves: no money without tickets, no tickets without money, and no checkout that gets stuck. A minute of buyers who
# pay, with an actor, the runner of checkouts or one that is just driven crashed every 20 ms, and a provider that
# declines, times out before and after its effect, and loses, doubles, delays and reorders its messages: at the end
# every payment is a booking or was refunded, to the cent, every checkout came to its end, and each answer was a
# success or a true refusal. Then the audit is audited: every planted fault is found.
# Usage: load/pay.sh [SECONDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
"$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds "${1:-60}" --rate 300 --hall grid:8000:2000 --shows 32 \
    --map-age-ms 5000 --hold-seconds 4 --cancel 0.1 --read 0.05 --checkout-percent 80 --crash-every-ms 20 --no-errors
"$LOAD" prove "$OUT"
tidy
