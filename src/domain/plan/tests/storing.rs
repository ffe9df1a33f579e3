//! What the log stores stays readable.
use super::super::{
    Area, Category, CategoryIndex, ImportOptions, PlanDefinition, Row, Seat, Size, Zone, import, theatre,
};

fn small() -> PlanDefinition {
    let seat = Seat {
        label: "A-1".into(),
        number: "1".into(),
        category: CategoryIndex(1),
        x: 1.5,
        y: -2.0,
        radius: Some(8.0),
        accessible: true,
    };
    let zone = Zone {
        name: "Main".into(),
        zone_id: Some("m".into()),
        x: 1.0,
        y: 0.0,
        rows: vec![Row { number: "A".into(), label: None, seats: vec![seat] }],
        shapes: vec!["{}".into()],
    };
    let category = |name: &str| Category { name: name.into(), color: Some("#fff".into()) };
    PlanDefinition {
        name: "Hall".into(),
        size: Some(Size { width: 3.0, height: 2.0 }),
        categories: vec![category("Pit"), category("Stalls")],
        zones: vec![zone],
        areas: vec![Area { name: "Pit".into(), category: CategoryIndex(0), capacity: 300 }],
    }
}

#[test]
fn bytes_stored_by_the_first_version_are_read_for_ever() {
    let golden = "0448616c6c 01 0000000000000840 0000000000000040
        02 03506974 0104 23666666 065374616c6c73 0104 23666666
        01 044d61696e 01 016d 000000000000f03f 0000000000000000
        01 0141 00 01 03412d31 0131 01 000000000000f83f 00000000000000c0 01 00000041 01
        01 027b7d
        01 03506974 00 ac02";
    let golden: String = golden.split_whitespace().collect();
    let bytes: Vec<u8> = (0..golden.len() / 2)
        .map(|at| u8::from_str_radix(&golden[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect();
    assert_eq!(postcard::from_bytes::<PlanDefinition>(&bytes), Ok(small()));
    assert_eq!(postcard::to_stdvec(&small()), Ok(bytes));
}

#[test]
fn a_definition_survives_postcard_and_json() {
    let (file, options): (&str, ImportOptions) = theatre();
    let definition = import(file, options).expect("the theatre is sound");
    let bytes = postcard::to_stdvec(&definition).expect("postcard can store it");
    assert_eq!(postcard::from_bytes::<PlanDefinition>(&bytes), Ok(definition.clone()));
    let json = serde_json::to_string(&definition).expect("JSON can store it");
    assert_eq!(serde_json::from_str::<PlanDefinition>(&json).expect("and read it"), definition);
}
