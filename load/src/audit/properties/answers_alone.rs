//! The same from the answers alone, in case the journal tells another story than the server told its customers: no seat
//! was promised to two customers who both still have it.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::api::{BookingAnswer, CallKind};
use crate::audit::case::Case;
use crate::audit::verdict::Verdict;
use crate::history::Call;

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("no two customers were given tickets for one seat", "bookings");
    // A booking that anyone tried to cancel may have given its seats back.
    let cancelled: HashSet<Uuid> =
        case.evidence.calls.iter().filter(|call| call.kind == CallKind::Cancel).map(|call| call.subject).collect();
    let mut owners: HashMap<(u32, String), (Uuid, &Call)> = HashMap::new();
    for (show, call) in told(case) {
        let Ok(booking) = serde_json::from_slice::<BookingAnswer>(&call.answer) else { continue };
        verdict.looked();
        if cancelled.contains(&booking.booking_id) {
            continue;
        }
        for seat in booking.tickets.into_iter().filter(|ticket| !ticket.cancelled).filter_map(|ticket| ticket.seat) {
            let place = (show, seat);
            match owners.get(&place) {
                Some((other, before)) if *other != booking.booking_id => {
                    let what = format!("seat {} of show {} has two owners", place.1, place.0);
                    verdict.broken(what, vec![before.line(), call.line()]);
                }
                Some(_) => {}
                None => drop(owners.insert(place, (booking.booking_id, call))),
            }
        }
    }
    verdict
}

/// Tickets come with a confirmation or, once a checkout is completed, are fetched; each with the show that they are for.
fn told<'a>(case: &Case<'a>) -> Vec<(u32, &'a Call)> {
    let confirmed = case.commands.iter().filter(|command| command.kind == CallKind::Confirm);
    let confirmed = confirmed.filter_map(|command| command.accepted().map(|(call, _)| (command.show, call)));
    let fetched = case.evidence.calls.iter().filter(|call| call.kind == CallKind::Booking && call.status == 200);
    let fetched = fetched.filter_map(|call| Some((*case.show_of_booking.get(&call.subject)? as u32, call)));
    confirmed.chain(fetched).collect()
}
