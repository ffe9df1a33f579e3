//! What a run has to say: a table for the terminal, JSON for programs, one HTML page for people.

mod chart;
mod figures;
mod html;
mod table;

pub use figures::{duration, rate};
pub use html::page;
pub use table::{Table, answers, calls};
