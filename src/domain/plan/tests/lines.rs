//! Rows drawn as lines of many shapes, in any order, anywhere: who is whose neighbour is known by construction.
//!
//! A seat is named by its line and its number in it, and only seats that follow each other in a line are ever side by
//! side. Numbers of seats are left out: the drawing must be enough.
use std::collections::BTreeSet;
use std::f64::consts::{FRAC_PI_2, TAU};

use proptest::prelude::*;

use super::super::{Category, CategoryIndex, PlanDefinition, Row, Seat, SeatingPlan, Zone};

/// Between seats that follow each other.
const PITCH: f64 = 10.0;

type Position = (f64, f64);
type Pairs = BTreeSet<(String, String)>;

fn seat(label: String, number: &str, (x, y): Position) -> Seat {
    Seat { label, number: number.to_owned(), category: CategoryIndex(0), x, y, radius: None, accessible: false }
}

fn hall(seats: Vec<Seat>) -> SeatingPlan {
    let row = Row { number: "A".into(), label: None, seats };
    let zone = Zone { name: "Z".into(), zone_id: None, x: 0.0, y: 0.0, rows: vec![row], shapes: Vec::new() };
    let categories = vec![Category { name: "S".into(), color: None }];
    SeatingPlan::new(PlanDefinition {
        name: "Hall".into(),
        size: None,
        categories,
        zones: vec![zone],
        areas: Vec::new(),
    })
}

/// Who sits beside whom, the smaller label first.
fn neighbours(seats: Vec<Seat>) -> Pairs {
    let plan = hall(seats);
    let of_block = |block| {
        let labels: Vec<String> = plan.seats_in(block).iter().map(|seat| plan.label(*seat).to_owned()).collect();
        labels.windows(2).map(|pair| pair_of(&pair[0], &pair[1])).collect::<Vec<_>>()
    };
    plan.blocks().iter().flat_map(of_block).collect()
}

fn pair_of(one: &str, other: &str) -> (String, String) {
    (one.min(other).to_owned(), one.max(other).to_owned())
}

fn name(line: usize, at: usize) -> String {
    format!("{line}-{at:03}")
}

/// Lines of positions as seats of one row.
fn row_of(lines: &[Vec<Position>]) -> Vec<Seat> {
    let of_line = |(line, positions): (usize, &Vec<Position>)| {
        positions.iter().enumerate().map(move |(at, position)| seat(name(line, at), "", *position)).collect::<Vec<_>>()
    };
    lines.iter().enumerate().flat_map(of_line).collect()
}

/// What follows each other in a line.
fn along(lines: &[Vec<Position>]) -> Pairs {
    let of_line =
        |(line, seats): (usize, &Vec<Position>)| (1..seats.len()).map(move |at| (name(line, at - 1), name(line, at)));
    lines.iter().enumerate().flat_map(of_line).collect()
}

/// A line that sets out from a position and turns a little at each seat.
fn line(from: Position, mut heading: f64, turn: f64, seats: usize) -> Vec<Position> {
    let mut line = vec![from];
    let (mut x, mut y) = from;
    for _ in 1..seats {
        (x, y) = (x + PITCH * heading.cos(), y + PITCH * heading.sin());
        line.push((x, y));
        heading += turn;
    }
    line
}

/// The last seat of a line is the first of the next.
fn joined(legs: &[(f64, usize)]) -> Vec<Position> {
    let mut all = vec![(0.0, 0.0)];
    for (heading, seats) in legs {
        let from = all[all.len() - 1];
        all.extend(&line(from, *heading, 0.0, seats + 1)[1..]);
    }
    all
}

/// Where a plan lies, how it is turned, whether it is seen in a mirror.
#[derive(Debug, Clone)]
struct View {
    angle: f64,
    shift: Position,
    mirrored: bool,
}

fn views() -> impl Strategy<Value = View> {
    let angle = prop_oneof![(0..4u8).prop_map(|quarters| f64::from(quarters) * FRAC_PI_2), 0.0..TAU];
    (angle, (-5e3..5e3, -5e3..5e3), any::<bool>()).prop_map(|(angle, shift, mirrored)| View { angle, shift, mirrored })
}

