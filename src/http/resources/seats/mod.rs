//! The seat map of a show: what every buyer's page reads, again and again, while the show sells out.

mod map_body;
mod maps;
mod stream;

use actix_web::HttpResponse;
use actix_web::web::Bytes;

use super::shows::not_found;
use super::venues::plan_of;
use crate::actors::ViewName;
use crate::http::problem::{Reply, view_failed};
use crate::http::request::{Reading, ids};
use crate::journal::Position;

use crate::http::openapi::Operation;
use actix_web::http::Method;
use map_body::{TwoParts, map_json};
pub use maps::Maps;
pub use stream::stream;

/// `{"position":"7","version":3,"seats":{..},"areas":{..}}`: the position moves with every sale of every show, the rest
/// only with this show's, so the rest is kept as bytes.
pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let show_id = ids::show(&reading.request)?;
    reading.reached(ViewName::SeatMaps).await?;
    let state = reading.state();
    let views = &state.parts.views;
    let found = match views.seat_map(show_id).map_err(view_failed)? {
        None if reading.knows(ViewName::SeatMaps, show_id).await => views.seat_map(show_id).map_err(view_failed)?,
        found => found,
    };
    let Some((position, map)) = found else { return Err(not_found(show_id)) };
    if let Some(rest) = state.maps.get(show_id, map.version) {
        return Ok(answer(position, rest));
    }
    let Some((_, summary)) = super::shows::summary(&reading, show_id).await? else {
        return Err(super::shows::not_listed_yet());
    };
    let plan = plan_of(&state.parts.venues, summary.terms.venue_id).await?;
    let rest = Bytes::from(map_json(&map, &plan));
    state.maps.put(show_id, map.version, rest.clone());
    Ok(answer(position, rest))
}

fn answer(position: Position, rest: Bytes) -> HttpResponse {
    let head = Bytes::from(format!("{{\"position\":\"{position}\","));
    HttpResponse::Ok().content_type("application/json").body(TwoParts::of(head, rest))
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<map_body::SeatMapRead>(
            Method::GET,
            "/v1/shows/{show_id}/seats",
            "Read the seat map: what is not named is free",
            200,
        ),
        stream::operation(),
    ]
}
