//! The only place that wires everything. Tests and production start through the same functions, on any port.

mod begun;
mod data;
mod doors;
mod gateways;
mod house;
mod lost_end;
mod plain;
mod scrub;
mod server;
mod warnings;

pub use data::{Data, IMPORTING_DIR, JOURNAL_DIR, STORE_DIR, end};
pub use house::{House, HouseOptions};
pub use lost_end::prospect;
pub use plain::{journal as journal_options, store as store_options};
pub use server::{Running, start};
