//! Checkouts: a hold, its payment, and the booking that comes of them.

mod answers;

use actix_web::http::{Method, StatusCode};

use answers::CheckoutAnswer;

use crate::actors::{BeginCheckout, CheckoutError, Standing};
use crate::domain::CheckoutId;
use crate::http::access::Caller;
use crate::http::answer;
use crate::http::fresh_ids::fresh;
use crate::http::openapi::Operation;
use crate::http::problem::{Reply, kinds, view_failed};
use crate::http::request::{Incoming, Reading, check_hold_token, ids};
use crate::http::state::State;

/// Answers when the payment is opened and what follows from that is done, or as it stands after a while.
pub async fn begin(incoming: Incoming) -> Reply {
    let parts = &incoming.state().parts;
    let (show_id, hold_id) = (ids::show(&incoming.request)?, ids::hold(&incoming.request)?);
    incoming.no_body()?;
    incoming.check_hold_token(hold_id)?;
    let (id, fingerprint) = incoming.identity()?;
    let fresh = CheckoutId(fresh(parts.directory.now()));
    let standing = parts.checkouts.begin(BeginCheckout { show_id, hold_id, id, fingerprint, fresh }).await?;
    answered(incoming.state(), StatusCode::ACCEPTED, &standing)
}

/// For who has the hold's token, for the customer whose hold it was, and for keys, each of its own shows.
pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let checkout_id = ids::checkout(&reading.request)?;
    reading.logged().await?;
    let standing = reading.state().parts.checkouts.get(checkout_id).await?;
    let begun = standing.checkout.begun();
    match reading.caller() {
        Caller::Key(key) if key.organiser.is_none() => {}
        caller @ Caller::Key(_) => {
            let show = reading.state().parts.views.show(begun.show_id).map_err(view_failed)?;
            if !show.is_some_and(|(_, show)| caller.may_see(show.organiser.as_ref())) {
                return Err(CheckoutError::NotFound.into());
            }
        }
        Caller::Customer(identity) if begun.customer_id.as_ref() == Some(&identity.customer_id) => {}
        Caller::Customer(_) | Caller::Public => check_hold_token(&reading.request, begun.hold_id)?,
    }
    answered(reading.state(), StatusCode::OK, &standing)
}

/// What has become a booking is not held any more by whoever is counted for it.
fn answered(state: &State, status: StatusCode, standing: &Standing) -> Reply {
    if standing.checkout.booking_id().is_some() {
        state.held_places.ended(standing.checkout.begun().hold_id);
    }
    answer::json(status, &CheckoutAnswer::of(standing))
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<CheckoutAnswer>(
            Method::POST,
            "/v1/shows/{show_id}/holds/{hold_id}/checkout",
            "Pay for held seats: a payment is opened, and once it is made, the seats are booked",
            202,
        )
        .needs_hold_token()
        .refuses(&[
            kinds::CHECKOUT_UNDER_WAY,
            kinds::AMOUNT_TOO_LARGE,
            kinds::CHECKOUTS_DISABLED,
            kinds::CHECKOUTS_NOT_READY,
            kinds::STORE_UNAVAILABLE,
        ]),
        Operation::new::<CheckoutAnswer>(
            Method::GET,
            "/v1/checkouts/{checkout_id}",
            "See how a checkout stands, with its hold's token or a key",
            200,
        )
        .may_have_hold_token()
        .refuses(&[
            kinds::CHECKOUT_NOT_FOUND,
            kinds::CHECKOUTS_NOT_READY,
            kinds::HOLD_TOKEN_REQUIRED,
            kinds::HOLD_TOKEN_INVALID,
        ]),
    ]
}
