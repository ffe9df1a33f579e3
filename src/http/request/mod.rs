//! What comes in, parsed once: after this, types are already right.
//!
//! [`Incoming`] is a request with a body, [`Reading`] one without. Fields of bodies have types of their own, so that a
//! wrong one is named before any handler runs.

mod arriving;
mod body;
mod idempotency;
pub mod ids;
mod in_flight;
mod incoming;
mod min_position;
mod number;
pub mod one_header;
mod page;
pub mod query;
mod reading;
mod text;

pub use arriving::BodyBytesMax;
pub use body::read;
pub use in_flight::InFlight;
pub use incoming::{Incoming, check_hold_token, state};
pub use number::{Count, Whole, Within};
pub use page::Page;
pub use reading::Reading;
pub use text::{Label, Line, Names, OrganiserName};

pub use crate::domain::object::Object;
