//! Tier 3: as near together as can be, where no row has enough adjacent seats.
//!
//! Every eligible seat may be the middle, and the circle around it that holds `n` has to be the smallest of all, so
//! every seat has to be ruled out. Counting who is within the best circle so far does that, for eight middles at a time
//! with one list of those around them; only a middle that beats the best has its circle measured. Patches are taken in
//! a scattered order: met in the order of the hall, each could be a little better than the one before, and all of them
//! would be measured.
use super::free_seats::FreeSeats;
use super::vicinity::{Positions, Vicinity};
use super::wish::Eligibility;
use crate::domain::plan::{SeatIndex, SeatingPlan};

/// The group, in no particular order; `None` where there are fewer than `quantity` eligible seats.
pub(super) fn nearest_together(
    free: &FreeSeats,
    eligibility: &Eligibility<'_>,
    quantity: usize,
) -> Option<Vec<SeatIndex>> {
    let plan = free.plan();
    let eligible = plan.curve().iter().copied().filter(|seat| free.is_free(*seat) && eligibility.admits(*seat));
    let vicinity = Vicinity::of(plan, eligible);
    if vicinity.seats.len() < quantity {
        return None;
    }
    let circle = smallest_circle(plan, &vicinity, quantity);
    Some(group(plan, &vicinity, &circle, quantity))
}

/// A middle and how far the furthest of its group is.
struct Circle {
    /// Square of the radius, in steps.
    radius: f64,
    middle: usize,
    /// Distance of the middle to the front centre, then rank of its label: who wins between equal circles.
    precedence: (u32, u32),
}

fn smallest_circle(plan: &SeatingPlan, vicinity: &Vicinity, quantity: usize) -> Circle {
    let radius = radius_along_curve(vicinity, quantity);
    if radius == 0.0 {
        return on_one_spot(plan, vicinity, quantity);
    }
    let mut best = Circle { radius, middle: usize::MAX, precedence: (u32::MAX, u32::MAX) };
    let (mut near, mut nearer) = (Vec::new(), Positions::default());
    for quarter in scattered(vicinity.quarters()) {
        vicinity.around_quarter(quarter, best.radius, &mut near);
        for patch in vicinity.patches_of(quarter) {
            vicinity.around_patch(patch, best.radius, &near, &mut nearer);
            for middle in vicinity.seats_of(patch) {
                best.improve(plan, vicinity, middle, &nearer, quantity);
            }
        }
    }
    assert!(best.middle < vicinity.seats.len(), "the radius to begin with is that of a group, so its middle is found");
    best
}

/// The best of those circles in which all seats are drawn on the same spot. There is one; around each of its seats there
/// may be thousands of others, which need not be counted for each.
fn on_one_spot(plan: &SeatingPlan, vicinity: &Vicinity, quantity: usize) -> Circle {
    let (mut best, mut start) = (None, 0);
    for end in 1..=vicinity.seats.len() {
        if end < vicinity.seats.len() && vicinity.positions.at(end) == vicinity.positions.at(start) {
            continue;
        }
        if end - start >= quantity {
            let of_spot = (start..end).map(|middle| (precedence(plan, vicinity.seats[middle]), middle)).min();
            best = best.into_iter().chain(of_spot).min();
        }
        start = end;
    }
    let (precedence, middle) = best.expect("seats of one spot follow each other on the curve");
    Circle { radius: 0.0, middle, precedence }
}

fn precedence(plan: &SeatingPlan, seat: SeatIndex) -> (u32, u32) {
    (plan.front_distance(seat), plan.label_rank(seat))
}

impl Circle {
    /// Becomes the circle around `middle` if that one is better. `near` are all positions within the radius,
    /// and more.
    fn improve(&mut self, plan: &SeatingPlan, vicinity: &Vicinity, middle: usize, near: &Positions, quantity: usize) {
        let precedence = precedence(plan, vicinity.seats[middle]);
        // Squares of radiuses are whole numbers, so "smaller" is "at most one less".
        let beaten_by = if precedence < self.precedence { self.radius } else { self.radius - 1.0 };
        let centre = vicinity.positions.at(middle);
        if near.within(centre, beaten_by) < quantity as u64 {
            return;
        }
        let mut distances: Vec<f64> = near.distances(centre).collect();
        let radius = *distances.select_nth_unstable_by(quantity - 1, f64::total_cmp).1;
        *self = Circle { radius, middle, precedence };
    }
}

/// The smallest circle among groups that follow each other on the curve: a bound to begin with.
fn radius_along_curve(vicinity: &Vicinity, quantity: usize) -> f64 {
    let radius_of = |start: usize| {
        let (x, y) = vicinity.positions.at(start + quantity / 2);
        let square = |(to_x, to_y): (f64, f64)| (to_x - x) * (to_x - x) + (to_y - y) * (to_y - y);
        (start..start + quantity).map(|at| square(vicinity.positions.at(at))).fold(0.0, f64::max)
    };
    (0..=vicinity.seats.len() - quantity).step_by(quantity.div_ceil(2)).map(radius_of).fold(f64::MAX, f64::min)
}

/// The middle's nearest, itself among them.
fn group(plan: &SeatingPlan, vicinity: &Vicinity, circle: &Circle, quantity: usize) -> Vec<SeatIndex> {
    let centre = vicinity.positions.at(circle.middle);
    let distances = vicinity.positions.distances(centre);
    let mut inside: Vec<(u64, u32, u32, SeatIndex)> = distances
        .zip(&vicinity.seats)
        .filter(|(distance, _)| *distance <= circle.radius)
        .map(|(distance, seat)| (distance as u64, plan.front_distance(*seat), plan.label_rank(*seat), *seat))
        .collect();
    // Thousands may be drawn on one spot.
    if quantity < inside.len() {
        inside.select_nth_unstable(quantity);
        inside.truncate(quantity);
    }
    inside.sort_unstable();
    inside.into_iter().map(|(_, _, _, seat)| seat).collect()
}

/// All numbers below `count`, far apart from one to the next: steps of about the golden ratio, made coprime to `count`.
fn scattered(count: usize) -> impl Iterator<Item = usize> {
    let mut stride = (count * 618 / 1000).max(1);
    while greatest_common_divisor(stride, count) != 1 {
        stride += 1;
    }
    (0..count).map(move |turn| turn * stride % count)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
