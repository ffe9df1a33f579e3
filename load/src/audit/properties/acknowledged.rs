//! Every accepted command is in the journal, at the version it was answered with, saying what was answered.

use crate::api::{BookingAnswer, CallKind, CancelBody, HoldAnswer, HoldBody, Stamp};
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
        CallKind::Hold | CallKind::HoldBest | CallKind::HoldStanding => held(case, ledger, call, stamp),
        CallKind::Confirm => confirmed(case, ledger, call, stamp),
        CallKind::Release => released(ledger, call, stamp),
        CallKind::Extend => extended(ledger, call, stamp),
        CallKind::Cancel => cancelled(ledger, call, stamp),
        CallKind::SeatMap
        | CallKind::Show
        | CallKind::Booking
        | CallKind::CustomerBookings
        | CallKind::Checkout
        | CallKind::CheckoutStatus => Ok(()),
    }
}

fn held(case: &Case, ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let answer: HoldAnswer = parse(&call.answer)?;
    let body: HoldBody = parse(&call.request)?;
    let hold = ledger.holds.get(&answer.hold_id).ok_or_else(|| format!("the hold {} is lost", answer.hold_id))?;
    let hall = &case.evidence.setup.hall;
    let seats: Vec<&str> = hold.seats.iter().map(|&seat| case.label(seat)).collect();
    let answered: Vec<&str> = answer.seats.iter().map(|held| held.seat.as_str()).collect();
    let areas: Vec<(&str, u32)> =
        hold.areas.iter().map(|&(area, places)| (hall.areas[area as usize].label.as_str(), places)).collect();
    let answered_areas: Vec<(&str, u32)> =
        answer.general_admission.iter().map(|held| (held.area.as_str(), held.quantity)).collect();
    if hold.held_at != stamp.version || seats != answered || areas != answered_areas {
        return Err(format!("the hold {} is another in the journal: {seats:?} {areas:?}", answer.hold_id));
    }
    let wished = body.seats.len() + body.best_available.map_or(0, |wish| wish.quantity as usize);
    if !body.seats.iter().zip(&answered).all(|(asked, got)| asked == got) || answered.len() != wished {
        return Err(format!("the hold {} has not the seats that were asked for", answer.hold_id));
    }
    let price = |seat: &u32| hall.price(hall.seats[*seat as usize].category);
    let standing = |(area, places): &(u32, u32)| hall.price(hall.areas[*area as usize].category) * u64::from(*places);
    let total = hold.seats.iter().map(price).sum::<u64>() + hold.areas.iter().map(standing).sum::<u64>();
    if answer.total != total || answer.seats.iter().map(|seat| seat.price).sum::<u64>() > total {
        return Err(format!("the hold {} costs {}, and should cost {total}", answer.hold_id, answer.total));
    }
    let until: jiff::Timestamp = answer.expires_at.parse().map_err(|_| "expires_at is no time".to_owned())?;
    // Answers may round to milliseconds.
    if (until.as_microsecond() - hold.expires_at.at(stamp.version)).abs() > 1_000 {
        return Err(format!("the hold {} lasts until another time in the journal", answer.hold_id));
    }
    Ok(())
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
    let hold = ledger.holds.get(&call.subject).ok_or_else(|| format!("the hold {} is lost", call.subject))?;
    let there = hold.expires_at.all().iter().any(|(version, _)| *version == stamp.version);
    if there { Ok(()) } else { Err(format!("the extension of {} is lost", call.subject)) }
}

fn cancelled(ledger: &ShowLedger, call: &Call, stamp: Stamp) -> Result<(), String> {
    let body: CancelBody = parse(&call.request)?;
    let booking = ledger.bookings.get(&call.subject).ok_or_else(|| format!("the booking {} is lost", call.subject))?;
    let gone = booking.cancelled.iter().filter(|ticket| **ticket == Some(stamp.version)).count();
    let enough = body.tickets.map_or(gone > 0, |tickets| gone == tickets.len());
    if enough { Ok(()) } else { Err(format!("the cancellation of {} is lost", call.subject)) }
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("cannot be read: {error}"))
}
