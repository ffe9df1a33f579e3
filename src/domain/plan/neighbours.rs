//! Who sits beside whom in a row, whatever shape it has and whatever order the file lists it in.
//!
//! Two seats are neighbours if each **wants** the other. A seat sees those that stand near (no aisle between) and are
//! not hidden behind somebody nearer, and wants
//!
//! - the two between which it stands most nearly in a straight line: so the seats of a second line, in front or behind,
//!   are passed over, and so is the stem that branches off;
//! - if it stands between nobody and sees one seat only, that one: it ends a line;
//! - else, at a corner or where lines meet, the end of the one line that arrives there; of two, where they are far
//!   from folding back and nothing else is near.
//!
//! Whatever is unclear makes no neighbours: who is promised seats side by side must not sit behind somebody. Where
//! lines cross or stand in a block, the seats' numbers decide if they can. Aisles are judged elsewhere.
use super::aisles::reach;
use super::definition::Seat;
use super::measure::Point;
use super::surroundings::Surroundings;

/// More seats than this around one are a heap, and no line.
const SEEN_MAX: usize = 12;
/// A line bends by half a right angle at a seat, as a horseshoe of few seats does, and by little more.
const STRAIGHT: f64 = 0.63;
/// Of two lines through a seat neither is the straighter one if they are as near to each other as this.
const NEARLY_AS_STRAIGHT: f64 = 0.87;
/// A corner is square, or a little sharper.
const SHARPEST_CORNER: f64 = -0.2;

/// A seat and those that it sees.
struct View {
    seen: Vec<usize>,
    standing: Standing,
    /// It stands in several lines, whether or not numbers say in which.
    is_crossing: bool,
}

/// What a seat makes of those that it sees.
#[derive(Clone, Copy)]
enum Standing {
    /// In a line between two.
    Between([usize; 2]),
    /// Sees one seat only.
    Last(usize),
    /// In no line of its own.
    Corner,
    /// Sees nobody, or nothing clear.
    Apart,
}

/// Of each seat its neighbours, two at most. `usual` is the row's spacing, and more than nothing.
pub(super) fn neighbours(row: &[Seat], points: &[Point], around: &Surroundings, usual: u64) -> Vec<Vec<usize>> {
    let views = views(row, points, around, usual);
    let standings: Vec<Standing> = (0..row.len()).map(|seat| settled(row, &views, seat)).collect();
    let arriving = arriving(&standings);
    let is_plain = |seat: usize| views[seat].seen.len() == 2;
    let wanted = |seat: usize| match (standings[seat], &arriving[seat][..]) {
        (Standing::Between(sides), _) => sides.to_vec(),
        (Standing::Last(only), _) | (Standing::Corner, &[only]) => vec![only],
        (Standing::Corner, &[one, other])
            if [seat, one, other].into_iter().all(is_plain)
                && straightness(points[one], points[seat], points[other]) >= SHARPEST_CORNER =>
        {
            vec![one, other]
        }
        (Standing::Corner | Standing::Apart, _) => Vec::new(),
    };
    let wanted: Vec<Vec<usize>> = (0..row.len()).map(wanted).collect();
    let wanted_back =
        |seat: usize| wanted[seat].iter().copied().filter(|other| wanted[*other].contains(&seat)).collect();
    (0..row.len()).map(wanted_back).collect()
}

fn views(row: &[Seat], points: &[Point], around: &Surroundings, usual: u64) -> Vec<View> {
    let near: Vec<Option<Vec<usize>>> =
        (0..row.len()).map(|seat| around.within(seat, reach(usual), SEEN_MAX)).collect();
    let is_too_close = |one: usize, other: usize| 4 * points[one].distance_squared(points[other]) < usual * usual;
    let in_heap: Vec<bool> = near
        .iter()
        .enumerate()
        .map(|(seat, near)| near.as_ref().is_none_or(|near| near.iter().any(|other| is_too_close(seat, *other))))
        .collect();
    let view = |seat: usize| {
        let near = near[seat].as_deref().filter(|_| !in_heap[seat]).unwrap_or_default();
        let is_seen = |other: &usize| !in_heap[*other] && !is_hidden(points, seat, *other, near);
        let is_by_heap = near.iter().any(|other| in_heap[*other]);
        view(row, points, seat, near.iter().copied().filter(is_seen).collect(), is_by_heap)
    };
    (0..row.len()).map(view).collect()
}

