//! Small numbers that stand for the seats, areas, categories, zones and rows of one plan.
//!
//! They follow the order of the [`PlanDefinition`](super::PlanDefinition) and mean nothing without it: events store
//! them, so that order is for ever. They do not say which venue they belong to; whoever holds one knows its plan.
use serde::{Deserialize, Serialize};

/// A seat: its place in the definition, counted through all zones and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeatIndex(pub u32);

/// A general admission area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaIndex(pub u16);

/// A price class of seats or areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryIndex(pub u16);

/// A part of the hall, such as the stalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneIndex(pub u16);

/// A row, counted through all zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowIndex(pub u32);

impl SeatIndex {
    /// For indexing the arrays of a plan.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl AreaIndex {
    /// For indexing the list of areas.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl CategoryIndex {
    /// For indexing the list of categories.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl ZoneIndex {
    /// For indexing the list of zones.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl RowIndex {
    /// For indexing the list of rows.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
