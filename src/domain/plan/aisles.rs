//! Where a row is interrupted: a gap clearly wider than the row's usual spacing is an aisle.
//!
//! *Usual* is the median of how far each seat is from the nearest other one of its row (the lower one of two, so that an
//! aisle never makes itself usual): that does not ask who is whose neighbour. *Clearly wider* is more than one and a half
//! times: a seat left out makes 2, rows drawn by hand or bent stay under 1.3, and a wheelchair space next to a chair
//! about 1.25. A row of two seats has only one gap and so no opinion; it borrows the usual spacing of the longer rows of
//! its zone. Distances across rows do not matter here.

/// The lower median; `None` of nothing.
pub(super) fn usual_spacing(mut gaps: Vec<u64>) -> Option<u64> {
    let middle = gaps.len().checked_sub(1)? / 2;
    Some(*gaps.select_nth_unstable(middle).1)
}

/// The widest gap that is no aisle.
pub(super) fn reach(usual: u64) -> u64 {
    // Two steps of slack: positions were rounded, and one and a half times exactly is not "clearly wider".
    (3 * usual + 4) / 2
}
