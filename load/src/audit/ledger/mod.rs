//! The journal, folded: what every seat, area, hold and booking was at every version.
//!
//! The fold is the audit's own, and the most suspicious part of it: every event is checked against the state it falls
//! on, and what does not fit is written down as a problem, not applied over.

mod changes;
mod fold;
mod places;
mod show;

pub use changes::Changes;
pub use fold::fold;
pub use show::{AreaState, Booking, Ending, Hold, Problem, Rule, SeatState, ShowLedger};
