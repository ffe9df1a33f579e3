//! Understudy: a ticket booking system for on-sales that break other systems.

pub mod domain;
pub mod journal;
