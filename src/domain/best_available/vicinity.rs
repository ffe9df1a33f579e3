//! The eligible seats of one question, packed so that those near a patch of the hall are found without asking them all.
//!
//! The seats come along the plan's curve, so a slice of [`PATCH`] of them is a compact patch of the hall. Patches have
//! bounding boxes, boxes are bounded by eights in turn, and a search descends only into boxes within reach. It is built
//! anew for each question in time linear in the free seats, and adapts to where they are. All coordinates are whole
//! steps below 2^26, so squares of distances are exact in 64-bit floats, which the compiler can handle in pairs.
use crate::domain::plan::{SeatIndex, SeatingPlan};

/// Seats per patch, and boxes per larger box.
pub(super) const PATCH: usize = 8;

/// Points as two arrays.
#[derive(Debug, Default)]
pub(super) struct Points {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

impl Points {
    /// Squares of the distances from a point to all of them.
    pub fn distances(&self, x: f64, y: f64) -> impl Iterator<Item = f64> + '_ {
        self.x.iter().zip(&self.y).map(move |(to_x, to_y)| {
            let (across, along) = (to_x - x, to_y - y);
            across * across + along * along
        })
    }

    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
    }

    fn extend_from(&mut self, points: &Points, range: std::ops::Range<usize>) {
        self.x.extend_from_slice(&points.x[range.clone()]);
        self.y.extend_from_slice(&points.y[range]);
    }
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    low: (f64, f64),
    high: (f64, f64),
}

impl Bounds {
    const NOTHING: Bounds = Bounds { low: (f64::MAX, f64::MAX), high: (f64::MIN, f64::MIN) };

    fn with(self, other: Bounds) -> Bounds {
        Bounds {
            low: (self.low.0.min(other.low.0), self.low.1.min(other.low.1)),
            high: (self.high.0.max(other.high.0), self.high.1.max(other.high.1)),
        }
    }

    /// Square of the smallest distance between two boxes; 0 where they overlap.
    fn distance(&self, other: &Bounds) -> f64 {
        let x = (self.low.0 - other.high.0).max(other.low.0 - self.high.0).max(0.0);
        let y = (self.low.1 - other.high.1).max(other.low.1 - self.high.1).max(0.0);
        x * x + y * y
    }
}

pub(super) struct Vicinity {
    /// Along the curve.
    pub seats: Vec<SeatIndex>,
    pub points: Points,
    /// Boxes of patches, then boxes of eight boxes each, and so on.
    levels: Vec<Vec<Bounds>>,
}

impl Vicinity {
    pub fn of(plan: &SeatingPlan, eligible: impl Iterator<Item = SeatIndex>) -> Vicinity {
        let seats: Vec<SeatIndex> = eligible.collect();
        let point = |seat: &SeatIndex| plan.point(*seat);
        let points = Points {
            x: seats.iter().map(|seat| f64::from(point(seat).x)).collect(),
            y: seats.iter().map(|seat| f64::from(point(seat).y)).collect(),
        };
        let spots: Vec<Bounds> =
            points.x.iter().zip(&points.y).map(|(x, y)| Bounds { low: (*x, *y), high: (*x, *y) }).collect();
        let mut levels = vec![bounded(&spots)];
        while let Some(finest) = levels.last()
            && finest.len() > PATCH
        {
            levels.push(bounded(finest));
        }
        Vicinity { seats, points, levels }
    }

    pub fn patches(&self) -> usize {
        self.levels[0].len()
    }

    pub fn patch(&self, patch: usize) -> std::ops::Range<usize> {
        patch * PATCH..((patch + 1) * PATCH).min(self.seats.len())
    }

    /// Gathers the points of all patches within reach (squared) of a patch, itself included.
    pub fn gather(&self, patch: usize, reach: f64, near: &mut Points) {
        near.clear();
        let top = self.levels.len() - 1;
        let centre = self.levels[0][patch];
        for at in 0..self.levels[top].len() {
            self.descend(top, at, &centre, reach, near);
        }
    }

    fn descend(&self, level: usize, at: usize, centre: &Bounds, reach: f64, near: &mut Points) {
        if self.levels[level][at].distance(centre) > reach {
            return;
        }
        let Some(finer) = level.checked_sub(1) else {
            near.extend_from(&self.points, self.patch(at));
            return;
        };
        for inner in at * PATCH..((at + 1) * PATCH).min(self.levels[finer].len()) {
            self.descend(finer, inner, centre, reach, near);
        }
    }
}

fn bounded(inner: &[Bounds]) -> Vec<Bounds> {
    inner.chunks(PATCH).map(|chunk| chunk.iter().fold(Bounds::NOTHING, |all, one| all.with(*one))).collect()
}
