#!/usr/bin/env bash
# Proves: a crash of an actor is no error to a client. A minute at 70 % of what the server can do, with an actor crashed
# every 10 ms, in every way there is: each answer is a success or a true refusal, nothing is lost or sold twice, and the
# 99th percentile is at most five times that of the same minute without crashes.
# Usage: load/kill-actors.sh [SECONDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
"$LOAD" chaos --server "$SERVER" --out "$OUT" --seconds "${1:-60}" --of-ceiling 0.7 \
    --hall grid:8000:2000 --shows 128 --hot 0.05 --map-age-ms 5000 \
    --crash-every-ms 10 --no-errors --p99-times 5
tidy
