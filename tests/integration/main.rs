//! The integration tests, in one binary: linking is most of their build time.

mod store;
