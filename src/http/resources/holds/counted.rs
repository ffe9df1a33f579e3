//! A hold counted against who asks for it, before it is decided and after.

use actix_web::http::header::{HeaderValue, RETRY_AFTER};

use super::answers::{extended_until, held_until};
use crate::actors::{Receipt, SendError};
use crate::domain::command::HoldSeats;
use crate::domain::{Command, CommandId, HoldId, ShowId, Timestamp};
use crate::http::limits::{Asked, HeldPlaces, TooMany, holders};
use crate::http::problem::{Problem, kinds};
use crate::http::request::Incoming;

pub fn asked<'i>(
    incoming: &'i Incoming,
    show: ShowId,
    request: &HoldSeats,
    command: CommandId,
    now: Timestamp,
) -> Result<Asked<'i>, Problem> {
    let holders = holders(&incoming.request, &incoming.caller, request.customer_id.as_ref());
    let asked = incoming.state().held_places.ask(holders, show, request.hold_id, command, places(request), now);
    asked.map_err(|TooMany { held, max, wait_seconds }| {
        let detail = format!("{held} places are held from here already, of at most {max} at a time");
        Problem::new(kinds::TOO_MANY_HELD, detail).header(RETRY_AFTER, HeaderValue::from(wait_seconds))
    })
}

/// The first answer to a command that was answered before, for who may hold no more now; else why they may not. Only who
/// names their commands can repeat them.
pub async fn again(incoming: &Incoming, show: ShowId, command: Command, too_many: Problem) -> Result<Receipt, Problem> {
    if !incoming.is_named() {
        return Err(too_many);
    }
    incoming.state().parts.directory.recall(show, command).await?.ok_or(too_many)
}

/// What became of it. Where that is not known, it stays counted.
pub fn told(asked: Asked<'_>, outcome: Result<Receipt, SendError>) -> Result<Receipt, SendError> {
    match &outcome {
        Ok(receipt) => {
            let (hold_id, until) = held_until(receipt);
            if receipt.is_repeated {
                asked.had_before(hold_id, until);
            } else {
                asked.had(hold_id, until);
            }
        }
        Err(error) if error.leaves_open() => drop(asked),
        Err(_) => asked.refused(),
    }
    outcome
}

/// What became of an extension, for a hold that was counted until `before`. Where that is not known, it stays extended.
pub fn told_of_extension(
    places: &HeldPlaces,
    hold_id: HoldId,
    before: Option<Timestamp>,
    outcome: &Result<Receipt, SendError>,
) {
    let Some(before) = before else { return };
    match outcome {
        // What was answered before says nothing of how long the hold lasts now.
        Ok(receipt) if receipt.is_repeated => places.extended(hold_id, before),
        Ok(receipt) => places.extended(hold_id, extended_until(receipt).1),
        Err(error) if error.leaves_open() => {}
        Err(_) => places.extended(hold_id, before),
    }
}

/// As many as are asked for, however many that is.
fn places(request: &HoldSeats) -> u32 {
    let seats = u32::try_from(request.seats.len()).unwrap_or(u32::MAX);
    let best = request.best_available.as_ref().map_or(0, |wish| wish.quantity);
    let standing = request.general_admission.iter().map(|(_, quantity)| *quantity);
    standing.chain([best]).fold(seats, u32::saturating_add)
}
