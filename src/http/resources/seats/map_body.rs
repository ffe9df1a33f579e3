//! A seat map as bytes: written by hand, because a hall has thousands of seats and every sale makes a new map.

use std::collections::BTreeMap;
use std::io::Write;

use utoipa::ToSchema;

use super::super::wire::Place;
use crate::domain::plan::{Area, AreaIndex, SeatingPlan};
use crate::domain::show::SeatStatus;
use crate::projections::seat_map::SeatMap;

/// What is written here, for `/openapi.json`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the map is written by hand")]
pub struct SeatMapRead {
    position: Place,
    version: u64,
    /// `held`, `sold` or `blocked` by the label of the seat.
    seats: BTreeMap<String, String>,
    areas: BTreeMap<String, AreaRead>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "the map is written by hand")]
struct AreaRead {
    capacity: u32,
    held: u32,
    sold: u32,
}

/// `"version":..,"seats":{..},"areas":{..}}`: everything after the position.
pub fn map_json(map: &SeatMap, plan: &SeatingPlan) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + 24 * map.taken().count() + 64 * plan.areas().len());
    put(&mut out, format_args!("\"version\":{},\"seats\":{{", map.version));
    let mut comma = "";
    for (seat, status) in map.taken() {
        out.extend_from_slice(comma.as_bytes());
        put_text(&mut out, plan.label(seat));
        put_status(&mut out, status);
        comma = ",";
    }
    out.extend_from_slice(b"},\"areas\":{");
    comma = "";
    for (index, area) in (0..).zip(plan.areas()) {
        let (held, sold) = map.area_counts(AreaIndex(index));
        out.extend_from_slice(comma.as_bytes());
        put_area(&mut out, area, held, sold);
        comma = ",";
    }
    out.extend_from_slice(b"}}");
    out
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a Vec takes all that is written to it");
}

/// Behind the seat's label.
pub fn put_status(out: &mut Vec<u8>, status: SeatStatus) {
    out.extend_from_slice(match status {
        SeatStatus::Held => b":\"held\"",
        SeatStatus::Sold => b":\"sold\"",
        SeatStatus::Blocked => b":\"blocked\"",
        SeatStatus::Free => b":\"free\"",
    });
}

/// With its name.
pub fn put_area(out: &mut Vec<u8>, area: &Area, held: u32, sold: u32) {
    put_text(out, &area.name);
    put(out, format_args!(":{{\"capacity\":{},\"held\":{held},\"sold\":{sold}}}", area.capacity));
}

/// Labels are mostly plain; those that are not are escaped.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        return serde_json::to_writer(out, text).expect("a Vec takes all that is written to it");
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::ShowEvent;
    use crate::domain::plan::{GeneralAdmission, ImportOptions, SeatIndex, import};

    #[test]
    fn a_map_names_what_is_taken_and_how_full_the_areas_are() {
        let seat = |label: &str| json!({"seat_guid": label, "category": "Stalls", "position": {"x": 0, "y": 0}});
        let file = json!({"name": "Hall", "categories": [{"name": "Stalls"}],
            "zones": [{"rows": [{"seats": [seat("A-1"), seat("A \"2\""), seat("A-3")]}]}]});
        let general_admission = vec![GeneralAdmission { area: "Pit".into(), category: "Stalls".into(), capacity: 9 }];
        let options = ImportOptions { general_admission, ..ImportOptions::default() };
        let plan = SeatingPlan::new(import(&file.to_string(), options).expect("a good plan"));
        let mut map = SeatMap::default();
        map.fold(4, &ShowEvent::SeatsBlocked { seats: vec![SeatIndex(1)], reason: "pillar".into() }).expect("it fits");

        let text = format!("{{{}", String::from_utf8(map_json(&map, &plan)).expect("text"));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let pit = json!({"capacity": 9, "held": 0, "sold": 0});
        assert_eq!(value, json!({"version": 4, "seats": {"A \"2\"": "blocked"}, "areas": {"Pit": pit}}));
    }
}
