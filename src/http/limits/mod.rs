//! What one caller may take of the house: how often it may ask, and how many places it may hold at a time. Bodies, heads
//! and permits have limits of their own, where they are read and taken.

mod address;
mod held_places;
mod network;
mod rates;

pub use address::client;
pub use held_places::{HeldPlaces, Holder};
pub use network::{Network, Networks};
pub use rates::{Rate, Rates, Standing};
