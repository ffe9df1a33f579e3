//! Pure and synchronous.
