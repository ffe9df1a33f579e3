//! `load audit`: was every promise kept?
//!
//! Judged from three witnesses: the recorded history of every request and answer, the server's own reads (part of that
//! history), and the export of the journal. Each property is a file of its own under `properties/`, takes the case and
//! returns a verdict; none of them shares code with the server.

mod case;
mod checkout_event;
mod checkouts;
mod commands;
mod evidence;
mod journal;
mod ledger;
mod linear;
mod properties;
#[cfg(test)]
mod small;
mod tickets;
mod verdict;
mod window;

pub use checkout_event::{CheckoutBegun, CheckoutEvent};
pub use evidence::Evidence;
pub use journal::{BookingEvent, CommandRecord, Commit, EndEvent, Event, HoldEvent, ShowEvent};
pub use verdict::Verdict;

use case::Case;

/// One verdict for each property. `sold_out`: the run was to sell every seat.
pub fn audit(evidence: &Evidence, sold_out: bool) -> Vec<Verdict> {
    let case = Case::of(evidence);
    let mut verdicts: Vec<Verdict> = properties::ALL.iter().map(|check| check(&case)).collect();
    if sold_out {
        verdicts.push(properties::everything_is_sold(&case));
    }
    verdicts
}
