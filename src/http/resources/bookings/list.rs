//! `GET /v1/shows/{show_id}/bookings`: all that a show has sold, booking by booking, in the order of the sale.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::shows::{not_found, summary};
use super::super::wire::Place;
use super::answers::{Booking, show_of};
use crate::actors::ViewName;
use crate::http::answer;
use crate::http::problem::{Reply, view_failed};
use crate::http::request::{Reading, ids};

#[derive(Serialize, ToSchema)]
#[schema(as = BookingsOfShow)]
pub struct Bookings<'a> {
    bookings: Vec<Booking<'a>>,
    next_cursor: Option<Uuid>,
    position: Place,
}

/// Cancelled ones too: each says how it stands.
pub async fn list(reading: Reading) -> Reply {
    let (show_id, page) = (ids::show(&reading.request)?, reading.page()?);
    reading.reached(ViewName::Bookings).await?;
    // Whether a booking is good is its show's to say, too.
    reading.reached(ViewName::Shows).await?;
    if summary(&reading, show_id).await?.is_none() {
        return Err(not_found(show_id));
    }
    // A booking's place in the sale never changes: a cursor is the version as which the last one was confirmed.
    let after = page.after.map_or(0, |cursor| cursor.as_u64_pair().1);
    let found = reading.state().parts.views.bookings_of_show(show_id, after, page.limit + 1);
    let (position, mut found) = found.map_err(view_failed)?;
    let next_cursor = page.cut(&mut found, |(version, ..)| Uuid::from_u64_pair(0, *version));
    let show = match found.first() {
        Some((_, _, booking)) => Some(show_of(&reading, booking).await?),
        None => None,
    };
    let of_show = show.iter().flat_map(|show| found.iter().map(|(_, id, booking)| show.booking(*id, booking)));
    answer::ok(&Bookings { bookings: of_show.collect(), next_cursor, position: Place(position) })
}
