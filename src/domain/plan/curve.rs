//! An order of all seats in which seats that are near each other are mostly near in the order too: Hilbert's curve.
//!
//! Any slice of it covers a compact patch of the hall, which lets a search skip far patches without an index to keep.
//! It promises nothing exact; whoever uses it still measures.
use super::SeatIndex;
use super::measure::Point;

/// Positions fit into squares of 2^26 steps.
const ORDER: u32 = 26;

/// All seats along the curve.
pub(super) fn along_curve(points: &[Point]) -> Vec<SeatIndex> {
    let mut seats: Vec<(u64, SeatIndex)> =
        points.iter().zip(0u32..).map(|(point, seat)| (distance_along(*point), SeatIndex(seat))).collect();
    seats.sort_unstable();
    seats.into_iter().map(|(_, seat)| seat).collect()
}

fn distance_along(point: Point) -> u64 {
    let (mut x, mut y) = (point.x.unsigned_abs(), point.y.unsigned_abs());
    let mut along = 0;
    for level in (0..ORDER).rev() {
        let side = 1u32 << level;
        let right = u32::from(x & side != 0);
        let down = u32::from(y & side != 0);
        along = (along << 2) | u64::from((3 * right) ^ down);
        // Turn the quarter so that the curve enters and leaves it at the right corners.
        if down == 0 {
            if right == 1 {
                x = !x;
                y = !y;
            }
            (x, y) = (y, x);
        }
    }
    along
}
