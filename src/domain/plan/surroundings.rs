//! Which seats of a row stand around a seat, found without comparing every seat with every other.
//!
//! A tree that halves the row along its wider side. What it tells is a distance, or all seats within one, so that
//! nothing depends on the order of the file. What it means to stand near is not known here.
use std::ops::Range;

use super::measure::Point;

pub(super) struct Surroundings<'p> {
    points: &'p [Point],
    /// Each stretch of it is a branch of the tree, its middle the seat that parts the others.
    seats: Vec<usize>,
    /// Whether the seat at that place of `seats` parts left from right, not front from back.
    parts_by_x: Vec<bool>,
}

impl<'p> Surroundings<'p> {
    pub fn of(points: &'p [Point]) -> Self {
        let mut seats: Vec<usize> = (0..points.len()).collect();
        let mut parts_by_x = vec![false; points.len()];
        part(points, &mut seats, &mut parts_by_x);
        Self { points, seats, parts_by_x }
    }

    /// Steps to the nearest other seat.
    pub fn gap(&self, seat: usize) -> Option<u64> {
        let mut nearest = u64::MAX;
        self.search(0..self.seats.len(), self.points[seat], &mut nearest, &mut |other, squared, nearest| {
            if other != seat {
                *nearest = squared;
            }
        });
        (nearest < u64::MAX).then(|| nearest.isqrt())
    }

    /// All other seats at most `reach` steps away, or `None` if there are more than `most`.
    pub fn within(&self, seat: usize, reach: u64, most: usize) -> Option<Vec<usize>> {
        let mut found = Vec::with_capacity(most + 1);
        let mut below = (reach + 1) * (reach + 1);
        self.search(0..self.seats.len(), self.points[seat], &mut below, &mut |other, _, below| {
            if other != seat {
                found.push(other);
            }
            if found.len() > most {
                // Nothing is nearer than this, which ends the search.
                *below = 0;
            }
        });
        (found.len() <= most).then_some(found)
    }

    /// Shows the seats of a branch the square of whose distance is below a bound, which may be lowered meanwhile.
    fn search(&self, branch: Range<usize>, from: Point, below: &mut u64, found: &mut impl FnMut(usize, u64, &mut u64)) {
        if branch.is_empty() {
            return;
        }
        let middle = branch.start + branch.len() / 2;
        let seat = self.seats[middle];
        let at = self.points[seat];
        let squared = at.distance_squared(from);
        if squared < *below {
            found(seat, squared, below);
        }
        let aside = i64::from(if self.parts_by_x[middle] { from.x - at.x } else { from.y - at.y });
        let (low, high) = (branch.start..middle, middle + 1..branch.end);
        let (near, far) = if aside < 0 { (low, high) } else { (high, low) };
        self.search(near, from, below, found);
        if (aside * aside).unsigned_abs() < *below {
            self.search(far, from, below, found);
        }
    }
}

fn part(points: &[Point], seats: &mut [usize], parts_by_x: &mut [bool]) {
    if seats.is_empty() {
        return;
    }
    let spread = |side: fn(&Point) -> i32| {
        let of_seats = seats.iter().map(|seat| side(&points[*seat]));
        of_seats.clone().max().unwrap_or(0) - of_seats.min().unwrap_or(0)
    };
    let middle = seats.len() / 2;
    parts_by_x[middle] = spread(|point| point.x) >= spread(|point| point.y);
    let side = |seat: &usize| if parts_by_x[middle] { points[*seat].x } else { points[*seat].y };
    seats.select_nth_unstable_by_key(middle, side);
    let (low, high) = seats.split_at_mut(middle);
    let (low_parts, high_parts) = parts_by_x.split_at_mut(middle);
    part(points, low, low_parts);
    part(points, &mut high[1..], &mut high_parts[1..]);
}
