//! The only place that wires everything. Tests and production start through the same functions, on any port.

mod data;
mod house;

pub use data::{Data, JOURNAL_DIR, STORE_DIR, end};
pub use house::{House, HouseOptions};
