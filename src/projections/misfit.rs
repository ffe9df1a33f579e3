//! An event that cannot have followed those before it: what a fold says instead of counting below zero.
//!
//! Folding is pure; what becomes of the show is the projector's business.

use thiserror::Error;

use crate::domain::plan::{AreaIndex, CategoryIndex, SeatIndex, SeatingPlan};

#[derive(Debug, Error, PartialEq)]
#[error("the event does not fit what came before it: {0}")]
pub struct Misfit(pub String);

/// A count after this many more, or fewer.
pub fn moved(count: u32, by: i64) -> Option<u32> {
    u32::try_from(i64::from(count) + by).ok()
}

pub fn seat_category(plan: &SeatingPlan, seat: SeatIndex) -> Result<CategoryIndex, Misfit> {
    let known = (seat.0 < plan.seat_count()).then(|| plan.category_of(seat));
    known.ok_or_else(|| Misfit(format!("seat index {} is not in the plan", seat.0)))
}

pub fn area_category(plan: &SeatingPlan, area: AreaIndex) -> Result<CategoryIndex, Misfit> {
    let known = plan.areas().get(area.index()).map(|area| area.category);
    known.ok_or_else(|| Misfit(format!("area index {} is not in the plan", area.0)))
}
