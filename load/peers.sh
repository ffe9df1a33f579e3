#!/usr/bin/env bash
# Measures: the server over HTTP beside PostgreSQL doing the same in SQL through pgbench, 64 connections, in turn on the
# same cores and disk. The bars: 2 times for a chosen seat, 8 times for any two seats, 10 times for a counter row.
# PostgreSQL is made in a temporary directory and removed; where it is not installed, this says so and passes.
# Usage: load/peers.sh [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
"$LOAD" peers --server "$SERVER" --out "$OUT" --rounds "${1:-3}" --connections 64
