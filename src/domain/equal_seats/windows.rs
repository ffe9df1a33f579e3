//! The nearest seats side by side that could stand in for lost ones, found by looking at every block: it is asked for
//! once in a while, for seats that somebody has paid for.
use crate::domain::plan::{SeatIndex, SeatingPlan};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StandIn {
    pub of: SeatIndex,
    pub seat: SeatIndex,
}

/// Stand-ins for `lost` that are consecutive in one block together with all of `kept`, in whatever order.
pub(super) fn nearest_window(
    plan: &SeatingPlan,
    lost: &[SeatIndex],
    kept: &[SeatIndex],
    is_open: impl Fn(SeatIndex) -> bool,
) -> Option<Vec<StandIn>> {
    let is_wanted = |seat| lost.iter().any(|of| are_equal(plan, *of, seat));
    let may_be_in = |seat: &SeatIndex| kept.contains(seat) || (is_wanted(*seat) && is_open(*seat));
    let stand_ins = |window: &[SeatIndex]| {
        let fresh: Vec<SeatIndex> = window.iter().copied().filter(|seat| !kept.contains(seat)).collect();
        (fresh.len() == lost.len()).then(|| paired(plan, lost, fresh)).flatten()
    };
    nearest(plan, windows(plan, lost.len() + kept.len(), may_be_in).filter_map(stand_ins))
}

/// Stand-ins for a whole company that are side by side just as it was, or in its mirror.
pub(super) fn nearest_likeness(
    plan: &SeatingPlan,
    company: &[SeatIndex],
    is_open: impl Fn(SeatIndex) -> bool,
) -> Option<Vec<StandIn>> {
    let in_order = |seats: &mut dyn Iterator<Item = SeatIndex>| {
        let pairs = company.iter().zip(seats);
        let alike = pairs.map(|(&of, seat)| are_equal(plan, of, seat).then_some(StandIn { of, seat }));
        alike.collect::<Option<Vec<StandIn>>>()
    };
    let both_ways = |window: &[SeatIndex]| {
        let there = in_order(&mut window.iter().copied());
        let back = in_order(&mut window.iter().rev().copied());
        there.into_iter().chain(back)
    };
    nearest(plan, windows(plan, company.len(), |seat| is_open(*seat)).flat_map(both_ways))
}

pub(super) fn nearest_of_its_kind(
    plan: &SeatingPlan,
    of: SeatIndex,
    is_open: impl Fn(SeatIndex) -> bool,
) -> Option<SeatIndex> {
    let seats = (0..plan.seat_count()).map(SeatIndex).filter(|seat| are_equal(plan, of, *seat) && is_open(*seat));
    seats.min_by_key(|seat| (distance(plan, of, *seat), plan.label_rank(*seat)))
}

/// All places with so many consecutive seats that may be in.
fn windows(
    plan: &SeatingPlan,
    size: usize,
    may_be_in: impl Fn(&SeatIndex) -> bool,
) -> impl Iterator<Item = &[SeatIndex]> {
    let blocks = plan.blocks().iter().map(|block| plan.seats_in(block)).filter(move |seats| seats.len() >= size);
    blocks.flat_map(move |seats| {
        let runs: Vec<&[SeatIndex]> = seats.split(|seat| !may_be_in(seat)).collect();
        runs.into_iter().flat_map(move |run| run.windows(size))
    })
}

/// Each lost seat with one that is as good, from left to right.
fn paired(plan: &SeatingPlan, lost: &[SeatIndex], mut fresh: Vec<SeatIndex>) -> Option<Vec<StandIn>> {
    let pair = |&of: &SeatIndex| {
        let at = fresh.iter().position(|seat| are_equal(plan, of, *seat))?;
        Some(StandIn { of, seat: fresh.remove(at) })
    };
    lost.iter().map(pair).collect()
}

fn nearest(plan: &SeatingPlan, found: impl Iterator<Item = Vec<StandIn>>) -> Option<Vec<StandIn>> {
    found.min_by_key(|stand_ins| {
        let sum: u64 = stand_ins.iter().map(|stand_in| distance(plan, stand_in.of, stand_in.seat)).sum();
        (sum, stand_ins.iter().map(|stand_in| plan.label_rank(stand_in.seat)).min())
    })
}

/// One may stand in for the other: they cost the same, and who needs the one can use the other.
fn are_equal(plan: &SeatingPlan, one: SeatIndex, other: SeatIndex) -> bool {
    plan.category_of(one) == plan.category_of(other) && plan.is_accessible(one) == plan.is_accessible(other)
}

/// Squared: below 2^53, so that fifty of them can be summed up.
fn distance(plan: &SeatingPlan, from: SeatIndex, to: SeatIndex) -> u64 {
    plan.point(from).distance_squared(plan.point(to))
}
