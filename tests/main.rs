//! One binary for all integration tests: linked once, and what they share is compiled once.

mod actors_crash_points;
mod actors_crashes;
mod actors_crowd;
mod actors_failing_disk;
mod actors_failing_journal;
mod actors_idempotency;
mod actors_invariant;
mod actors_sleep;
mod actors_two_houses;
mod house;
mod journal_contract;
mod journal_fixtures;
