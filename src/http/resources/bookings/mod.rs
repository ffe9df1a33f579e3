//! Bookings: reading one, and cancelling it whole or in part.

pub mod answers;
mod list;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::places::{Priced, Ticket, total};
use super::wire::Place;
use crate::actors::{Receipt, ViewName};
use crate::domain::money::Money;
use crate::domain::{Action, BookingId, ShowEvent, TicketId};
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds, view_failed};
use crate::http::request::{Incoming, Reading, ids};
use actix_web::http::Method;

pub use list::list;

pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let booking_id = ids::booking(&reading.request)?;
    reading.reached(ViewName::Bookings).await?;
    // Whether a booking is good is its show's to say, too.
    reading.reached(ViewName::Shows).await?;
    let found = reading.state().parts.views.booking(booking_id).map_err(view_failed)?;
    let not_found = || Problem::new(kinds::BOOKING_NOT_FOUND, format!("there is no booking {booking_id}"));
    let (position, booking) = found.ok_or_else(not_found)?;
    let show = answers::show_of(&reading, &booking).await?;
    let caller = reading.caller();
    let is_theirs = caller.customer().is_none_or(|own| booking.customer_id.as_ref() == Some(own));
    if !is_theirs || !caller.may_see(show.organiser()) {
        return Err(not_found());
    }
    answer::ok(&answers::BookingRead { booking: show.booking(booking_id, &booking), position: Place(position) })
}

/// `None` and absent both mean: all that are left.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    #[serde(default)]
    tickets: Option<Vec<Uuid>>,
}

#[derive(Serialize, ToSchema)]
struct Cancelled<'a> {
    booking_id: BookingId,
    cancelled: Vec<Ticket<'a>>,
    /// What these tickets had cost.
    total: Money,
    currency: &'a str,
    version: u64,
    position: Place,
}

pub async fn cancel(incoming: Incoming) -> Reply {
    let (directory, show) = (&incoming.state().parts.directory, ids::show(&incoming.request)?);
    let booking_id = ids::booking(&incoming.request)?;
    let body = if incoming.body.is_empty() { CancelBody::default() } else { incoming.json()? };
    let tickets = body.tickets.map(|tickets| tickets.into_iter().map(TicketId).collect());
    let action = Action::CancelTickets { booking_id, tickets };
    let receipt = directory.send(show, incoming.command(directory.now(), action)?).await?;
    cancelled(&receipt)
}

fn cancelled(receipt: &Receipt) -> Reply {
    let event = receipt.the(|event| match event {
        ShowEvent::TicketsCancelled(cancelled) => Some(cancelled),
        _ => None,
    });
    let priced = Priced { plan: receipt.plan(), terms: receipt.terms() };
    let indexes = event.tickets.iter().copied();
    let tickets = priced.tickets(event.booking_id, indexes, &event.seats, &event.general_admission);
    answer::ok(&Cancelled {
        booking_id: event.booking_id,
        total: total(tickets.iter().map(Ticket::amount)),
        cancelled: tickets,
        currency: &receipt.terms().currency,
        version: receipt.version(),
        position: Place(receipt.position()),
    })
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<answers::BookingRead>(Method::GET, "/v1/bookings/{booking_id}", "Read a booking", 200)
            .refuses(&[kinds::BOOKING_NOT_FOUND]),
        Operation::new::<list::Bookings<'_>>(
            Method::GET,
            "/v1/shows/{show_id}/bookings",
            "List a show's bookings, in the order of the sale",
            200,
        )
        .paged()
        .refuses(&[kinds::SHOW_NOT_FOUND]),
        Operation::new::<Cancelled>(
            Method::POST,
            "/v1/shows/{show_id}/bookings/{booking_id}/cancel",
            "Cancel a booking, whole or in part: the seats are free again",
            200,
        )
        .may_take::<CancelBody>()
        .refuses(&[
            kinds::BOOKING_NOT_FOUND,
            kinds::BOOKING_CANCELLED,
            kinds::TICKETS_NOT_FOUND,
            kinds::TICKETS_CANCELLED,
            kinds::NOTHING_ASKED_FOR,
        ]),
    ]
}
