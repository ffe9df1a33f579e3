//! The seat map of a show: what every buyer's page reads, again and again, while the show sells out.

mod map_body;
mod maps;
mod pieces;
mod stream;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, VARY};
use actix_web::web::Bytes;

use super::shows::not_found;
use super::venues::plan_of;
use crate::actors::ViewName;
use crate::domain::ShowId;
use crate::http::compression::{deflated, takes_gzip};
use crate::http::conditional::Tag;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, view_failed};
use crate::http::request::{Reading, ids};
use crate::projections::seat_map::SeatMap;
use map_body::map_json;
use maps::Form;
pub use maps::Maps;
use pieces::Pieces;
pub use stream::stream;

/// `{"position":"7","version":3,"seats":{..},"areas":{..}}`: the position moves with every sale of every show, the rest
/// only with this show's, so the rest is kept as bytes, compressed ones too.
pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let show_id = ids::show(&reading.request)?;
    reading.reached(ViewName::SeatMaps).await?;
    let views = &reading.state().parts.views;
    let found = match views.seat_map(show_id).map_err(view_failed)? {
        None if reading.knows(ViewName::SeatMaps, show_id).await => views.seat_map(show_id).map_err(view_failed)?,
        found => found,
    };
    let Some((position, map)) = found else { return Err(not_found(show_id)) };
    let (tag, headers) = (Tag::of(map.version), reading.request.headers());
    if tag.is_known(headers) {
        return Ok(tag.not_modified());
    }
    let head = format!("{{\"position\":\"{position}\",");
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json").insert_header((VARY, "Accept-Encoding"));
    let gzipped = if takes_gzip(headers) { compressed(&reading, show_id, &map).await? } else { None };
    let answer = match gzipped {
        Some(rest) => answer.insert_header((CONTENT_ENCODING, "gzip")).body(Pieces::gzip(head.as_bytes(), &rest)),
        None => answer.body(Pieces::plain(head.into(), plain(&reading, show_id, &map).await?)),
    };
    Ok(tag.on(answer))
}

/// All of the map but its position.
async fn plain(reading: &Reading, show_id: ShowId, map: &SeatMap) -> Result<Bytes, Problem> {
    let state = reading.state();
    if let Some(rest) = state.maps.get(show_id, Form::Plain, map.version) {
        return Ok(rest);
    }
    let Some((_, summary)) = super::shows::summary(reading, show_id).await? else {
        return Err(super::shows::not_listed_yet());
    };
    let plan = plan_of(&state.parts.venues, summary.terms.venue_id).await?;
    let rest = Bytes::from(map_json(map, &plan));
    state.maps.put(show_id, Form::Plain, map.version, rest.clone());
    Ok(rest)
}

/// The same, compressed. `None`: it could not be done, which harms nobody.
async fn compressed(reading: &Reading, show_id: ShowId, map: &SeatMap) -> Result<Option<Bytes>, Problem> {
    let maps = &reading.state().maps;
    if let Some(rest) = maps.get(show_id, Form::Deflated, map.version) {
        return Ok(Some(rest));
    }
    let plain = plain(reading, show_id, map).await?;
    let Some(deflated) = deflated(plain.clone()).await else { return Ok(None) };
    let rest = pieces::with_checksum(deflated, &plain);
    maps.put(show_id, Form::Deflated, map.version, rest.clone());
    Ok(Some(rest))
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<map_body::SeatMapRead>(
            Method::GET,
            "/v1/shows/{show_id}/seats",
            "Read the seat map: what is not named is free",
            200,
        )
        .tagged(),
        stream::operation(),
    ]
}
