//! A hold counted against who asks for it, before it is decided and after.

use actix_web::http::header::{HeaderValue, RETRY_AFTER};

use super::answers::{extended_until, held_until};
use crate::actors::{Receipt, SendError};
use crate::domain::command::HoldSeats;
use crate::domain::{Command, CommandId, ShowId, Timestamp};
use crate::http::limits::{Asked, Longer, TooMany, holders};
use crate::http::problem::{Problem, kinds};
use crate::http::request::Incoming;

/// To be told what became of it. Dropped with a caller who does not wait for that, it is counted for as long as such a hold
/// lasts.
pub struct Counting<'i> {
    /// `None`: it was told.
    asked: Option<Asked<'i>>,
    incoming: &'i Incoming,
    show: ShowId,
    at: Timestamp,
}

pub fn asked<'i>(
    incoming: &'i Incoming,
    show: ShowId,
    request: &HoldSeats,
    command: CommandId,
    at: Timestamp,
) -> Result<Counting<'i>, Problem> {
    let holders = holders(&incoming.request, &incoming.caller, request.customer_id.as_ref());
    let asked = incoming.state().held_places.ask(holders, show, request.hold_id, command, places(request), at);
    asked.map(|asked| Counting { asked: Some(asked), incoming, show, at }).map_err(too_many)
}

fn too_many(TooMany { held, max, wait_seconds }: TooMany) -> Problem {
    let Some(wait_seconds) = wait_seconds else {
        let detail = format!("nobody holds more than {max} places at a time from here");
        return Problem::new(kinds::TOO_MANY_TICKETS, detail);
    };
    let detail = format!("{held} places are held from here already, of at most {max} at a time");
    Problem::new(kinds::TOO_MANY_HELD, detail).header(RETRY_AFTER, HeaderValue::from(wait_seconds))
}

/// The first answer to a command that was answered before, for who may hold no more now; else why they may not. Only who
/// names their commands can repeat them.
pub async fn again(incoming: &Incoming, show: ShowId, command: Command, too_many: Problem) -> Result<Receipt, Problem> {
    if !incoming.is_named() {
        return Err(too_many);
    }
    incoming.state().parts.directory.recall(show, command).await?.ok_or(too_many)
}

impl Counting<'_> {
    /// What became of it. Where that is not known, it stays counted.
    pub fn told(mut self, outcome: Result<Receipt, SendError>) -> Result<Receipt, SendError> {
        let is_open = outcome.as_ref().is_err_and(SendError::leaves_open);
        let Some(asked) = self.asked.take_if(|_| !is_open) else { return outcome };
        match &outcome {
            Ok(receipt) => {
                let (hold_id, until) = held_until(receipt);
                if receipt.is_repeated {
                    asked.had_before(hold_id, until);
                } else {
                    asked.had(hold_id, until);
                }
            }
            Err(_) => asked.refused(),
        }
        outcome
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        let Some(asked) = self.asked.take().filter(Asked::is_counted) else { return };
        // A show that the view does not have yet has sold nothing that could be counted for long.
        if let Ok(Some((_, show))) = self.incoming.state().parts.views.show(self.show) {
            asked.left_open(self.at.plus_seconds(show.terms.hold_seconds));
        }
    }
}

/// What became of an extension. Where that is not known, it stays extended.
pub fn told_of_extension(longer: Longer<'_>, outcome: &Result<Receipt, SendError>) {
    match outcome {
        // What was answered before says nothing of how long the hold lasts now.
        Ok(receipt) if receipt.is_repeated => longer.not_had(),
        Ok(receipt) => longer.had(extended_until(receipt).1),
        Err(error) if error.leaves_open() => {}
        Err(_) => longer.not_had(),
    }
}

/// As many as are asked for, however many that is.
fn places(request: &HoldSeats) -> u32 {
    let seats = u32::try_from(request.seats.len()).unwrap_or(u32::MAX);
    let best = request.best_available.as_ref().map_or(0, |wish| wish.quantity);
    let standing = request.general_admission.iter().map(|(_, quantity)| *quantity);
    standing.chain([best]).fold(seats, u32::saturating_add)
}