/// Beside a heap nobody knows that the only one who is seen is the next in line.
fn view(row: &[Seat], points: &[Point], seat: usize, seen: Vec<usize>, is_by_heap: bool) -> View {
    let mut lines = straightest_lines(points, seat, &seen);
    let is_crossing = lines.len() > 1;
    if is_crossing {
        lines.retain(|sides| are_consecutive(row, seat, *sides));
    }
    let standing = match (&lines[..], &seen[..]) {
        ([sides], _) => Standing::Between(*sides),
        (_, []) => Standing::Apart,
        (_, [only]) if !is_by_heap => Standing::Last(*only),
        _ => Standing::Corner,
    };
    View { seen, standing, is_crossing }
}

/// At the edge of a block only one line is straight, which may well be the wrong one: who sees a crossing aside needs
/// numbers too.
fn settled(row: &[Seat], views: &[View], seat: usize) -> Standing {
    let View { seen, standing, .. } = &views[seat];
    match standing {
        Standing::Between(sides)
            if seen.iter().any(|other| !sides.contains(other) && views[*other].is_crossing)
                && !are_consecutive(row, seat, *sides) =>
        {
            Standing::Corner
        }
        settled => *settled,
    }
}

/// The lines that end at each corner, each by the seat beside it.
fn arriving(standings: &[Standing]) -> Vec<Vec<usize>> {
    let mut arriving = vec![Vec::new(); standings.len()];
    for (seat, standing) in standings.iter().enumerate() {
        if let Standing::Between(sides) = standing {
            for &side in sides.iter().filter(|side| matches!(standings[**side], Standing::Corner)) {
                arriving[side].push(seat);
            }
        }
    }
    arriving
}

/// Whether somebody stands clearly nearer to both: a tenth keeps equal distances, which rounding tells apart, equal.
fn is_hidden(points: &[Point], seat: usize, other: usize, near: &[usize]) -> bool {
    let across = points[seat].distance_squared(points[other]);
    let is_nearer = |from: usize, to: usize| 100 * points[from].distance_squared(points[to]) <= 81 * across;
    near.iter().any(|third| *third != other && is_nearer(seat, *third) && is_nearer(*third, other))
}

/// The two of those seen between which the seat stands in the straightest line; several where none is clearly that.
fn straightest_lines(points: &[Point], seat: usize, seen: &[usize]) -> Vec<[usize; 2]> {
    let mut lines: Vec<(f64, [usize; 2])> = Vec::new();
    for (at, &one) in seen.iter().enumerate() {
        for &other in &seen[at + 1..] {
            let straight = straightness(points[one], points[seat], points[other]);
            if straight >= STRAIGHT {
                lines.push((straight, [one, other]));
            }
        }
    }
    let best = lines.iter().map(|(straight, _)| *straight).fold(0.0, f64::max);
    lines.retain(|(straight, _)| *straight >= NEARLY_AS_STRAIGHT * best);
    lines.into_iter().map(|(_, sides)| sides).collect()
}

/// 1 if the middle stands in a straight line between two, 0 at a square corner, -1 if both are on the same side.
fn straightness(one: Point, middle: Point, other: Point) -> f64 {
    let (to_one, to_other) = (vector(middle, one), vector(middle, other));
    let squares = |(x, y): (f64, f64)| x * x + y * y;
    -(to_one.0 * to_other.0 + to_one.1 * to_other.1) / (squares(to_one) * squares(to_other)).sqrt()
}

fn vector(from: Point, to: Point) -> (f64, f64) {
    (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y))
}

fn are_consecutive(row: &[Seat], seat: usize, [one, other]: [usize; 2]) -> bool {
    let number = |seat: usize| row[seat].number.parse::<u32>().ok().map(i64::from);
    let steps = |to: usize| Some(number(to)? - number(seat)?);
    matches!((steps(one), steps(other)), (Some(1), Some(-1)) | (Some(-1), Some(1)))
}
