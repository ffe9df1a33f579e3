//! The live seat map, as server-sent events: a snapshot, then every change as it becomes durable.
//!
//! Each event has an id. Whoever comes back with the last of them gets what happened since, without loss or repeat; or a
//! fresh snapshot, where that would be too much.

mod events;
mod listener;
mod place_seen;

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, HeaderName};
use actix_web::web::Bytes;

use super::super::shows::{not_found, not_listed_yet, summary};
use super::super::venues::plan_of;
use super::map_body::map_json;
use super::maps::Form;
use crate::actors::{Last, StreamLog, ViewError, ViewName, WatchClosed, Watching};
use crate::domain::plan::SeatingPlan;
use crate::domain::{ShowId, StreamId};
use crate::http::access::{Admission, Caller};
use crate::http::limits::{Network, NoPlace, StreamPlace, client};
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds, later, stopping, view_failed};
use crate::http::request::{Reading, ids};
use crate::journal::{Head, Position};
use listener::Listener;

/// Between two looks at whether a position was announced.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Proxies that gather answers before they pass them on know this one (nginx).
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

pub async fn stream(reading: Reading) -> Reply {
    reading.no_query()?;
    let show_id = ids::show(&reading.request)?;
    let last = place_seen::of(reading.request.headers())?;
    reading.reached(ViewName::SeatMaps).await?;
    let Some((_, summary)) = summary(&reading, show_id).await? else { return Err(not_found(show_id)) };
    let plan = plan_of(&reading.state().parts.venues, summary.terms.venue_id).await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store"));
    // Compressed, events would wait in the compressor for more of them.
    answer.insert_header((CONTENT_ENCODING, "identity")).insert_header((BUFFERING, "no"));
    if reading.request.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    let place = place(&reading)?;
    let watching = watch(&reading, show_id).await?;
    let opening = opening(&reading, show_id, &watching, last, &plan).await;
    let admission = Admission::of(reading.caller(), &reading.state().parts);
    let listener = Listener::new(opening, watching, plan, admission, place);
    Ok(answer.streaming(listener.events()))
}

/// A key is known by itself, wherever it is used; everybody else has the share of their address.
fn place(reading: &Reading) -> Result<StreamPlace, Problem> {
    let state = reading.state();
    let address = match reading.caller() {
        Caller::Public | Caller::Customer(_) => client(&reading.request, &state.parts.callers.proxies),
        Caller::Key(_) => None,
    };
    state.streams.take(address.map(Network::of)).map_err(|none| match none {
        NoPlace::InAll => {
            later(kinds::TOO_MANY_STREAMS, "as many live seat maps are open as this server has room for", 5)
        }
        NoPlace::OfAddress(share) => {
            let detail = format!("one address has at most {share} live seat maps open at a time");
            later(kinds::TOO_MANY_STREAMS_OF_ADDRESS, detail, 5)
        }
    })
}

/// From those who watch the show already, or from the view; then nobody needs the view any more.
async fn watch(reading: &Reading, show_id: ShowId) -> Result<Watching, Problem> {
    let parts = &reading.state().parts;
    if let Some(watching) = parts.seat_watch.join(show_id).map_err(closed)? {
        return up_to_date(reading, show_id, watching).await;
    }
    let found = match parts.views.seat_map(show_id).map_err(view_failed)? {
        None if reading.knows(ViewName::SeatMaps, show_id).await => {
            parts.views.seat_map(show_id).map_err(view_failed)?
        }
        found => found,
    };
    let (position, map) = found.ok_or_else(not_listed_yet)?;
    parts.seat_watch.begin(show_id, position, map).map_err(closed)
}

/// What the listener has missed, where it can be told; else the whole map.
async fn opening(
    reading: &Reading,
    show_id: ShowId,
    watching: &Watching,
    last: Option<Last>,
    plan: &Arc<SeatingPlan>,
) -> Vec<Bytes> {
    let mut pieces = vec![events::come_back()];
    if let Some(missed) = missed(reading, show_id, watching, last).await {
        pieces.push(events::changes(&missed, plan));
        return pieces;
    }
    let (maps, map) = (&reading.state().maps, &watching.map);
    let rest = maps.get(show_id, Form::Plain, map.version).unwrap_or_else(|| {
        let rest = Bytes::from(map_json(map, plan));
        maps.put(show_id, Form::Plain, map.version, rest.clone());
        rest
    });
    pieces.extend(events::snapshot(watching.position, map.version, rest));
    pieces
}

async fn missed(
    reading: &Reading,
    show_id: ShowId,
    watching: &Watching,
    last: Option<Last>,
) -> Option<Vec<crate::projections::seat_changes::SeatChange>> {
    let (parts, last) = (&reading.state().parts, last?);
    let stream = StreamId::from(show_id);
    let head = parts.journal.0.head(stream)?;
    // No further than the map.
    let head = Head { position: head.position.min(watching.position), ..head };
    let log = StreamLog::up_to(head, stream, &parts.store, &parts.journal.0);
    let log = tokio::time::timeout(parts.limits.min_position_wait, log).await.ok()?;
    match last.changes_since(&log, &watching.map) {
        Ok(missed) => missed,
        Err(error) => {
            tracing::warn!(%show_id, %error, "a listener could not be told what it has missed, and gets a whole map");
            None
        }
    }
}

/// What is watched is announced a moment after the view has it; who asks for more than was announced waits for that.
async fn up_to_date(reading: &Reading, show_id: ShowId, mut watching: Watching) -> Result<Watching, Problem> {
    let (parts, wanted) = (&reading.state().parts, reading.min_position.unwrap_or(Position::ZERO));
    let deadline = tokio::time::Instant::now() + parts.limits.min_position_wait;
    while watching.position < wanted {
        if tokio::time::Instant::now() > deadline {
            return Err(view_failed(ViewError::Behind { wanted, reached: watching.position }));
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let joined = parts.seat_watch.join(show_id).map_err(closed)?;
        // Nobody else watches it any more: this one does.
        watching = joined.unwrap_or(watching);
    }
    Ok(watching)
}

fn closed(_: WatchClosed) -> Problem {
    stopping()
}

/// What this call takes, answers and refuses, for `/openapi.json`.
pub fn operation() -> Operation {
    Operation::text(
        "/v1/shows/{show_id}/seats/stream",
        "Watch the seat map live: server-sent events `snapshot` (as the seat map reads) and `change` (what of it is \
         different now, `free` included)",
        "text/event-stream",
    )
    .with_header("Last-Event-ID", "The last id that was seen: the stream goes on after it.", place_seen::schema())
    .refuses(&[kinds::TOO_MANY_STREAMS, kinds::TOO_MANY_STREAMS_OF_ADDRESS, kinds::STOPPING])
}
