//! Pure and synchronous.
pub mod best_available;
pub mod plan;
