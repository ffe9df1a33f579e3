//! Who sits next to whom: the companies among the seats of one hold.
use std::cmp::Reverse;

use crate::domain::plan::{SeatIndex, SeatingPlan};

/// Seats that are consecutive in one block, from its left to its right.
#[derive(Debug, PartialEq)]
pub(super) struct Company {
    pub seats: Vec<SeatIndex>,
    pub has_accessible: bool,
}

/// In the order in which they choose: who depends on accessible seats, then the larger ones.
pub(super) fn companies(plan: &SeatingPlan, held: &[SeatIndex]) -> Vec<Company> {
    let mut seats = held.to_vec();
    seats.sort_unstable_by_key(|seat| plan.bit_of(*seat));
    let mut companies: Vec<Company> = seats
        .chunk_by(|left, right| are_neighbours(plan, *left, *right))
        .map(|seats| Company {
            has_accessible: seats.iter().any(|seat| plan.is_accessible(*seat)),
            seats: seats.to_vec(),
        })
        .collect();
    companies.sort_by_key(|company| (!company.has_accessible, Reverse(company.seats.len())));
    companies
}

/// Blocks have bits from a word of their own on, so that of two neighbouring bits one may be another block's.
fn are_neighbours(plan: &SeatingPlan, left: SeatIndex, right: SeatIndex) -> bool {
    plan.bit_of(left) + 1 == plan.bit_of(right) && plan.nearness_rank(left) == plan.nearness_rank(right)
}
