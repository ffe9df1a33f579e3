//! Halls drawn as text.
use std::sync::Arc;

use crate::domain::best_available::FreeSeats;
use crate::domain::equal_seats::equal_seats;
use crate::domain::plan::{Category, CategoryIndex, PlanDefinition, Row, Seat, SeatIndex, SeatingPlan, Zone};

pub struct Drawn {
    free: FreeSeats,
    held: Vec<SeatIndex>,
}

/// Straight rows: `a` and `b` are free seats of two categories, `1` is a free accessible one of the first; `X`, `Y` and
/// `!` are the same, taken by others, and so is `x`; a blank is an aisle. Seats are 10 apart and rows 12; labels are the
/// row's letter and the column.
pub fn drawn(rows: &[&str]) -> Drawn {
    let mut taken = Vec::new();
    let row = |(at, drawn): (usize, &&str)| {
        let letter = (b'A' + at as u8) as char;
        let columns = drawn.chars().enumerate().filter(|(_, seat)| *seat != ' ');
        let seats = columns.map(|(column, seat)| {
            let label = format!("{letter}{column}");
            if matches!(seat, 'X' | 'Y' | 'x' | '!') {
                taken.push(label.clone());
            }
            Seat {
                number: column.to_string(),
                label,
                category: CategoryIndex(u16::from(matches!(seat, 'b' | 'Y'))),
                x: column as f64 * 10.0,
                y: at as f64 * 12.0,
                radius: None,
                accessible: matches!(seat, '1' | '!'),
            }
        });
        Row { number: letter.to_string(), label: None, seats: seats.collect() }
    };
    let rows = rows.iter().enumerate().map(row).collect();
    let zone = Zone { name: "Hall".into(), zone_id: None, x: 0.0, y: 0.0, rows, shapes: Vec::new() };
    let categories = ["Stalls", "Circle"].map(|name| Category { name: name.into(), color: None }).into();
    let definition =
        PlanDefinition { name: "Hall".into(), size: None, categories, zones: vec![zone], areas: Vec::new() };
    let mut free = FreeSeats::all_free(Arc::new(SeatingPlan::new(definition)));
    for label in taken {
        free.take(free.plan().seat_index(&label).expect("just drawn"));
    }
    Drawn { free, held: Vec::new() }
}

impl Drawn {
    pub fn held(mut self, labels: &str) -> Self {
        let seats = labels.split(' ').map(|label| self.free.plan().seat_index(label).expect("a seat of the drawing"));
        self.held = seats.collect();
        self
    }

    pub fn answer(&self) -> Option<String> {
        let found = equal_seats(&self.free, &self.held)?;
        let labels: Vec<&str> = found.iter().map(|seat| self.free.plan().label(*seat)).collect();
        Some(labels.join(" "))
    }
}
