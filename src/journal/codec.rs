//! The codec comes with the journal.
