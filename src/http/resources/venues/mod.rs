//! Venues: importing a seating plan, and reading it for drawing.

mod drawing;
mod frame;
mod import;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::block;

use crate::actors::Venues;
use crate::domain::VenueId;
use crate::domain::plan::SeatingPlan;
use crate::http::conditional::Tag;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds, unreadable};
use crate::http::request::{Reading, ids};
use actix_web::http::Method;

pub use import::import;

/// A plan of 200,000 seats is some 20 MB of text: it is written beside the threads that serve.
pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let venue_id = ids::venue(&reading.request)?;
    reading.logged().await?;
    let Some(venue) = reading.state().parts.venues.get(venue_id).await? else {
        return Err(Problem::new(kinds::VENUE_NOT_FOUND, format!("there is no venue {venue_id}")));
    };
    // A plan never changes; how it is told has, once.
    let tag = Tag::of(2);
    if tag.is_known(reading.request.headers()) {
        return Ok(tag.not_modified());
    }
    let bytes = block(move || drawing::bytes(&venue)).await.map_err(unreadable)?;
    Ok(tag.on(HttpResponse::Ok().content_type("application/json").body(bytes)))
}

/// The plan of a venue that a show or a booking names.
pub async fn plan_of(venues: &Venues, venue_id: VenueId) -> Result<Arc<SeatingPlan>, Problem> {
    match venues.get(venue_id).await? {
        Some(venue) => Ok(venue.plan.clone()),
        None => Err(unreadable(format_args!("the venue {venue_id} of a show is missing"))),
    }
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<import::Imported<'_>>(
            Method::POST,
            "/v1/venues",
            "Import a pretix seating plan as a venue",
            201,
        )
        .takes::<import::VenueBody<'_>>()
        .refuses(&[kinds::INVALID_PLAN, kinds::PLAN_TOO_LARGE])
        .located(),
        Operation::new::<drawing::Drawing<'_>>(
            Method::GET,
            "/v1/venues/{venue_id}",
            "Read a venue's plan, to draw it",
            200,
        )
        .tagged()
        .refuses(&[kinds::VENUE_NOT_FOUND]),
    ]
}
