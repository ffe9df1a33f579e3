//! Who sits beside whom: rows of many shapes, and the blocks that people would see in them.
use super::super::{Category, CategoryIndex};
use super::super::{PlanDefinition, Row, Seat, SeatingPlan, Zone};

/// A hall whose rows are lists of (label, x, y), as blocks of labels.
fn blocks(rows: &[&[(&str, f64, f64)]]) -> Vec<String> {
    blocks_of(rows, &[])
}

/// The same of one row whose seats have numbers.
fn numbered_blocks(row: &[(&str, f64, f64)], numbers: &[&str]) -> Vec<String> {
    blocks_of(&[row], numbers)
}

fn blocks_of(rows: &[&[(&str, f64, f64)]], numbers: &[&str]) -> Vec<String> {
    let row = |seats: &&[(&str, f64, f64)]| {
        let seat = |(at, (label, x, y)): (usize, &(&str, f64, f64))| Seat {
            label: (*label).into(),
            number: numbers.get(at).copied().unwrap_or_default().into(),
            category: CategoryIndex(0),
            x: *x,
            y: *y,
            radius: None,
            accessible: false,
        };
        Row { number: "A".into(), label: None, seats: seats.iter().enumerate().map(seat).collect() }
    };
    let rows = rows.iter().map(row).collect();
    let zone = Zone { name: "Z".into(), zone_id: None, x: 0.0, y: 0.0, rows, shapes: Vec::new() };
    let categories = vec![Category { name: "S".into(), color: None }];
    let plan = PlanDefinition { name: "Hall".into(), size: None, categories, zones: vec![zone], areas: Vec::new() };
    let plan = SeatingPlan::new(plan);
    let labels = |block| -> String { plan.seats_in(block).iter().map(|seat| plan.label(*seat)).collect() };
    plan.blocks().iter().map(labels).collect()
}

#[test]
fn a_gap_of_a_seat_is_an_aisle_and_a_little_unevenness_is_not() {
    let row =
        [("a", 0.0, 0.0), ("b", 20.0, 0.0), ("c", 46.0, 0.0), ("d", 65.0, 0.0), ("e", 105.0, 0.0), ("f", 125.0, 0.0)];
    assert_eq!(blocks(&[&row]), ["abcd", "ef"]);
}

#[test]
fn where_there_is_no_geometry_only_numbers_that_one_seat_has_make_neighbours() {
    let row = ["a", "b", "c", "d", "e", "f"].map(|label| (label, 0.0, 0.0));
    assert_eq!(numbered_blocks(&row, &["1", "2", "3", "4", "6", "7"]), ["abcd", "ef"]);
    // Left and right of a hall are counted apart, or a number is written in two ways.
    assert_eq!(numbered_blocks(&row, &["1", "2", "3", "1", "2", "3"]), ["a", "d", "b", "e", "c", "f"]);
    assert_eq!(numbered_blocks(&row, &["1", "01", "2", "3", "4", "5"]), ["a", "b", "cdef"]);
}

#[test]
fn the_order_of_the_file_does_not_matter() {
    let row =
        [("d", 65.0, 3.0), ("a", 0.0, 0.0), ("f", 125.0, 6.0), ("c", 46.0, 2.0), ("b", 20.0, 1.0), ("e", 105.0, 5.0)];
    assert_eq!(blocks(&[&row]), ["abcd", "ef"]);
}

#[test]
fn a_horseshoe_is_walked_along_its_arms() {
    let row = [
        ("g", 30.0, 20.0),
        ("a", 0.0, 40.0),
        ("b", 0.0, 20.0),
        ("e", 20.0, -10.0),
        ("h", 30.0, 40.0),
        ("c", 0.0, 0.0),
        ("f", 30.0, 0.0),
        ("d", 10.0, -10.0),
    ];
    assert_eq!(blocks(&[&row]), ["abcdefgh"]);
}

#[test]
fn a_row_that_runs_away_from_the_stage_is_a_row() {
    let row = [("a", 0.0, 0.0), ("b", 0.0, 10.0), ("c", 0.0, 40.0), ("d", 0.0, 50.0)];
    assert_eq!(blocks(&[&row]), ["ab", "cd"]);
}

#[test]
fn single_seats_and_pairs_are_blocks() {
    assert_eq!(blocks(&[&[("a", 0.0, 0.0)], &[("b", 0.0, 20.0), ("c", 15.0, 20.0)], &[]]), ["a", "bc"]);
}

