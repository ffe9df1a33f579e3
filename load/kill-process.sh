#!/usr/bin/env bash
# Proves: an acknowledged command survives kill -9. Fifty times the server is killed under load and started again on the
# same data: nothing acknowledged is lost, nothing is doubled, and it is ready within three seconds each time. Then the
# disk is full for ten seconds: nothing acknowledged is lost, and it sells again within two seconds once there is room.
# Usage: load/kill-process.sh [KILLS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
KILLS="${1:-50}"
"$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds $((KILLS * 3 + 3)) --rate 1500 \
    --hall grid:8000:2000 --shows 32 --map-age-ms 5000 \
    --kills "$KILLS" --ready-within-ms 3000
tidy
"$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds 30 --rate 1500 \
    --hall grid:8000:2000 --shows 32 --map-age-ms 5000 \
    --full-disks 1 --failing-disks 1 --slow-disks 1 --selling-within-ms 2000
tidy
