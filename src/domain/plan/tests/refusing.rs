//! Plans that are wrong, and whether the error would help to mend them.
use super::super::{GeneralAdmission, ImportOptions, Offence, PlanError, import};
use super::{imported, one_row, seat};

fn refused(plan: &str) -> PlanError {
    imported(plan).expect_err("the plan is not sound")
}

fn codes(error: &PlanError) -> Vec<&'static str> {
    error.offenders.iter().map(|offender| offender.offence.code()).collect()
}

#[test]
fn a_repeated_label_is_named_with_both_places() {
    let error = refused(&one_row(&[seat("A-1", "0"), seat("A-1", "20")].join(",")));
    assert_eq!(codes(&error), ["repeated_label"]);
    let offender = &error.offenders[0];
    assert_eq!((offender.zone.as_deref(), offender.row.as_deref()), (Some("Main"), Some("A")));
    let message = r#"seat "A-1" in zone "Main", row "A" has a label that a seat in zone "Main", row "A" has already"#;
    assert_eq!(offender.message, message);
}

#[test]
fn coordinates_that_are_not_finite_are_offenders_with_a_name() {
    for x in ["1e999", "-1e999", "null", "\"north\"", "[1]", "1e10"] {
        let error = refused(&one_row(&seat("A-7", x)));
        assert_eq!(codes(&error), ["bad_coordinate"], "{x}");
        assert_eq!(error.offenders[0].label.as_deref(), Some("A-7"), "{x}");
    }
    let missing = r#"{"seat_guid":"A-7","position":{"x":1},"category":"Stalls"}"#;
    assert_eq!(codes(&refused(&one_row(missing))), ["bad_coordinate"]);
    let nowhere = r#"{"seat_guid":"A-7","category":"Stalls"}"#;
    assert_eq!(codes(&refused(&one_row(nowhere))), ["bad_coordinate"]);
}

#[test]
fn a_zone_that_is_nowhere_is_one_offender_and_not_one_per_seat() {
    let plan = one_row(&[seat("A-1", "0"), seat("A-2", "20")].join(",")).replace(r#""x":100"#, r#""x":1e999"#);
    let error = refused(&plan);
    assert_eq!((codes(&error), error.count), (vec!["bad_coordinate"], 1));
    assert_eq!(error.offenders[0].message, r#"zone "Main" has a position that is not two finite numbers"#);
}

#[test]
fn all_kinds_of_offence_are_collected_in_one_pass() {
    let long = "x".repeat(201);
    let seats = [
        seat("", "0"),
        seat(&long, "20"),
        seat("A-1", "40").replace("Stalls", "Balcony"),
        seat("A-2", "1e999"),
        seat("A-3", "80"),
        seat("A-3", "100"),
    ];
    let area = |area: &str, category: &str, capacity| GeneralAdmission {
        area: area.into(),
        category: category.into(),
        capacity,
    };
    let areas = vec![area("Pit", "Stalls", 0), area("Pit", "Stalls", 5), area("", "Lawn", 5), area("A-3", "Stalls", 5)];
    let options = ImportOptions { general_admission: areas, accessible: vec!["A-3".into(), "Z-9".into()] };
    let error = import(&one_row(&seats.join(",")), options).expect_err("hardly anything is right");
    let expected = [
        "empty_label",
        "label_too_long",
        "unknown_category",
        "bad_coordinate",
        "repeated_label",
        "unknown_accessible_seat",
        "bad_area",
        "bad_area",
        "bad_area",
        "unknown_category",
        "bad_area",
    ];
    assert_eq!((codes(&error), error.count), (expected.to_vec(), expected.len()));
    assert!(error.to_string().contains(r#"seat "A-1" in zone "Main", row "A" is of category "Balcony""#), "{error}");
}

#[test]
fn twenty_offenders_are_named_and_all_are_counted() {
    let seats: Vec<String> = (0..5_000).map(|at| seat("same", &at.to_string())).collect();
    let error = refused(&one_row(&seats.join(",")));
    assert_eq!((error.offenders.len(), error.count), (20, 4_999));
    assert_eq!(error.by_offence[&Offence::RepeatedLabel], 4_999);
    assert!(error.to_string().ends_with("and 4979 more"), "{error}");
}

#[test]
fn a_plan_of_nothing_is_refused() {
    let error = refused(r#"{"name":"Void","categories":[],"zones":[]}"#);
    assert_eq!(codes(&error), ["empty_plan"]);
}

#[test]
fn more_than_200_000_seats_are_refused() {
    let seats: Vec<String> = (0..=200_000).map(|at| seat(&at.to_string(), &at.to_string())).collect();
    let error = refused(&one_row(&seats.join(",")));
    assert_eq!(codes(&error), ["too_many_seats"]);
    assert!(error.offenders[0].message.contains("200001"), "{error}");
}

#[test]
fn repeated_categories_are_refused() {
    let error = refused(r#"{"name":"Hall","categories":[{"name":"A"},{"name":"A"},{"color":"red"}],"zones":[]}"#);
    assert_eq!(codes(&error), ["bad_category", "bad_category", "empty_plan"]);
}

#[test]
fn a_broken_structure_says_where_it_broke() {
    let broken = one_row(&[seat("A-1", "0"), r#"{"seat_guid":{},"category":"Stalls"}"#.into()].join(","));
    let error = refused(&broken).to_string();
    let place = "zones[0]: rows[0]: seats[1]: invalid type: map, expected text or a number at line 2";
    assert!(error.contains(place), "{error}");
    let error = refused(r#"{"name":"Hall","categories":[]}"#).to_string();
    assert!(error.contains("missing field `zones`"), "{error}");
    let error = refused(r#"{"name":"Hall","categories":[],"zones":"none"}"#).to_string();
    assert!(error.contains("expected the list `zones`"), "{error}");
    assert_eq!(codes(&refused("{")), ["unreadable"]);
}

#[test]
fn names_are_as_short_as_labels_and_no_error_repeats_a_long_one() {
    let long = "z".repeat(100_000);
    let plan = one_row(&[seat("A-1", "0"), seat("", "20")].join(","));
    for name in [r#""Main""#, r#""A""#] {
        let error = refused(&plan.replace(name, &format!("{long:?}")));
        assert!(codes(&error).contains(&"label_too_long"), "{name}: {:?}", codes(&error));
        assert!(error.to_string().len() < 4_000, "{name}");
    }
    let unknown = one_row(&seat("A-1", "0").replace("Stalls", &long));
    assert!(refused(&unknown).to_string().len() < 4_000);
}

#[test]
fn shapes_that_strict_readers_cannot_read_are_refused() {
    let deep = "[".repeat(1_000) + &"]".repeat(1_000);
    for shape in ["\"\\ud800\"", "1e999", &deep] {
        let plan = one_row(&seat("A-1", "0")).replacen("\"rows\"", &format!("\"areas\":[{shape}],\"rows\""), 1);
        assert_eq!(codes(&refused(&plan)), ["unreadable"], "{shape:.20}");
    }
}

#[test]
fn a_radius_is_kept_where_it_is_a_size() {
    for (radius, kept) in [("5", Some(5.0)), ("1e39", None), ("1e-46", None), ("-1", None)] {
        let seat = seat("A-1", "0").replacen('{', &format!("{{\"radius\":{radius},"), 1);
        let plan = imported(&one_row(&seat)).expect("a sound plan");
        assert_eq!(plan.zones[0].rows[0].seats[0].radius, kept, "{radius}");
    }
}
