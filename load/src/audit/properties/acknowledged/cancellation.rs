//! A cancellation that was granted: of the tickets that were named, or of all that were left, and of no others.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::parse;
use crate::api::{CancelAnswer, CancelBody, Stamp};
use crate::audit::case::Case;
use crate::audit::ledger::ShowLedger;
use crate::history::Call;

pub fn judge(case: &Case, ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let body: CancelBody = parse(&call.request)?;
    let answer: CancelAnswer = parse(&call.answer)?;
    let id = call.subject;
    let booking = ledger.bookings.get(&id).ok_or_else(|| format!("the booking {id} is lost"))?;
    let tickets = || booking.cancelled.iter().enumerate();
    let gone: BTreeSet<usize> =
        tickets().filter(|(_, ticket)| **ticket == Some(stamp.version)).map(|(number, _)| number).collect();
    let as_asked = match body.tickets {
        Some(asked) => numbers(case, id, asked.into_iter())? == gone,
        None => tickets().all(|(_, ticket)| ticket.is_some_and(|version| version <= stamp.version)),
    };
    if gone.is_empty() || !as_asked {
        return Err(format!("the cancellation of {id} is another in the journal: of its tickets {gone:?}"));
    }
    let places = case.places(&ledger.holds[&booking.hold_id]);
    let told = numbers(case, id, answer.cancelled.iter().map(|ticket| ticket.ticket_id))?;
    let told_places = answer.cancelled.iter().filter_map(|ticket| ticket.place());
    let as_told = answer.booking_id == id && told == gone && gone.iter().map(|&number| places[number]).eq(told_places);
    if as_told { Ok(()) } else { Err(format!("the cancellation of {id} was told of others than its tickets {gone:?}")) }
}

/// Which tickets of the booking these are.
fn numbers(case: &Case, booking_id: Uuid, tickets: impl Iterator<Item = Uuid>) -> Result<BTreeSet<usize>, String> {
    let number = |ticket: Uuid| match case.tickets.get(&ticket) {
        Some((booking, number)) if *booking == booking_id => Ok(*number),
        Some(_) | None => Err(format!("nobody was told that the booking {booking_id} has the ticket {ticket}")),
    };
    tickets.map(number).collect()
}
