//! Boxes around seats: how far apart two patches of the hall are at least.

use super::vicinity::EIGHT;

/// A box with sides along the axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    low: (f64, f64),
    high: (f64, f64),
}

impl Bounds {
    pub const NOTHING: Bounds = Bounds { low: (f64::MAX, f64::MAX), high: (f64::MIN, f64::MIN) };

    pub fn of(x: f64, y: f64) -> Bounds {
        Bounds { low: (x, y), high: (x, y) }
    }

    pub fn include(&mut self, other: &Bounds) {
        self.low = (self.low.0.min(other.low.0), self.low.1.min(other.low.1));
        self.high = (self.high.0.max(other.high.0), self.high.1.max(other.high.1));
    }

    /// Square of the smallest distance between two boxes; 0 where they overlap.
    pub fn distance(&self, other: &Bounds) -> f64 {
        let x = (self.low.0 - other.high.0).max(other.low.0 - self.high.0).max(0.0);
        let y = (self.low.1 - other.high.1).max(other.low.1 - self.high.1).max(0.0);
        x * x + y * y
    }

    /// A box around every eight that follow each other.
    pub fn by_eights(boxes: &[Bounds]) -> Vec<Bounds> {
        let around = |eight: &[Bounds]| {
            let mut all = Bounds::NOTHING;
            eight.iter().for_each(|one| all.include(one));
            all
        };
        boxes.chunks(EIGHT).map(around).collect()
    }
}
