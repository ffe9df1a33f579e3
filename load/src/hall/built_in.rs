//! Halls that need no file: a small theatre with everything in it, and a grid of any size.

use serde_json::{Value, json};

/// 480 seats in two zones, a row for wheelchairs, a standing pit of 200.
pub fn theatre() -> Value {
    let zones = json!([zone("Stalls", 0.0, 16, 20), zone("Circle", 30.0, 8, 20)]);
    let accessible: Vec<String> = (1..=20).map(|number| format!("Stalls-P-{number}")).collect();
    json!({
        "name": "The load's theatre",
        "plan": plan("The load's theatre", &["Stalls", "Circle", "Pit"], zones),
        "general_admission": [{ "area": "Pit", "category": "Pit", "capacity": 200 }],
        "accessible": accessible,
    })
}

/// `seats` seats in rows of a hundred, and a standing area of `places` (0: none).
pub fn grid(seats: usize, places: u32) -> Value {
    let rows = seats.div_ceil(100);
    let mut hall = zone("Floor", 0.0, rows, 100);
    if let Some(last) = hall["rows"].as_array_mut().and_then(|rows| rows.last_mut()) {
        let keep = seats - (rows - 1) * 100;
        if let Some(seats) = last["seats"].as_array_mut() {
            seats.truncate(keep);
        }
    }
    let mut import = json!({ "name": "Grid", "plan": plan("Grid", &["Floor", "Field"], json!([hall])) });
    if places > 0 {
        import["general_admission"] = json!([{ "area": "Field", "category": "Field", "capacity": places }]);
    }
    import
}

fn plan(name: &str, categories: &[&str], zones: Value) -> Value {
    let categories: Vec<Value> = categories.iter().map(|name| json!({ "name": name, "color": "#888888" })).collect();
    json!({ "name": name, "categories": categories, "zones": zones, "size": { "width": 2000, "height": 4000 } })
}

fn zone(name: &str, top: f64, rows: usize, seats: usize) -> Value {
    let rows: Vec<Value> = (0..rows).map(|row| plan_row(name, row, seats)).collect();
    json!({ "name": name, "zone_id": name, "position": { "x": 0.0, "y": top }, "rows": rows, "areas": [] })
}

fn plan_row(zone: &str, row: usize, seats: usize) -> Value {
    let label = row_label(row);
    let seats: Vec<Value> = (1..=seats)
        .map(|number| {
            json!({
                "seat_guid": format!("{zone}-{label}-{number}"),
                "seat_number": number.to_string(),
                "position": { "x": number as f64, "y": 0.0 },
                "category": zone,
            })
        })
        .collect();
    json!({ "row_number": label, "position": { "x": 0.0, "y": row as f64 * 1.2 }, "seats": seats })
}

/// A, B, ... Z, AA, AB, ... as on the doors of any theatre.
fn row_label(row: usize) -> String {
    let letter = char::from(b'A' + (row % 26) as u8);
    if row < 26 { letter.to_string() } else { format!("{}{letter}", row_label(row / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_as_many_seats_as_were_asked_for() {
        for seats in [1, 99, 100, 101, 2_750] {
            let hall = super::super::read(&grid(seats, 5)).expect("a hall");
            assert_eq!((hall.seats.len(), hall.areas[0].capacity), (seats, 5));
            assert_eq!(hall.index().len(), seats, "labels repeat");
        }
    }
}
