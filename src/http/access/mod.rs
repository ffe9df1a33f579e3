//! Who calls, and whether they may: every call passes the [`Gate`] of its route before anything else of it is looked at.

mod admission;
mod admits;
mod caller;
mod gate;
mod owner;
mod tenant;

pub use admission::Admission;
pub use admits::{ANYONE, Admits, BUYERS, COUNTER, OPS, ORGANISERS, OWN_BOOKINGS, Party, SELLERS};
pub use caller::{Caller, Doors};
pub use gate::{Gate, Guarded};
pub use owner::owner;