#[test]
fn a_pair_borrows_the_usual_spacing_of_its_zone() {
    let long: [_; 4] = [("a", 0.0, 0.0), ("b", 10.0, 0.0), ("c", 20.0, 0.0), ("d", 30.0, 0.0)];
    assert_eq!(blocks(&[&long, &[("e", 0.0, 12.0), ("f", 40.0, 12.0)]]), ["abcd", "e", "f"]);
    assert_eq!(blocks(&[&long, &[("e", 0.0, 12.0), ("f", 11.0, 12.0)]]), ["abcd", "ef"]);
}

#[test]
fn three_seats_with_an_aisle_are_not_fooled_by_it() {
    assert_eq!(blocks(&[&[("a", 0.0, 0.0), ("b", 60.0, 0.0), ("c", 80.0, 0.0)]]), ["a", "bc"]);
}

#[test]
fn a_huge_hall_keeps_its_aisles() {
    let row = [("a", -9e8, 0.0), ("b", -3e8, 0.0), ("c", 3e8, 0.0), ("d", 9e8, 0.0)];
    assert_eq!(blocks(&[&row]), ["abcd"]);
}

#[test]
fn seats_without_geometry_are_neighbours_if_their_numbers_follow_each_other() {
    let here = [("a", 5.0, 5.0), ("b", 5.0, 5.0), ("c", 5.0, 5.0), ("d", 5.0, 5.0)];
    assert_eq!(blocks(&[&here]), ["a", "b", "c", "d"]);
    assert_eq!(numbered_blocks(&[("a", 5.0, 5.0), ("b", 5.0, 5.0), ("c", 5.0, 5.0)], &["3", "2", "7"]), ["ba", "c"]);
}

#[test]
fn a_ring_is_opened_before_its_first_seat() {
    let corners = [("c", 20.0, 0.0), ("e", 20.0, 20.0), ("g", 0.0, 20.0), ("a", 0.0, 0.0)];
    let sides = [("d", 20.0, 10.0), ("f", 10.0, 20.0), ("h", 0.0, 10.0), ("b", 10.0, 0.0)];
    let ring: Vec<_> = corners.into_iter().chain(sides).collect();
    assert_eq!(blocks(&[&ring]), ["abcdefgh"]);
    assert_eq!(numbered_blocks(&ring, &["5", "7", "1", "3", "6", "8", "2", "4"]), ["ghabcdef"]);
}

#[test]
fn four_seats_in_a_square_are_nobodys_neighbours() {
    assert_eq!(
        blocks(&[&[("a", 0.0, 0.0), ("b", 10.0, 0.0), ("c", 0.0, 10.0), ("d", 10.0, 10.0)]]),
        ["a", "c", "b", "d"]
    );
}

#[test]
fn in_a_block_of_lines_the_numbers_say_which_way_they_run() {
    let block: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
        .into_iter()
        .enumerate()
        .map(|(at, label)| (label, (at % 4) as f64 * 10.0, (at / 4) as f64 * 10.0))
        .collect();
    let numbers = ["1", "2", "3", "4", "1", "2", "3", "4", "1", "2", "3", "4"];
    assert_eq!(numbered_blocks(&block, &numbers), ["abcd", "efgh", "ijkl"]);
    assert!(blocks(&[&block]).iter().all(|block| !block.contains('f') || block == "f"));
}

#[test]
fn two_seats_at_one_place_are_nobodys_neighbours_and_part_their_row() {
    let first = [("a", 0.0, 0.0), ("b", 10.0, 0.0), ("c", 20.0, 0.0), ("d", 30.0, 0.0)];
    let second = [("e", 30.0, 0.0), ("f", 40.0, 0.0), ("g", 50.0, 0.0), ("h", 60.0, 0.0)];
    assert_eq!(blocks(&[&[first, second].concat()]), ["abc", "d", "e", "fgh"]);
}

#[test]
fn two_seats_beside_a_heap_are_not_taken_for_a_pair() {
    let sharp = [("a", 10.0, 0.0), ("b", 20.0, 0.0), ("c", 9.21, 3.89), ("d", 18.42, 7.79), ("e", 0.0, 0.0)];
    assert!(blocks(&[&sharp]).iter().all(|block| block.len() == 1));
}
