//! Files that are plans, though written by different editors at different times.
use std::sync::Arc;

use super::super::{GeneralAdmission, ImportOptions, SeatingPlan, Size, import, theatre};
use super::{imported, one_row, seat};

#[test]
fn positions_of_zone_row_and_seat_are_added_up() {
    let plan = SeatingPlan::new(imported(&one_row(&seat("A-1", "1.5"))).expect("a sound plan"));
    let seat = plan.seat_index("A-1").expect("the only seat");
    assert_eq!(plan.position(seat), (111.5, 55.0));
}

#[test]
fn an_old_file_without_most_fields_is_accepted() {
    let plan = r#"{"categories":[{"name":"S"}],"zones":[{"rows":[{"seats":[
        {"seat_guid":"a","position":{"x":0,"y":0},"category":"S"}]}]}]}"#;
    let definition = imported(plan).expect("nothing that matters is missing");
    assert_eq!(definition.size, None);
    assert_eq!((definition.zones[0].name.as_str(), definition.zones[0].rows[0].number.as_str()), ("Zone 1", "1"));
}

#[test]
fn unknown_fields_and_numbers_in_place_of_text_are_accepted() {
    let plan = r#"{"name":7,"editor":{"v":2},"size":{"width":"300","height":200.5},"categories":[{"name":1,"x":[]}],
        "zones":[{"name":"Main","locked":true,"rows":[{"row_number":3,"seats":[
        {"seat_guid":12,"seat_number":4,"position":{"x":"1.5","y":-2,"z":9},"category":1,"radius":"8"}]}],
        "areas":[{"shape":"circle","text":{"text":"Bar"}}]}]}"#;
    let definition = imported(plan).expect("all of it can be understood");
    let row = &definition.zones[0].rows[0];
    assert_eq!((definition.name.as_str(), row.number.as_str()), ("7", "3"));
    assert_eq!((row.seats[0].label.as_str(), row.seats[0].number.as_str()), ("12", "4"));
    assert_eq!((row.seats[0].x, row.seats[0].y, row.seats[0].radius), (1.5, -2.0, Some(8.0)));
    assert_eq!(definition.size, Some(Size { width: 300.0, height: 200.5 }));
    assert_eq!(definition.zones[0].shapes, [r#"{"shape":"circle","text":{"text":"Bar"}}"#]);
}

#[test]
fn labels_are_uuids_where_the_plan_says_so() {
    let plan = one_row(
        r#"{"seat_guid":"same","uuid":"u-1","position":{"x":0,"y":0},"category":"Stalls"},
        {"seat_guid":"same","uuid":"u-2","position":{"x":9,"y":0},"category":"Stalls"}"#,
    );
    let plan = plan.replacen('{', r#"{"seat_label_from":"uuid","#, 1);
    let labels: Vec<String> = imported(&plan).expect("uuids differ").seats().map(|seat| seat.label.clone()).collect();
    assert_eq!(labels, ["u-1", "u-2"]);
}

#[test]
fn a_plan_of_standing_areas_alone_is_a_plan() {
    let plan = r#"{"name":"Field","categories":[{"name":"Lawn"}],"zones":[]}"#;
    let lawn = GeneralAdmission { area: "Lawn".into(), category: "Lawn".into(), capacity: 5_000 };
    let options = ImportOptions { general_admission: vec![lawn], ..ImportOptions::default() };
    let plan = SeatingPlan::new(import(plan, options).expect("an area is enough"));
    assert_eq!((plan.seat_count(), plan.areas().len()), (0, 1));
    assert_eq!(plan.area_index("Lawn").map(|area| area.0), Some(0));
    assert_eq!(plan.areas()[0].capacity, 5_000);
}

#[test]
fn the_built_in_theatre_is_a_sound_plan() {
    let (file, options) = theatre();
    let plan = Arc::new(SeatingPlan::new(import(file, options).expect("the theatre is sound")));
    assert_eq!((plan.seat_count(), plan.areas()[0].capacity, plan.categories().len()), (1_024, 200, 5));
    let seat = plan.seat_index("Stalls-C-12").expect("row C has a seat 12");
    assert_eq!((plan.label(seat), plan.number(seat)), ("Stalls-C-12", "12"));
    assert_eq!(plan.zones()[plan.zone_of(seat).index()].name, "Stalls");
    let accessible = (0..1_024).map(super::super::SeatIndex).filter(|seat| plan.is_accessible(*seat)).count();
    assert_eq!(accessible, 12);
    // 16 rows and 8 rows with two aisles each, a row of accessible seats, 12 boxes.
    assert_eq!(plan.blocks().len(), (16 + 8) * 3 + 1 + 12);
}

#[test]
fn a_name_of_more_digits_than_a_number_has_is_not_another_name() {
    let plan = |label: &str| format!(r#"{{"seat_guid":{label},"position":{{"x":0,"y":0}},"category":"Stalls"}}"#);
    let error = imported(&one_row(&plan("12345678901234567890123"))).expect_err("it would be rounded").to_string();
    assert!(
        error.contains("zones[0]: rows[0]: seats[0]: a number of so many digits has to be written as text"),
        "{error}"
    );
    let written = imported(&one_row(&plan(r#""12345678901234567890123""#))).expect("it is text");
    assert_eq!(written.zones[0].rows[0].seats[0].label, "12345678901234567890123");
}

#[test]
fn what_has_fields_is_not_read_from_a_list() {
    let (whole, position) = ("[]", r#"{"seat_guid":"a","position":[5,6],"category":"Stalls"}"#);
    let error = imported(whole).expect_err("a plan is an object").to_string();
    assert!(error.contains("invalid type: sequence, expected an object"), "{error}");
    let error = imported(&one_row(position)).expect_err("so is a position").to_string();
    assert!(error.contains("zones[0]: rows[0]: seats[0]: invalid type: sequence, expected an object"), "{error}");
}
