//! One binary for all integration tests: linked once, and what they share is compiled once.

mod architecture;
mod http_access;
mod http_app;
mod http_bad_input;
mod http_booking;
mod http_client;
mod http_faults;
mod http_idempotency;
mod http_reads;
mod journal_codec;
mod journal_contract;
mod journal_damage;
mod journal_disk;
mod journal_fixtures;
mod journal_memory;
mod journal_reopen;
mod store_ahead;
mod store_damage;
mod store_kill;
mod store_poison;
mod store_reading;
mod store_support;
mod store_tape;
mod store_values;
mod store_views;
