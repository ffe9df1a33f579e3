//! Where a row is interrupted: a gap clearly wider than the row's usual spacing is an aisle.
//!
//! *Usual* is the median of the row's own gaps (the lower one of two, so that an aisle never makes itself usual).
//! *Clearly wider* is more than one and a half times: a seat left out makes 2, rows drawn by hand or bent stay under
//! 1.3, and a wheelchair space next to a chair about 1.25. A row of two seats has only one gap and so no opinion; it
//! borrows the usual spacing of the longer rows of its zone. Distances across rows do not matter here.
use super::measure::Point;

/// Gaps between neighbours, in steps.
pub(super) fn gaps(ordered: &[Point]) -> Vec<u64> {
    ordered.windows(2).map(|pair| pair[0].distance_squared(pair[1]).isqrt()).collect()
}

/// The lower median; `None` of nothing.
pub(super) fn usual_spacing(mut gaps: Vec<u64>) -> Option<u64> {
    let middle = gaps.len().checked_sub(1)? / 2;
    Some(*gaps.select_nth_unstable(middle).1)
}

/// Whether a gap is an aisle. Where seats stand on top of each other (a plan without geometry) nothing is.
pub(super) fn is_aisle(gap: u64, usual: u64) -> bool {
    // Two steps of slack: positions were rounded, and one and a half times exactly is not "clearly wider".
    usual > 0 && 2 * gap > 3 * usual + 4
}
