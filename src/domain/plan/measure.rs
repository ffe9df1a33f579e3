//! Positions in whole steps, so that every comparison of distances is exact and the same on every machine.
//!
//! A step is a thousandth of a plan unit, which is what editors write; in a plan so large that its longer side would
//! exceed 2^26 steps it is coarser by tens. Below that bound squares of distances are exact in 64-bit floats too.
//!
//! The **front centre** is half-way between the leftmost and the rightmost seat, level with the seat nearest to the
//! stage: pretix plans have the stage at the top, where `y` is smallest. It rests on the seats alone, since older
//! files have no size. Where the stage really is drawn does not matter here.

/// The longer side of a plan in steps, at most.
const STEPS_MAX: f64 = (1u32 << 26) as f64;
/// A thousandth of a unit.
const STEPS_PER_UNIT: f64 = 1_000.0;

/// A position in steps from the top left of all seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Point {
    /// Square of the distance between two points, in steps; below 2^53.
    pub fn distance_squared(self, other: Point) -> u64 {
        let x = i64::from(self.x) - i64::from(other.x);
        let y = i64::from(self.y) - i64::from(other.y);
        (x * x + y * y).unsigned_abs()
    }
}

/// Points of all seats, in order.
pub(super) fn points(positions: impl Iterator<Item = (f64, f64)> + Clone) -> Vec<Point> {
    let low = positions.clone().fold((f64::MAX, f64::MAX), |low, at| (low.0.min(at.0), low.1.min(at.1)));
    let high = positions.clone().fold((f64::MIN, f64::MIN), |high, at| (high.0.max(at.0), high.1.max(at.1)));
    let side = (high.0 - low.0).max(high.1 - low.1);
    let mut steps_per_unit = STEPS_PER_UNIT;
    // One step of slack on either side for rounding.
    while side * steps_per_unit > STEPS_MAX - 2.0 {
        steps_per_unit /= 10.0;
    }
    let steps = |units: f64| (units * steps_per_unit).round() as i64;
    let within = |step: i64| i32::try_from(step).expect("a plan's side is at most 2^26 steps");
    positions.map(|(x, y)| Point { x: within(steps(x) - steps(low.0)), y: within(steps(y) - steps(low.1)) }).collect()
}

/// How far each seat is from the front centre, in **half** steps (the centre may lie between two steps), rounded down.
pub(super) fn front_distances(points: &[Point]) -> Vec<u32> {
    let width = points.iter().map(|point| point.x).max().unwrap_or(0);
    let distance = |point: &Point| {
        let x = 2 * i64::from(point.x) - i64::from(width);
        let y = 2 * i64::from(point.y);
        let steps = (x * x + y * y).unsigned_abs().isqrt();
        u32::try_from(steps).expect("no seat is further than 2^28 half steps from the front")
    };
    points.iter().map(distance).collect()
}
