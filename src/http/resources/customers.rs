//! A customer's bookings, across shows.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::bookings::answers::{Booking, show_of};
use super::wire::Place;
use crate::actors::ViewName;
use crate::domain::BookingId;
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Reply, view_failed};
use crate::http::request::{Reading, ids};
use actix_web::http::Method;

#[derive(Serialize, ToSchema)]
struct Bookings<'a> {
    bookings: Vec<Booking<'a>>,
    next_cursor: Option<Uuid>,
    position: Place,
}

/// A customer that nobody has heard of has no bookings; that is no error.
pub async fn bookings(reading: Reading) -> Reply {
    let (customer, page) = (ids::customer(&reading.request)?, reading.page()?);
    reading.reached(ViewName::Bookings).await?;
    let views = &reading.state().parts.views;
    let found = views.bookings_of(&customer, page.after.map(BookingId), page.limit);
    let (position, found) = found.map_err(view_failed)?;
    let mut shows = Vec::with_capacity(found.len());
    for (_, booking) in &found {
        shows.push(show_of(&reading, booking).await?);
    }
    let bookings = found.iter().zip(&shows).map(|((id, booking), show)| show.booking(*id, booking)).collect();
    let next_cursor = page.next_cursor(&found, |(id, _)| id.0);
    answer::ok(&Bookings { bookings, next_cursor, position: Place(position) })
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Bookings<'_>>(
            Method::GET,
            "/v1/customers/{customer_id}/bookings",
            "List a customer's bookings, across shows",
            200,
        )
        .keyed()
        .paged(),
    ]
}
