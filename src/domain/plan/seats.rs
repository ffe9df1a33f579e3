//! What a plan says about each seat, as one array per fact: compact, and quick to go through.
//!
//! Labels and numbers are texts and kept elsewhere.
use super::definition::PlanDefinition;
use super::{CategoryIndex, RowIndex};

/// Arrays by seat.
#[derive(Debug, Default)]
pub(super) struct Seats {
    pub category: Vec<CategoryIndex>,
    pub row: Vec<RowIndex>,
    pub position: Vec<(f64, f64)>,
    /// 0 where the plan gives none.
    pub radius: Vec<f32>,
    pub accessible: Vec<u64>,
}

impl Seats {
    pub fn of(definition: &PlanDefinition) -> Seats {
        let count = definition.seat_count();
        let mut seats = Seats { accessible: vec![0; count.div_ceil(64)], ..Seats::default() };
        let rows = definition.zones.iter().flat_map(|zone| &zone.rows);
        for (row, row_index) in rows.zip(0u32..) {
            for seat in &row.seats {
                let at = seats.row.len();
                seats.accessible[at / 64] |= u64::from(seat.accessible) << (at % 64);
                assert!(seat.category.index() < definition.categories.len(), "a checked seat has a category");
                seats.category.push(seat.category);
                seats.row.push(RowIndex(row_index));
                seats.position.push((seat.x, seat.y));
                seats.radius.push(seat.radius.unwrap_or(0.0));
            }
        }
        seats
    }
}
