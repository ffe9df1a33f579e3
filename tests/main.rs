//! One binary for all integration tests: linked once, and what they share is compiled once.

mod journal_contract;
mod journal_fixtures;
