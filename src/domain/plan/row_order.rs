//! The runs of a row, each in the order in which its seats stand, whatever order the file lists them in.
//!
//! A run is a line of neighbours, from its end that is further left (then nearer to the stage) to the other. A ring is
//! opened between its first seat, by number and label, and the one of the two beside it that comes last.
//!
//! The seats of a row may all have one position: the plan has no geometry then, and only numbers that follow each other
//! make neighbours, each of which one seat only has. Who is whose neighbour otherwise is not decided here.
use ahash::AHashMap;

use super::definition::Seat;
use super::measure::Point;
use super::neighbours::neighbours;
use super::surroundings::Surroundings;

/// The seats' places within the row, run by run, from left to right. `usual` is the row's spacing.
pub(super) fn runs(row: &[Seat], points: &[Point], around: &Surroundings, usual: u64) -> Vec<Vec<usize>> {
    if points.windows(2).all(|pair| pair[0] == pair[1]) {
        return by_number(row);
    }
    let beside = match usual {
        // Half of the seats or more stand on top of each other: nobody knows who sits beside whom.
        0 => vec![Vec::new(); row.len()],
        usual => neighbours(row, points, around, usual),
    };
    let mut runs = walked(row, &beside);
    for run in &mut runs {
        if let (Some(&first), Some(&last)) = (run.first(), run.last())
            && (points[last], rank(row, last)) < (points[first], rank(row, first))
        {
            run.reverse();
        }
    }
    runs.sort_by_key(|run| run.first().map(|first| (points[*first], rank(row, *first))));
    runs
}

/// By number, then by what tells any two seats apart in every order of the file.
fn rank(row: &[Seat], seat: usize) -> (Option<u32>, &str) {
    (row[seat].number.parse().ok(), &row[seat].label)
}

fn by_number(row: &[Seat]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by_key(|seat| rank(row, *seat));
    let number = |seat: usize| rank(row, seat).0;
    let mut times = AHashMap::new();
    (0..row.len()).for_each(|seat| *times.entry(number(seat)).or_insert(0) += 1);
    let is_unique = |seat: usize| times[&number(seat)] == 1;
    let follows = |one: &usize, other: &usize| {
        is_unique(*one) && is_unique(*other) && number(*one).is_some_and(|one| one.checked_add(1) == number(*other))
    };
    order.chunk_by(follows).map(<[usize]>::to_vec).collect()
}

/// All lines from end to end, and then the rings.
fn walked(row: &[Seat], beside: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut is_walked = vec![false; row.len()];
    let mut runs = Vec::new();
    for seat in (0..row.len()).filter(|seat| beside[*seat].len() < 2) {
        if !is_walked[seat] {
            runs.push(walk(seat, beside, &mut is_walked));
        }
    }
    for seat in 0..row.len() {
        if !is_walked[seat] {
            runs.push(opened(row, walk(seat, beside, &mut is_walked)));
        }
    }
    runs
}

/// From a seat on to where nobody is left.
fn walk(from: usize, beside: &[Vec<usize>], is_walked: &mut [bool]) -> Vec<usize> {
    let mut run = Vec::new();
    let mut next = Some(from);
    while let Some(seat) = next {
        is_walked[seat] = true;
        run.push(seat);
        next = beside[seat].iter().copied().find(|other| !is_walked[*other]);
    }
    run
}

/// A ring as a line that begins with its first seat.
fn opened(row: &[Seat], mut ring: Vec<usize>) -> Vec<usize> {
    let first = (0..ring.len()).min_by_key(|at| rank(row, ring[*at])).unwrap_or(0);
    ring.rotate_left(first);
    if let [_, second, .., last] = ring[..]
        && rank(row, last) < rank(row, second)
    {
        ring[1..].reverse();
    }
    ring
}
