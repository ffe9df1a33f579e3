//! What a box office would expect, drawn as halls of a few seats.
use std::sync::Arc;

use super::{FreeSeats, Wish};
use crate::domain::plan::{Category, CategoryIndex, PlanDefinition, Row, Seat, SeatIndex, SeatingPlan, Zone};

#[test]
fn the_middle_of_the_front_row_goes_first() {
    assert_eq!(pick(&hall(&[".......", "......."]), 3), ("A2 A3 A4".into(), true));
}

#[test]
fn a_worse_place_is_taken_rather_than_leave_somebody_alone() {
    assert_eq!(pick(&hall(&["  ...  ", "......."]), 2), ("B2 B3".into(), true));
}

#[test]
fn somebody_is_left_alone_rather_than_a_group_split() {
    assert_eq!(pick(&hall(&["x...x"]), 2), ("A1 A2".into(), true));
}

#[test]
fn a_free_seat_across_an_aisle_is_no_company() {
    assert_eq!(pick(&hall(&["... ...."]), 2), ("A4 A5".into(), true));
}

#[test]
fn a_free_accessible_seat_is_company_but_not_picked() {
    assert_eq!(pick(&hall(&["..a"]), 1), ("A0".into(), true));
    assert_eq!(pick(&hall(&[".a..x"]), 2), ("A2 A3".into(), true));
}

#[test]
fn the_sorted_labels_decide_between_groups_that_share_their_first_label() {
    let mut free = hall(&["..."]);
    free = relabelled(&free, &["C", "A", "B"]);
    assert_eq!(pick(&free, 2), ("A B".into(), true));
}

#[test]
fn a_group_that_has_to_split_stays_in_a_cluster() {
    let split = hall(&[".x.x.x.x", "x.xxxxx.", "xxxxxx.x"]);
    assert_eq!(pick(&split, 3), ("A0 A2 B1".into(), false));
}

#[test]
fn there_is_no_answer_where_too_few_are_free() {
    let free = hall(&["x.x.", "a..x"]);
    assert_eq!(free.best_available(&Wish { quantity: 5, ..Wish::default() }), None);
    assert_eq!(free.best_available(&Wish { quantity: 2, accessible: true, ..Wish::default() }), None);
    assert_eq!(free.best_available(&Wish { quantity: 0, ..Wish::default() }), None);
    assert_eq!(free.best_available(&Wish { quantity: 1, zones: Some(Vec::new()), ..Wish::default() }), None);
}

#[test]
#[should_panic(expected = "seat A1 is taken already")]
fn taking_a_taken_seat_is_a_bug() {
    let mut free = hall(&[".x."]);
    free.take(SeatIndex(1));
}

#[test]
#[should_panic(expected = "seat A0 is free already")]
fn releasing_a_free_seat_is_a_bug() {
    let mut free = hall(&[".x."]);
    free.release(SeatIndex(0));
}

/// The same hall of one row with other labels.
fn relabelled(free: &FreeSeats, labels: &[&str]) -> FreeSeats {
    let plan = free.plan();
    let seats = labels.iter().zip(0u32..).map(|(label, at)| {
        let (x, y) = plan.position(SeatIndex(at));
        Seat {
            label: (*label).into(),
            number: at.to_string(),
            category: CategoryIndex(0),
            x,
            y,
            radius: None,
            accessible: false,
        }
    });
    let row = Row { number: "A".into(), label: None, seats: seats.collect() };
    let zone = Zone { name: "Hall".into(), zone_id: None, x: 0.0, y: 0.0, rows: vec![row], shapes: Vec::new() };
    let categories = plan.categories().to_vec();
    let definition =
        PlanDefinition { name: "Hall".into(), size: None, categories, zones: vec![zone], areas: Vec::new() };
    FreeSeats::all_free(Arc::new(SeatingPlan::new(definition)))
}

/// A hall of straight rows: `.` is a free seat, `x` a sold one, `a` a free accessible one, a blank an aisle. Seats are
/// 10 apart and rows 12; labels are the row's letter and the column.
fn hall(rows: &[&str]) -> FreeSeats {
    let mut sold = Vec::new();
    let row = |(at, drawn): (usize, &&str)| {
        let letter = (b'A' + at as u8) as char;
        let columns = drawn.chars().enumerate().filter(|(_, seat)| *seat != ' ');
        let seats = columns.map(|(column, seat)| {
            let label = format!("{letter}{column}");
            if seat == 'x' {
                sold.push(label.clone());
            }
            Seat {
                number: column.to_string(),
                label,
                category: CategoryIndex(0),
                x: column as f64 * 10.0,
                y: at as f64 * 12.0,
                radius: None,
                accessible: seat == 'a',
            }
        });
        Row { number: letter.to_string(), label: None, seats: seats.collect() }
    };
    let rows = rows.iter().enumerate().map(row).collect();
    let zone = Zone { name: "Hall".into(), zone_id: None, x: 0.0, y: 0.0, rows, shapes: Vec::new() };
    let categories = vec![Category { name: "Seat".into(), color: None }];
    let definition =
        PlanDefinition { name: "Hall".into(), size: None, categories, zones: vec![zone], areas: Vec::new() };
    let mut free = FreeSeats::all_free(Arc::new(SeatingPlan::new(definition)));
    for label in sold {
        free.take(free.plan().seat_index(&label).expect("just drawn"));
    }
    free
}

fn pick(free: &FreeSeats, quantity: u16) -> (String, bool) {
    let found = free.best_available(&Wish { quantity, ..Wish::default() }).expect("enough seats are free");
    let labels: Vec<&str> = found.seats.iter().map(|seat| free.plan().label(*seat)).collect();
    (labels.join(" "), found.adjacent)
}
