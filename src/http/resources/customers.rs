//! A customer's bookings, across shows.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::bookings::answers::{BookedShow, Booking, show_of};
use super::wire::Place;
use crate::actors::ViewName;
use crate::domain::{BookingId, CustomerId};
use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds, view_failed};
use crate::http::request::{Page, Reading, ids};
use crate::journal::Position;
use crate::projections::bookings::BookingView;
use actix_web::http::Method;

#[derive(Serialize, ToSchema)]
struct Bookings<'a> {
    bookings: Vec<Booking<'a>>,
    next_cursor: Option<Uuid>,
    position: Place,
}

/// So many of the customer's bookings are looked at in one go, where not all of them are the caller's to see.
const LOOKED_AT_ONCE: usize = 500;

/// A customer that nobody has heard of has no bookings; that is no error.
pub async fn bookings(reading: Reading) -> Reply {
    let (customer, page) = (ids::customer(&reading.request)?, reading.page()?);
    if reading.caller().customer().is_some_and(|own| *own != customer) {
        return Err(Problem::new(kinds::FORBIDDEN, "these are the bookings of another customer").about("customer_id"));
    }
    reading.reached(ViewName::Bookings).await?;
    // Whether a booking is good is its show's to say, too.
    reading.reached(ViewName::Shows).await?;
    let (position, mut found) = seen_by_caller(&reading, &customer, page).await?;
    let next_cursor = page.cut(&mut found, |(id, ..)| id.0);
    let bookings = found.iter().map(|(id, booking, show)| show.booking(*id, booking)).collect();
    answer::ok(&Bookings { bookings, next_cursor, position: Place(position) })
}

type Seen = (BookingId, BookingView, BookedShow);

/// One more than the page has room for, where there are so many. Looked for to the end: a cursor to where one has stopped
/// would be a booking of somebody else.
async fn seen_by_caller(
    reading: &Reading,
    customer: &CustomerId,
    page: Page,
) -> Result<(Position, Vec<Seen>), Problem> {
    let (views, caller) = (&reading.state().parts.views, reading.caller());
    let (mut seen, mut after) = (Vec::new(), page.after.map(BookingId));
    let at_once = if caller.organiser().is_some() { LOOKED_AT_ONCE.max(page.limit + 1) } else { page.limit + 1 };
    loop {
        let (position, found) = views.bookings_of(customer, after, at_once).map_err(view_failed)?;
        let is_end = found.len() < at_once;
        after = found.last().map(|(id, _)| *id);
        for (id, booking) in found {
            let show = show_of(reading, &booking).await?;
            if caller.may_see(show.organiser()) {
                seen.push((id, booking, show));
            }
        }
        if is_end || seen.len() > page.limit {
            return Ok((position, seen));
        }
        // Others are served meanwhile.
        tokio::task::yield_now().await;
    }
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
        .paged(),
    ]
}
