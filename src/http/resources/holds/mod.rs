//! Holds: seats taken for a customer for a limited time, owned by whoever has the hold's token.

mod answers;
mod bodies;

use bodies::{ConfirmBody, ExtendBody, HoldBody};

use crate::domain::{Action, BookingId, HoldId};
use crate::http::fresh_ids::fresh;
use crate::http::problem::Reply;
use crate::http::request::{Incoming, ids};

pub async fn hold(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let now = parts.directory.now();
    let request = incoming.json::<HoldBody>()?.into_request(HoldId(fresh(now)));
    let command = incoming.command(now, Action::HoldSeats(request))?;
    let receipt = parts.directory.send(show, command).await?;
    answers::held(&receipt, &parts.tokens)
}

pub async fn extend(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let hold_id = ids::hold(&incoming.request)?;
    let ExtendBody { extend_seconds } = incoming.json()?;
    incoming.check_hold_token(hold_id)?;
    let action = Action::ExtendHold { hold_id, extend_seconds: extend_seconds.get() };
    let receipt = parts.directory.send(show, incoming.command(parts.directory.now(), action)?).await?;
    answers::extended(&receipt)
}

pub async fn release(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let hold_id = ids::hold(&incoming.request)?;
    incoming.no_body()?;
    incoming.check_hold_token(hold_id)?;
    let command = incoming.command(parts.directory.now(), Action::ReleaseHold { hold_id })?;
    let receipt = parts.directory.send(show, command).await?;
    answers::released(&receipt)
}

/// The payment was taken elsewhere; its reference is all that is known of it here.
pub async fn confirm(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let hold_id = ids::hold(&incoming.request)?;
    let ConfirmBody { payment_reference } = incoming.json()?;
    incoming.check_hold_token(hold_id)?;
    let now = parts.directory.now();
    let booking_id = BookingId(fresh(now));
    let action = Action::ConfirmHold { hold_id, booking_id, payment_reference: payment_reference.0 };
    let receipt = parts.directory.send(show, incoming.command(now, action)?).await?;
    answers::confirmed(&receipt)
}
