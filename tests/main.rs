//! One binary for all integration tests: linked once, and what they share is compiled once.

mod architecture;
mod journal_codec;
mod journal_contract;
mod journal_damage;
mod journal_disk;
mod journal_fixtures;
mod journal_memory;
mod journal_reopen;
mod store_ahead;
mod store_damage;
mod store_poison;
mod store_reading;
mod store_support;
mod store_tape;
mod store_values;
mod store_views;
