//! A seating plan as it is stored for ever in the log: checked, normalised, and nothing derived.
//!
//! The order of the seats here is the order of [`SeatIndex`](super::SeatIndex). Neighbours, aisles and distances are
//! not stored: they follow from the positions (and numbers, where those leave it open), and
//! [`SeatingPlan`](super::SeatingPlan) works them out. The shape of these types is part of the log's format, so fields
//! are never renamed or re-ordered.
use serde::{Deserialize, Serialize};

use super::CategoryIndex;

/// A whole plan. What an import makes of a pretix file and the request around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanDefinition {
    pub name: String,
    /// What the file said; older files say nothing.
    pub size: Option<Size>,
    pub categories: Vec<Category>,
    pub zones: Vec<Zone>,
    pub areas: Vec<Area>,
}

/// Width and height of the drawing, in plan units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub width: f64,
    pub height: f64,
}

/// A price class and the colour it is drawn in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub name: String,
    pub color: Option<String>,
}

/// A part of the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    pub name: String,
    pub zone_id: Option<String>,
    /// Where the decorative shapes count from; the seats' positions are absolute already.
    pub x: f64,
    pub y: f64,
    pub rows: Vec<Row>,
    /// Decorative shapes (stage, bar, text), each the JSON that the file had.
    pub shapes: Vec<String>,
}

/// A row of seats, in the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub number: String,
    pub label: Option<String>,
    pub seats: Vec<Seat>,
}

/// A seat. `x` and `y` are absolute, in plan units; `y` grows away from the stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    pub label: String,
    pub number: String,
    pub category: CategoryIndex,
    pub x: f64,
    pub y: f64,
    pub radius: Option<f32>,
    pub accessible: bool,
}

/// A general admission area: people, not seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub name: String,
    pub category: CategoryIndex,
    pub capacity: u32,
}

impl PlanDefinition {
    /// Every seat in the order of [`SeatIndex`](super::SeatIndex).
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.zones.iter().flat_map(|zone| &zone.rows).flat_map(|row| &row.seats)
    }

    /// Number of seats, general admission not counted.
    pub fn seat_count(&self) -> usize {
        self.zones.iter().flat_map(|zone| &zone.rows).map(|row| row.seats.len()).sum()
    }
}