impl View {
    fn of(&self, mut seats: Vec<Seat>) -> Vec<Seat> {
        let (sin, cos) = self.angle.sin_cos();
        for Seat { x, y, .. } in &mut seats {
            let across = if self.mirrored { -*x } else { *x };
            (*x, *y) = (across * cos - *y * sin + self.shift.0, across * sin + *y * cos + self.shift.1);
        }
        seats
    }
}

/// Lines whose seats are side by side, all of them.
fn clear_lines() -> impl Strategy<Value = Vec<Vec<Position>>> {
    prop_oneof![
        (2..60usize).prop_map(|seats| vec![line((0.0, 0.0), 0.0, 0.0, seats)]),
        arcs().prop_map(|arc| vec![arc]),
        // Around a corner, and around two.
        (2..9usize, 2..9usize).prop_map(|(one, other)| vec![joined(&[(0.0, one), (FRAC_PI_2, other)])]),
        (2..9usize, 2..9usize, 2..9usize).prop_map(|(one, base, other)| {
            vec![joined(&[(FRAC_PI_2, one), (0.0, base.max(3)), (-FRAC_PI_2, other)])]
        }),
        parallel_lines(),
        // With an aisle.
        (2..20usize, 2..20usize, 1.6..9.0f64).prop_map(|(one, other, aisle)| {
            let second = (one - 1) as f64 * PITCH + aisle * PITCH;
            vec![line((0.0, 0.0), 0.0, 0.0, one), line((second, 0.0), 0.0, 0.0, other)]
        }),
        // A stem stands before a bar, or a little aside, and is not of it.
        (3..20usize, 2..10usize, 0.0..1.0f64, 0.9..1.2f64).prop_map(|(bar, stem, at, gap)| {
            let foot = ((at * (bar - 1) as f64).round().clamp(1.0, bar as f64 - 2.0) * PITCH, gap * PITCH);
            vec![line((0.0, 0.0), 0.0, 0.0, bar), line(foot, FRAC_PI_2, 0.0, stem)]
        }),
    ]
}

/// At most a horseshoe: the ends of a ring would be neighbours.
fn arcs() -> impl Strategy<Value = Vec<Position>> {
    (3..60usize, 0.0..0.7f64).prop_map(|(seats, turn)| line((0.0, 0.0), 0.0, turn.min(4.5 / seats as f64), seats))
}

/// Two lines, one behind the other, wherever each begins and ends: but where one begins just beside the end of the other,
/// it goes on from there, a step aside; and lines that are still nearer to each other are one heap where they stand on the gap.
fn parallel_lines() -> impl Strategy<Value = Vec<Vec<Position>>> {
    (3..30usize, 3..30usize, -3.0..3.0f64, 0.87..2.5f64).prop_map(|(front, back, offset, behind)| {
        let offset = offset.clamp(0.5 - back as f64, front as f64 - 0.5);
        vec![line((0.0, 0.0), 0.0, 0.0, front), line((offset * PITCH, behind * PITCH), 0.0, 0.0, back)]
    })
}

/// Lines whose ends are too near to each other for anybody to say who sits beside whom there.
fn unclear_lines() -> impl Strategy<Value = Vec<Vec<Position>>> {
    prop_oneof![
        // A V: its arms begin a seat away from where they would meet.
        (2..15usize, 0.4..1.3f64).prop_map(|(arm, angle)| {
            let from = |angle: f64| line((PITCH * angle.cos(), PITCH * angle.sin()), angle, 0.0, arm);
            vec![from(0.0), from(angle), vec![(0.0, 0.0)]]
        }),
        // A U of which nobody knows whether it has a base.
        (3..15usize, 3..15usize, 0.85..1.45f64).prop_map(|(left, right, apart)| {
            vec![line((0.0, 0.0), FRAC_PI_2, 0.0, left), line((apart * PITCH, 0.0), FRAC_PI_2, 0.0, right)]
        }),
        // A block of lines: of two seats each they would be two lines.
        (3..6usize, 3..12usize, 0.85..1.45f64).prop_map(|(lines, seats, behind)| {
            let at = |number: usize| line((0.0, number as f64 * behind * PITCH), 0.0, 0.0, seats);
            (0..lines).map(at).collect()
        }),
    ]
}

