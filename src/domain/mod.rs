//! Pure and synchronous.
pub mod plan;
