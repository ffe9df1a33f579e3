//! Holds: seats taken for a customer for a limited time, owned by whoever has the hold's token.

mod answers;
mod bodies;
mod counted;

use bodies::{ConfirmBody, ExtendBody, HoldBody};

use crate::domain::{Action, BookingId, Command, HoldId};
use crate::http::fresh_ids::fresh;
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::problem::kinds;
use crate::http::request::{Incoming, ids};
use actix_web::http::Method;

pub async fn hold(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let now = parts.directory.now();
    let request = incoming.json::<HoldBody>()?.into_request(
        HoldId(fresh(now)),
        &incoming.caller,
        parts.doors.customers.is_some(),
    )?;
    let (id, fingerprint) = incoming.identity()?;
    let asked = counted::asked(&incoming, show, &request, id, now);
    let command = Command { id, fingerprint, at: now, action: Action::HoldSeats(request) };
    let receipt = match asked {
        Ok(asked) => asked.told(parts.directory.send(show, command).await)?,
        // In a box, so that all the others need not carry the room for it.
        Err(too_many) => Box::pin(counted::again(&incoming, show, command, too_many)).await?,
    };
    answers::held(&receipt, &parts.tokens)
}

pub async fn extend(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let hold_id = ids::hold(&incoming.request)?;
    let ExtendBody { extend_seconds } = incoming.json()?;
    incoming.check_hold_token(hold_id)?;
    let action = Action::ExtendHold { hold_id, extend_seconds: extend_seconds.0 };
    let command = incoming.command(parts.directory.now(), action)?;
    // A caller who does not wait for the answer may have it all the same.
    let longer = incoming.state().held_places.longer(hold_id, extend_seconds.0);
    let outcome = parts.directory.send(show, command).await;
    counted::told_of_extension(longer, &outcome);
    answers::extended(&outcome?)
}

pub async fn release(incoming: Incoming) -> Reply {
    let (parts, show) = (&incoming.state().parts, ids::show(&incoming.request)?);
    let hold_id = ids::hold(&incoming.request)?;
    incoming.no_body()?;
    incoming.check_hold_token(hold_id)?;
    let command = incoming.command(parts.directory.now(), Action::ReleaseHold { hold_id })?;
    let receipt = parts.directory.send(show, command).await?;
    incoming.state().held_places.ended(hold_id);
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
    incoming.state().held_places.ended(hold_id);
    answers::confirmed(&receipt)
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<answers::Held>(
            Method::POST,
            "/v1/shows/{show_id}/holds",
            "Hold seats, all that are asked for or none",
            201,
        )
        .takes::<HoldBody>()
        .refuses(&[
            kinds::FORBIDDEN,
            kinds::SHOW_NOT_ON_SALE,
            kinds::UNKNOWN_SEATS,
            kinds::UNKNOWN_AREAS,
            kinds::UNKNOWN_CATEGORIES,
            kinds::UNKNOWN_ZONES,
            kinds::NAMED_TWICE,
            kinds::NOTHING_ASKED_FOR,
            kinds::TOO_MANY_TICKETS,
            kinds::CUSTOMER_LIMIT,
            kinds::SEATS_UNAVAILABLE,
            kinds::NOT_ENOUGH_SEATS,
            kinds::AREA_FULL,
            kinds::AREA_NOT_FOR_SALE,
            kinds::TOO_MANY_HELD,
        ]),
        Operation::new::<answers::Extended>(
            Method::PATCH,
            "/v1/shows/{show_id}/holds/{hold_id}",
            "Hold seats for longer, up to a cap",
            200,
        )
        .takes::<ExtendBody>()
        .needs_hold_token()
        .refuses(&[kinds::EXTENSION_TOO_LONG]),
        Operation::new::<answers::Released>(
            Method::DELETE,
            "/v1/shows/{show_id}/holds/{hold_id}",
            "Give held seats back",
            200,
        )
        .needs_hold_token(),
        Operation::new::<answers::Confirmed>(
            Method::POST,
            "/v1/shows/{show_id}/holds/{hold_id}/confirm",
            "Sell held seats, which were paid for elsewhere",
            201,
        )
        .takes::<ConfirmBody>()
        .needs_hold_token(),
    ]
}
