#!/usr/bin/env bash
# Proves: a hall is sold to the last seat, and not one more. 500 buyers, three in ten of whom walk away from their seats,
# until everything is sold, while actors crash: at the end sold is the capacity, exactly.
# Usage: load/sell-out.sh [SEATING_PLAN]  (a pretix seating plan; race-track where it is at hand, else a small theatre)
set -euo pipefail
source "$(dirname "$0")/build.sh"
HALL="${1:-../shared/data/race-track.json}"
if [ ! -f "$HALL" ]; then
    echo "there is no $HALL: the load's own theatre is sold instead"
    HALL=theatre
fi
"$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 300 --until-sold-out --buyers 500 \
    --hall "$HALL" --shows 1 --hold-seconds 3 --think-ms 100 --abandon 0.3 --cancel 0 \
    --crash-every-ms 50 --no-errors
tidy
