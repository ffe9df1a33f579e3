#!/usr/bin/env bash
# Measures: how fast the server does each thing, as a share of a no-op JSON POST on the same cores with the same client.
# The bar: a durable hold is at least half of a no-op.
# Usage: load/ceiling.sh [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
"$LOAD" ceiling --server "$SERVER" --out "$OUT" --rounds "${1:-3}" --connections 256
