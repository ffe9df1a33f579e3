//! The write side and the read side at work: the only place that knows actix actors.
//!
//! A command comes in through [`Directory::send`], which finds or wakes the show's actor; `show_actor/` decides and
//! waits for the journal; `supervision/` replaces whatever dies; `projector/` keeps the views.

mod receipt;
mod send_error;

pub use receipt::Receipt;
pub use send_error::SendError;
