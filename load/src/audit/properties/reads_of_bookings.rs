//! Every booking that was read, by its id or among its customer's, is the one of the log; and nobody reads another's
//! among their own.

use serde_json::Value;
use uuid::Uuid;

use crate::api::{BookingAnswer, CallKind};
use crate::audit::case::Case;
use crate::audit::ledger::ShowLedger;
use crate::audit::verdict::Verdict;
use crate::history::Call;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("bookings read as the log has them", "bookings read");
    for call in &case.evidence.calls {
        let bookings = match call.kind {
            CallKind::Booking if !matches!(call.status, 0 | 503) => vec![one(call)],
            CallKind::CustomerBookings if call.status == 200 => many(case, call),
            _ => continue,
        };
        for booking in bookings {
            verdict.looked();
            if let Err(what) = booking.and_then(|booking| judge(case, call, &booking)) {
                verdict.broken(what, vec![call.line()]);
            }
        }
    }
    verdict
}

fn one(call: &Call) -> Result<BookingAnswer, String> {
    let booking: BookingAnswer = serde_json::from_slice(&call.answer)
        .map_err(|error| format!("the booking {} is not there: {error}", call.subject))?;
    if booking.booking_id != call.subject {
        return Err(format!("{} was asked for, {} came", call.subject, booking.booking_id));
    }
    Ok(booking)
}

fn many(case: &Case, call: &Call) -> Vec<Result<BookingAnswer, String>> {
    let Ok(list) = serde_json::from_slice::<Value>(&call.answer) else { return vec![Err("no JSON".into())] };
    let Some(bookings) = list["bookings"].as_array() else { return vec![Err("no list of bookings".into())] };
    let read = |booking: &Value| {
        serde_json::from_value::<BookingAnswer>(booking.clone()).map_err(|error| format!("no booking: {error}"))
    };
    let mut read: Vec<_> = bookings.iter().map(read).collect();
    // Whoever was told to have a booking finds it among theirs.
    let theirs: Vec<Uuid> = read.iter().flatten().map(|booking| booking.booking_id).collect();
    let customer = case.evidence.setup.customer(call.buyer);
    for id in &theirs {
        // One that is in no log at all is judged below.
        let Some(&show) = case.show_of_booking.get(id) else { continue };
        let owner = owner(&case.shows[show], *id);
        if owner != Some(&customer) {
            read.push(Err(format!("{customer} finds the booking {id} of {owner:?} among theirs")));
        }
    }
    for ledger in &case.shows {
        let own = ledger.bookings.iter().filter(|(id, booking)| {
            let position = ledger.position_of(booking.confirmed_at);
            owner(ledger, **id) == Some(&customer) && position.is_some_and(|at| at <= call.min_position)
        });
        for (booking_id, _) in own.filter(|(booking_id, _)| !theirs.contains(booking_id)) {
            read.push(Err(format!("{customer} does not find their booking {booking_id}")));
        }
    }
    read
}

/// Whose the journal's booking is.
fn owner(ledger: &ShowLedger, booking_id: Uuid) -> Option<&String> {
    ledger.holds[&ledger.bookings[&booking_id].hold_id].customer_id.as_ref()
}

fn judge(case: &Case, call: &Call, answer: &BookingAnswer) -> Result<(), String> {
    let id = answer.booking_id;
    let Some(ledger) = case.show_of_booking.get(&id).map(|&show| &case.shows[show]) else {
        return Err(format!("the booking {id} is not in the log"));
    };
    let booking = &ledger.bookings[&id];
    let hold = &ledger.holds[&booking.hold_id];
    let (named, owner) = (&answer.customer_id, &hold.customer_id);
    if named != owner {
        return Err(format!("the booking {id} reads as that of {named:?}, and in the log it is that of {owner:?}"));
    }
    let (read, places) = (answer.places(), case.places(hold));
    if read != places || answer.tickets.len() != booking.cancelled.len() {
        return Err(format!("the booking {id} is of {read:?}, and in the log of {places:?}"));
    }
    for (number, (ticket, cancelled)) in answer.tickets.iter().zip(&booking.cancelled).enumerate() {
        if ticket.cancelled && cancelled.is_none() {
            return Err(format!("ticket {number} of booking {id} reads as cancelled, which the log does not know"));
        }
        let cancelled_at = cancelled.and_then(|version| ledger.position_of(version));
        if !ticket.cancelled && cancelled_at.is_some_and(|at| at <= call.min_position) {
            return Err(format!(
                "ticket {number} of booking {id} reads as good, and was cancelled before that was asked"
            ));
        }
    }
    Ok(())
}
