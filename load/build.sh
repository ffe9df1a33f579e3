# Sourced by the scripts here: builds the server and the load, and says where they are.
# CARGO_TARGET_DIR is heeded; PROFILE=debug skips the optimised build.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PROFILE="${PROFILE:-release}"
TARGET="${CARGO_TARGET_DIR:-target}"
if [ "$PROFILE" = release ]; then
    cargo build --quiet --release -p understudy -p load
else
    cargo build --quiet -p understudy -p load
fi
SERVER="$TARGET/$PROFILE/understudy"
LOAD="$TARGET/$PROFILE/load"
OUT="${LOAD_OUT:-$TARGET/load}/$(basename "$0" .sh)"

# A run that passed leaves its report and its figures; the history of one that failed stays, to be looked at.
tidy() {
    rm -f "$OUT"/{history.bin,closing.bin,export.jsonl} "$OUT"/quiet/{history.bin,closing.bin,export.jsonl}
}
