//! Who sits beside whom: rows of many shapes, and the blocks that people would see in them.
use super::super::{Category, CategoryIndex};
use super::super::{PlanDefinition, Row, Seat, SeatingPlan, Zone};

/// A hall whose rows are lists of (label, x, y), as blocks of labels.
fn blocks(rows: &[&[(&str, f64, f64)]]) -> Vec<String> {
    let row = |seats: &&[(&str, f64, f64)]| {
        let seat = |(label, x, y): &(&str, f64, f64)| Seat {
            label: (*label).into(),
            number: String::new(),
            category: CategoryIndex(0),
            x: *x,
            y: *y,
            radius: None,
            accessible: false,
        };
        Row { number: "A".into(), label: None, seats: seats.iter().map(seat).collect() }
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
fn seats_without_geometry_are_one_block_in_the_order_of_the_file() {
    assert_eq!(blocks(&[&[("a", 5.0, 5.0), ("b", 5.0, 5.0), ("c", 5.0, 5.0)]]), ["abc"]);
}

#[test]
fn a_huge_hall_keeps_its_aisles() {
    let row = [("a", -9e8, 0.0), ("b", -3e8, 0.0), ("c", 3e8, 0.0), ("d", 9e8, 0.0)];
    assert_eq!(blocks(&[&row]), ["abcd"]);
}
