//! The seating plan of a venue: read from a pretix file, kept for ever in the log, looked up by every decision.
//!
//! [`import`] makes a checked [`PlanDefinition`] of a file; that is what the log stores. [`SeatingPlan`] is built from a
//! definition and shared by every show of the venue. What is free or sold is not here: that belongs to a show.
mod admission;
mod aisles;
mod curve;
mod definition;
mod facts;
mod import;
mod index;
mod layout;
pub mod limits;
mod measure;
mod nearness;
mod neighbours;
mod offence;
mod place;
mod pretix;
mod price_classes;
mod reading;
mod row_order;
mod seating_plan;
mod seats;
mod surroundings;
#[cfg(test)]
mod tests;
mod texts;
mod theatre;
mod walk;

pub use admission::GeneralAdmission;
pub use definition::{Area, Category, PlanDefinition, Row, Seat, Size, Zone};
pub use facts::{RowFacts, ZoneFacts};
pub use import::{ImportOptions, import};
pub use index::{AreaIndex, CategoryIndex, RowIndex, SeatIndex, ZoneIndex};
pub use layout::Block;
pub use measure::Point;
pub use offence::{Offence, Offender, PlanError};
pub use seating_plan::SeatingPlan;
pub use theatre::theatre;
