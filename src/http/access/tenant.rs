//! Whose it is: a key of an organiser reaches what its own organiser owns. Everything else does not exist for it.
//!
//! What cannot be found is refused as well: nothing is opened because a view was late.

use actix_web::HttpRequest;

use crate::actors::ViewName;
use crate::domain::Organiser;
use crate::http::problem::{Problem, kinds, view_failed};
use crate::http::request::{ids, state};

/// Whether the address names a show or a venue. Bookings are looked at by their own resource, which reads them anyway.
pub fn names_something(request: &HttpRequest) -> bool {
    ["show_id", "venue_id"].iter().any(|name| request.match_info().get(name).is_some())
}

pub async fn check(request: HttpRequest, own: Organiser) -> Result<(), Problem> {
    if request.match_info().get("venue_id").is_some() {
        return of_venue(&request, &own).await;
    }
    let show_id = ids::show(&request)?;
    let parts = &state(&request).parts;
    let mut found = parts.views.show(show_id).map_err(view_failed)?;
    if found.is_none() && parts.views.catches_up_with(ViewName::Shows, show_id, parts.limits.min_position_wait).await {
        found = parts.views.show(show_id).map_err(view_failed)?;
    }
    match found {
        Some((_, summary)) if summary.organiser.as_ref() == Some(&own) => Ok(()),
        Some(_) | None => Err(Problem::new(kinds::SHOW_NOT_FOUND, format!("there is no show {show_id}"))),
    }
}

async fn of_venue(request: &HttpRequest, own: &Organiser) -> Result<(), Problem> {
    let venue_id = ids::venue(request)?;
    match state(request).parts.venues.get(venue_id).await? {
        Some(venue) if venue.organiser.as_ref() == Some(own) => Ok(()),
        Some(_) | None => Err(Problem::new(kinds::VENUE_NOT_FOUND, format!("there is no venue {venue_id}"))),
    }
}
