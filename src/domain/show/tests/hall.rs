//! The hall of the stories: small enough to know by heart.
//!
//! ```text
//! zone Stalls   A1 A2 A3 A4 A5 A6     category Stalls
//!               B1 B2 B3 B4 B5 B6     category Stalls; B1 and B2 are accessible
//! zone Circle   C1 C2 C3 C4           category Circle
//! zone Circle   D1 D2 D3 D4           category Circle: pretix lets two zones share a name
//! zone Royal    X1 X2                 category Boxes: not sold in the stories
//! areas         Pit (60, Standing), Terrace (10, Standing), Lawn (20, Boxes)
//! ```

use std::sync::{Arc, OnceLock};

use crate::domain::plan::{Area, Category, CategoryIndex, PlanDefinition, Row, Seat, SeatIndex, SeatingPlan, Zone};

pub const CATEGORIES: [&str; 4] = ["Stalls", "Circle", "Boxes", "Standing"];
/// A row and its number of seats.
type RowOfHall = (&'static str, usize);

/// (Zone, its rows, category.)
pub const ZONES: [(&str, &[RowOfHall], u16); 4] = [
    ("Stalls", &[("A", 6), ("B", 6)], 0),
    ("Circle", &[("C", 4)], 1),
    ("Circle", &[("D", 4)], 1),
    ("Royal", &[("X", 2)], 2),
];
pub const ACCESSIBLE: [&str; 2] = ["B1", "B2"];
/// (Area, category, capacity.)
pub const AREAS: [(&str, u16, u32); 3] = [("Pit", 3, 60), ("Terrace", 3, 10), ("Lawn", 2, 20)];

pub fn hall() -> Arc<SeatingPlan> {
    static HALL: OnceLock<Arc<SeatingPlan>> = OnceLock::new();
    HALL.get_or_init(|| Arc::new(SeatingPlan::new(definition()))).clone()
}

pub fn definition() -> PlanDefinition {
    let mut rows_before = 0;
    let zones = ZONES.map(|(zone, rows, category)| {
        let rows: Vec<Row> = rows
            .iter()
            .map(|(row, seats)| {
                rows_before += 1;
                let seats = (1..=*seats).map(|number| seat(row, number, rows_before, category)).collect();
                Row { number: (*row).into(), label: None, seats }
            })
            .collect();
        Zone { name: zone.into(), zone_id: None, x: 0.0, y: 0.0, rows, shapes: Vec::new() }
    });
    let areas =
        AREAS.map(|(name, category, capacity)| Area { name: name.into(), category: CategoryIndex(category), capacity });
    PlanDefinition {
        name: "Hall".into(),
        size: None,
        categories: CATEGORIES.map(|name| Category { name: name.into(), color: None }).into(),
        zones: zones.into(),
        areas: areas.into(),
    }
}

fn seat(row: &str, number: usize, row_at: u32, category: u16) -> Seat {
    let label = format!("{row}{number}");
    Seat {
        accessible: ACCESSIBLE.contains(&label.as_str()),
        label,
        number: number.to_string(),
        category: CategoryIndex(category),
        x: number as f64 * 10.0,
        y: f64::from(row_at) * 12.0,
        radius: None,
    }
}

pub fn seats(labels: &[&str]) -> Vec<SeatIndex> {
    labels.iter().map(|label| hall().seat_index(label).expect("the stories know their hall")).collect()
}
