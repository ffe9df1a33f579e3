//! Halls as the client knows them: which seats there are, in the order of the plan, and what they cost.
//!
//! Read from the same file that is sent to the server, by code of its own: the audit must not inherit a mistake of the
//! server's import.

mod built_in;
mod plan_file;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use built_in::{grid, theatre};
pub use plan_file::read;

/// A hall: seats by index in the plan's order (zones, rows, seats as in the file), then standing areas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hall {
    pub name: String,
    pub categories: Vec<String>,
    pub seats: Vec<Seat>,
    pub areas: Vec<Area>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    pub label: String,
    /// Index into `Hall::categories`.
    pub category: usize,
    pub accessible: bool,
    /// Seats of one row have one number; rows are numbered through the hall.
    pub row: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub label: String,
    pub category: usize,
    pub capacity: u32,
}

/// Where to find a seat by its label.
pub type SeatIndex = HashMap<String, u32>;

impl Hall {
    pub fn index(&self) -> SeatIndex {
        self.seats.iter().zip(0..).map(|(seat, index)| (seat.label.clone(), index)).collect()
    }

    /// Seats and standing places.
    pub fn capacity(&self) -> u64 {
        self.seats.len() as u64 + self.areas.iter().map(|area| u64::from(area.capacity)).sum::<u64>()
    }

    /// In minor units; every category has one of its own, so that a mix-up shows in a total.
    pub fn price(&self, category: usize) -> u64 {
        1_500 + 1_100 * category as u64
    }
}
