#!/usr/bin/env bash
# Measures: many who watch one hot show live. The bars: everybody hears every change in order, 99 of 100 within 250 ms of
# being sent; the server grows by less than 64 KiB for each.
# Usage: load/streams.sh [STREAMS] [CHANGES_PER_SECOND] [SECONDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
# One file descriptor for each stream on either side.
ulimit -n "$(ulimit -Hn)"
"$LOAD" streams --server "$SERVER" --out "$OUT" --streams "${1:-2000}" --changes-per-second "${2:-1000}" --seconds "${3:-20}"
