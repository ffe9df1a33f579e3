//! In which order the seats of a row stand, whatever order the file lists them in.
//!
//! A row that runs steadily along its main axis, straight or gently curved, is sorted along that axis. Others (a
//! horseshoe, a ring of boxes) are walked from seat to nearest seat: the shortest tree that joins all seats is a path
//! if the seats form a chain at all. What is no chain, such as two lines that share a row number, is sorted along the
//! axis after all. Aisles are not looked for here.
use super::measure::Point;

/// Finding the shortest tree takes time in the square of the seats; no drawn row is longer than this.
const WALKED_SEATS_MAX: usize = 1_000;

/// The seats' numbers within the row, from the end that is further left (then nearer to the stage) to the other.
pub(super) fn in_physical_order(row: &[Point]) -> Vec<usize> {
    let mut order = sorted_along_axis(row);
    if row.len() <= WALKED_SEATS_MAX && !runs_steadily(row, &order) {
        order = walked(row).unwrap_or(order);
    }
    if let (Some(&first), Some(&last)) = (order.first(), order.last())
        && (row[last], last) < (row[first], first)
    {
        order.reverse();
    }
    order
}

/// Sorted by projection on the axis of largest spread, then by position, then as listed.
fn sorted_along_axis(row: &[Point]) -> Vec<usize> {
    let (axis_x, axis_y) = main_axis(row);
    let along = |at: &usize| axis_x * f64::from(row[*at].x) + axis_y * f64::from(row[*at].y);
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by(|a, b| along(a).total_cmp(&along(b)).then(row[*a].cmp(&row[*b])).then(a.cmp(b)));
    order
}

/// Direction (not of unit length) of the larger eigenvector of the positions' covariance.
fn main_axis(row: &[Point]) -> (f64, f64) {
    let count = row.len().max(1) as f64;
    let mean_x = row.iter().map(|point| f64::from(point.x)).sum::<f64>() / count;
    let mean_y = row.iter().map(|point| f64::from(point.y)).sum::<f64>() / count;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for point in row {
        let (x, y) = (f64::from(point.x) - mean_x, f64::from(point.y) - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    let half = (xx - yy) / 2.0;
    let root = (half * half + xy * xy).sqrt();
    if half >= 0.0 { (half + root, xy) } else { (xy, root - half) }
}

/// Whether each seat stands nearer to the one before it than to any earlier one, seen two seats back: a fold in the
/// row, where the projection jumps between two arms, breaks this.
fn runs_steadily(row: &[Point], order: &[usize]) -> bool {
    order.windows(3).all(|three| {
        let [first, middle, last] = [row[three[0]], row[three[1]], row[three[2]]];
        let across = first.distance_squared(last);
        first.distance_squared(middle) <= across && middle.distance_squared(last) <= across
    })
}

/// The path of the shortest tree that joins all seats, or `None` where that tree branches.
fn walked(row: &[Point]) -> Option<Vec<usize>> {
    let parents = shortest_tree(row);
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); row.len()];
    for (seat, parent) in parents.iter().enumerate().skip(1) {
        neighbours[seat].push(*parent);
        neighbours[*parent].push(seat);
    }
    if neighbours.iter().any(|beside| beside.len() > 2) {
        return None;
    }
    let end = neighbours.iter().position(|beside| beside.len() < 2)?;
    let mut order = vec![end];
    let mut before = end;
    let mut next = neighbours[end].first().copied();
    while let Some(seat) = next {
        order.push(seat);
        next = neighbours[seat].iter().copied().find(|beside| *beside != before);
        before = seat;
    }
    Some(order)
}

/// Prim's algorithm from seat 0: the parent of every seat (of seat 0: itself).
fn shortest_tree(row: &[Point]) -> Vec<usize> {
    let mut parents = vec![0; row.len()];
    let mut gap: Vec<u64> = row.iter().map(|point| point.distance_squared(row[0])).collect();
    let mut waiting: Vec<usize> = (1..row.len()).collect();
    while let Some((at, &joined)) = waiting.iter().enumerate().min_by_key(|(_, seat)| (gap[**seat], **seat)) {
        waiting.swap_remove(at);
        for &seat in &waiting {
            let distance = row[seat].distance_squared(row[joined]);
            if distance < gap[seat] {
                gap[seat] = distance;
                parents[seat] = joined;
            }
        }
    }
    parents
}
