//! The eligible seats of one question, packed so that those near a spot of the hall are found without asking them all.
//!
//! The seats come along the plan's curve, so eight that follow each other are a compact *patch* of the hall. Eight
//! patches make a *quarter*, and quarters are bounded by eights in turn. It is built anew for each question in time
//! linear in the free seats, and adapts to where they are. Which of the seats are the best is not decided here.
//!
//! All coordinates are whole steps below 2^26, so squares of distances are exact in 64-bit floats, which the compiler
//! can compare in pairs.
use super::bounds::Bounds;
use crate::domain::plan::{SeatIndex, SeatingPlan};

/// Seats per patch, patches per quarter, and boxes per larger box.
pub(super) const EIGHT: usize = 8;

/// Positions as two arrays.
#[derive(Debug, Default)]
pub(super) struct Positions {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Positions {
    pub fn at(&self, at: usize) -> (f64, f64) {
        (self.x[at], self.y[at])
    }

    /// Squares of the distances from a centre to all of them.
    pub fn distances(&self, (x, y): (f64, f64)) -> impl Iterator<Item = f64> + '_ {
        self.x.iter().zip(&self.y).map(move |(to_x, to_y)| (to_x - x) * (to_x - x) + (to_y - y) * (to_y - y))
    }

    /// How many of them are within reach (squared).
    pub fn within(&self, centre: (f64, f64), reach: f64) -> u64 {
        self.distances(centre).map(|distance| u64::from(distance <= reach)).sum()
    }

    fn push(&mut self, x: f64, y: f64) {
        self.x.push(x);
        self.y.push(y);
    }

    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
    }

    /// Whole patches are copied with a known length, which the compiler turns into a few moves.
    fn extend_from_patch(&mut self, all: &Positions, patch: usize) {
        let range = patch * EIGHT..(patch + 1) * EIGHT;
        let (Some(x), Some(y)) = (all.x.get(range.clone()), all.y.get(range.clone())) else {
            self.x.extend_from_slice(&all.x[range.start..]);
            self.y.extend_from_slice(&all.y[range.start..]);
            return;
        };
        self.x.extend_from_slice(x.first_chunk::<EIGHT>().expect("the range is eight long"));
        self.y.extend_from_slice(y.first_chunk::<EIGHT>().expect("the range is eight long"));
    }
}

pub(super) struct Vicinity {
    /// Along the curve.
    pub seats: Vec<SeatIndex>,
    pub positions: Positions,
    /// Boxes of patches, then of quarters, and so on.
    levels: Vec<Vec<Bounds>>,
}

impl Vicinity {
    pub fn of(plan: &SeatingPlan, eligible: impl Iterator<Item = SeatIndex>) -> Vicinity {
        let mut packed = Vicinity { seats: Vec::new(), positions: Positions::default(), levels: Vec::new() };
        let mut boxes = Vec::new();
        for (at, seat) in eligible.enumerate() {
            let (x, y) = (f64::from(plan.point(seat).x), f64::from(plan.point(seat).y));
            if at % EIGHT == 0 {
                boxes.push(Bounds::NOTHING);
            }
            packed.positions.push(x, y);
            boxes[at / EIGHT].include(&Bounds::of(x, y));
            packed.seats.push(seat);
        }
        while boxes.len() > EIGHT || packed.levels.is_empty() {
            let larger = Bounds::by_eights(&boxes);
            packed.levels.push(std::mem::replace(&mut boxes, larger));
        }
        packed.levels.push(boxes);
        packed
    }

    pub fn quarters(&self) -> usize {
        self.levels[1].len()
    }

    pub fn patches_of(&self, quarter: usize) -> std::ops::Range<usize> {
        quarter * EIGHT..((quarter + 1) * EIGHT).min(self.levels[0].len())
    }

    pub fn seats_of(&self, patch: usize) -> std::ops::Range<usize> {
        patch * EIGHT..((patch + 1) * EIGHT).min(self.seats.len())
    }

    /// Patches within reach (squared) of a quarter, its own included.
    pub fn around_quarter(&self, quarter: usize, reach: f64, near: &mut Vec<u32>) {
        near.clear();
        let top = self.levels.len() - 1;
        let centre = self.levels[1][quarter];
        for at in 0..self.levels[top].len() {
            self.descend(top, at, &centre, reach, near);
        }
    }

    /// Positions in those patches of `near` that are within reach (squared) of a patch.
    pub fn around_patch(&self, patch: usize, reach: f64, near: &[u32], nearer: &mut Positions) {
        let boxes = &self.levels[0];
        nearer.clear();
        for &at in near {
            if boxes[at as usize].distance(&boxes[patch]) <= reach {
                nearer.extend_from_patch(&self.positions, at as usize);
            }
        }
    }

    fn descend(&self, level: usize, at: usize, centre: &Bounds, reach: f64, near: &mut Vec<u32>) {
        if self.levels[level][at].distance(centre) > reach {
            return;
        }
        let Some(finer) = level.checked_sub(1) else {
            near.push(at as u32);
            return;
        };
        for inner in at * EIGHT..((at + 1) * EIGHT).min(self.levels[finer].len()) {
            self.descend(finer, inner, centre, reach, near);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::best_available::random_hall::{Random, random_hall};

    /// Squares that are met exactly by many pairs of seats in halls drawn on a grid: "within" includes the border.
    const REACHES: [f64; 4] = [0.0, 1e8, 4e8, 9e8];

    #[test]
    fn no_seat_within_reach_of_a_patch_is_missed() {
        for seed in 0..60 {
            let hall = random_hall(&mut Random::of_seed(seed), 600);
            let plan = SeatingPlan::new(hall.definition);
            let vicinity = Vicinity::of(&plan, plan.curve().iter().copied());
            for reach in REACHES {
                check(&vicinity, reach, seed);
            }
        }
    }

    fn check(vicinity: &Vicinity, reach: f64, seed: u64) {
        let (mut near, mut nearer) = (Vec::new(), Positions::default());
        for quarter in 0..vicinity.quarters() {
            vicinity.around_quarter(quarter, reach, &mut near);
            for patch in vicinity.patches_of(quarter) {
                vicinity.around_patch(patch, reach, &near, &mut nearer);
                for seat in vicinity.seats_of(patch) {
                    let centre = vicinity.positions.at(seat);
                    let expected = vicinity.positions.within(centre, reach);
                    assert_eq!(nearer.within(centre, reach), expected, "seed {seed}, seat {seat}, reach {reach}");
                }
            }
        }
    }
}
