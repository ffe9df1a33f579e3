//! Understudy: a ticket booking system for on-sales that break other systems.

pub mod domain;
pub mod actors;
pub mod http;
pub mod journal;
pub mod projections;
pub mod store;
