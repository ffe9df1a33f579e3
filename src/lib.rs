//! Understudy: a ticket booking system for on-sales that break other systems.
//!
//! One supervised actor per show decides every booking; what it decides becomes events in a durable journal; projections
//! turn the log into read views; a supervisor replaces an actor that dies with one that has replayed the log.
//!
//! Dependencies point one way: `domain <- journal, store <- projections, payments <- actors <- http <- app`. ARCHITECTURE.md has
//! the map and the story of one booking; `tests/architecture.rs` holds the layers against the code.

pub mod access;
pub mod actors;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod http;
pub mod journal;
pub mod payments;
pub mod projections;
pub mod store;
pub mod telemetry;
