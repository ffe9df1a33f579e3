//! Whether what was observed of one seat can be explained by a seat on which one thing happens at a time.
//!
//! `check` is an own checker of linearizability, for a model so small that it can be shown to be right: its test compares
//! it with a search through every order, on thousands of random histories.

mod check;
mod seat;

pub use check::check;
pub use seat::{Action, Operation};
