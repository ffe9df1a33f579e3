//! Every accepted command is in the journal, at the version it was answered with, saying what was answered.

mod cancellation;
mod hold;

use crate::api::{BookingAnswer, CallKind, ExtendAnswer, Stamp};
use crate::audit::case::Case;
use crate::audit::commands::Command;
use crate::audit::ledger::{Ending, ShowLedger};
use crate::audit::verdict::Verdict;
use crate::history::Call;

pub fn check(case: &Case) -> Verdict {
    let mut verdict =
        Verdict::new("everything that was acknowledged is in the journal, as it was answered", "answers").with_work();
    for command in &case.commands {
        let Some((call, stamp)) = command.accepted() else { continue };
        let Some(ledger) = case.ledger(command.show) else { continue };
        verdict.looked();
        if let Err(what) = judge(case, ledger, command, call, stamp) {
            let mut history = command.lines();
            history.extend(case.commit_lines(command.show as usize, &[stamp.version]));
            verdict.broken(what, history);
        }
    }
    verdict
}

fn judge(case: &Case, ledger: &ShowLedger, command: &Command, call: &Call, stamp: Stamp) -> Result<(), String> {
    if ledger.position_of(stamp.version) != Some(stamp.position) {
        let there = ledger.position_of(stamp.version);
        return Err(format!(
            "version {} was answered with position {}, and is at {there:?}",
            stamp.version, stamp.position
        ));
    }
    match command.kind {
        CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding => hold::judge(case, ledger, call, stamp),
        CallKind::Confirm => confirmed(case, ledger, call, stamp),
        CallKind::Release => released(ledger, call, stamp),
        CallKind::Extend => extended(ledger, call, stamp),
        CallKind::Cancel => cancellation::judge(case, ledger, call, stamp),
        CallKind::SeatMap
        | CallKind::Show
        | CallKind::Booking
        | CallKind::CustomerBookings
        | CallKind::Checkout
        | CallKind::CheckoutStatus => Ok(()),
    }
}

fn confirmed(case: &Case, ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let answer: BookingAnswer = parse(&call.answer)?;
    let id = answer.booking_id;
    let booking = ledger.bookings.get(&id).ok_or_else(|| format!("the booking {id} is lost"))?;
    let hold = &ledger.holds[&booking.hold_id];
    let places = case.places(hold);
    let fits = booking.hold_id == call.subject
        && booking.confirmed_at == stamp.version
        && answer.tickets.len() == booking.cancelled.len()
        && answer.places() == places;
    if fits { Ok(()) } else { Err(format!("the booking {id} is another in the journal: {booking:?} of {places:?}")) }
}

fn released(ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let ending = ledger.holds.get(&call.subject).and_then(|hold| hold.ending);
    let as_answered = ending == Some((Ending::Released, stamp.version));
    if as_answered { Ok(()) } else { Err(format!("the release of {} is lost: {ending:?}", call.subject)) }
}

fn extended(ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let answer: ExtendAnswer = parse(&call.answer)?;
    let id = call.subject;
    let hold = ledger.holds.get(&id).ok_or_else(|| format!("the hold {id} is lost"))?;
    let mut extensions = hold.expires_at.all().iter().filter(|(version, _)| *version > hold.held_at);
    match extensions.find(|(version, _)| *version == stamp.version) {
        Some((_, until)) if answer.hold_id == id => lasts_until(&answer.expires_at, *until),
        Some(_) => Err(format!("the extension of {id} was told of another hold")),
        None => Err(format!("the extension of {id} is lost")),
    }
}

/// Answers may round to milliseconds.
fn lasts_until(answered: &str, expires_at: i64) -> Result<(), String> {
    let until: jiff::Timestamp = answered.parse().map_err(|_| "expires_at is no time".to_owned())?;
    if (until.as_microsecond() - expires_at).abs() > 1_000 {
        return Err(format!("the hold was to last until {answered}, and lasts until {expires_at} in the journal"));
    }
    Ok(())
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("cannot be read: {error}"))
}