#[test]
fn a_line_that_steps_aside_by_half_a_right_angle_goes_on() {
    for (ahead, aside) in [(8.15, 8.5), (10.0, 5.0), (10.0, 9.0)] {
        let first = line((0.0, 0.0), 0.0, 0.0, 3);
        let second = line((2.0 * PITCH + ahead, aside), 0.0, 0.0, 3);
        let whole = vec![[first, second].concat()];
        assert_eq!(neighbours(row_of(&whole)), along(&whole), "{ahead} ahead, {aside} aside");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn seats_that_follow_each_other_are_neighbours_and_no_others(
        (lines, seats, view) in (clear_lines(), views())
            .prop_flat_map(|(lines, view)| (Just(lines.clone()), Just(row_of(&lines)).prop_shuffle(), Just(view)))
    ) {
        prop_assert_eq!(neighbours(view.of(seats)), along(&lines));
    }

    #[test]
    fn nobody_is_beside_somebody_of_another_line(
        (lines, seats, view) in (unclear_lines(), views())
            .prop_flat_map(|(lines, view)| (Just(lines.clone()), Just(row_of(&lines)).prop_shuffle(), Just(view)))
    ) {
        let found = neighbours(view.of(seats));
        let allowed = along(&lines);
        let wrong: Vec<_> = found.difference(&allowed).collect();
        prop_assert!(wrong.is_empty(), "{:?}", wrong);
    }

    /// Where seats stand in heaps there is no truth to compare with, but there is still only one answer.
    #[test]
    fn the_order_of_the_file_and_the_side_from_which_it_is_seen_change_nothing(
        (seats, shuffled, quarters, mirrored) in prop::collection::vec((0..9i32, 0..9i32, 0..4u8), 1..60)
            .prop_map(|heap| heap.iter().enumerate().map(|(at, (x, y, number))| {
                let number = if *number == 0 { String::new() } else { (at / usize::from(*number)).to_string() };
                seat(name(0, at), &number, (f64::from(5 * x), f64::from(5 * y)))
            }).collect::<Vec<_>>())
            .prop_flat_map(|seats| {
                (Just(seats.clone()), Just(seats).prop_shuffle(), 0..4u8, any::<bool>())
            })
    ) {
        let turned = shuffled.into_iter().map(|mut seat| {
            let across = if mirrored { -seat.x } else { seat.x };
            (seat.x, seat.y) = match quarters {
                0 => (across, seat.y),
                1 => (-seat.y, across),
                2 => (-across, -seat.y),
                _ => (seat.y, -across),
            };
            seat.x += 70.0;
            seat
        });
        prop_assert_eq!(neighbours(turned.collect()), neighbours(seats));
    }
}

#[test]
fn a_row_of_very_many_seats_is_read_without_comparing_all_with_all() {
    let long = 50_000;
    let straight = line((0.0, 0.0), 0.0, 0.0, long);
    let ring: Vec<Position> =
        (0..long).map(|at| (at as f64 / long as f64 * TAU).sin_cos()).map(|(x, y)| (1e5 * x, 1e5 * y)).collect();
    let heap: Vec<Position> = (0..long).map(|at| if at % 2 == 0 { (5.0, 5.0) } else { (at as f64, 0.0) }).collect();
    let begun = std::time::Instant::now();
    assert_eq!(hall(row_of(&[straight])).blocks().len(), 1);
    assert_eq!(hall(row_of(&[ring])).blocks().len(), 1);
    assert!(hall(row_of(&[heap])).blocks().len() > 1);
    // Three times 2,500,000,000 distances are half a minute even to a quick machine; this is about a second.
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
}
