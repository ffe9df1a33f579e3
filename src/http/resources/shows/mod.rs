//! Shows: scheduling one, reading one, listing all.

mod answers;
mod filter;
mod list;
mod local_time;
mod prices;
mod terms;
mod times;

use std::sync::Arc;

use super::sales_status::ShowChanged;
use super::venues::plan_of;
use super::wire::Place;
use crate::actors::ViewName;
use crate::domain::{Action, ShowId};
use crate::http::access::owner;
use crate::http::answer;
use crate::http::conditional::Tag;
use crate::http::fresh_ids::fresh;
use crate::http::openapi::Operation;
use crate::http::problem::{Problem, Reply, kinds, later, view_failed};
use crate::http::request::{Incoming, Reading, ids};
use crate::journal::Position;
use crate::projections::show_list::ShowSummary;
use actix_web::http::Method;
use answers::Show;
pub use list::list;
use terms::ShowBody;

pub async fn schedule(incoming: Incoming) -> Reply {
    let parts = &incoming.state().parts;
    let body: ShowBody = incoming.json()?;
    let venue_id = body.venue_id();
    let caller = &incoming.caller;
    let venue = parts.venues.get(venue_id).await?.filter(|venue| caller.may_see(venue.organiser.as_ref()));
    let Some(venue) = venue else {
        let detail = format!("there is no venue {venue_id}");
        return Err(Problem::new(kinds::UNKNOWN_VENUE, detail).about("venue_id"));
    };
    let organiser = owner(caller, body.organiser())?.or_else(|| venue.organiser.clone());
    let terms = body.into_terms(&venue.plan)?;
    let now = parts.directory.now();
    let command = incoming.command(now, Action::ScheduleShow { terms: Box::new(terms), organiser })?;
    let (show_id, receipt) = parts.directory.schedule(ShowId(fresh(now)), command).await?;
    answer::created_at(format!("/v1/shows/{show_id}"), &ShowChanged::of(show_id, &receipt))
}

pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let show_id = ids::show(&reading.request)?;
    reading.reached(ViewName::Shows).await?;
    let parts = &reading.state().parts;
    let Some((position, summary)) = summary(&reading, show_id).await? else {
        return Err(not_found(show_id));
    };
    let tag = Tag::of(summary.version);
    if tag.is_known(reading.request.headers()) {
        return Ok(tag.not_modified());
    }
    let plan = plan_of(&parts.venues, summary.terms.venue_id).await?;
    answer::ok(&Show::of(show_id, &summary, &plan, Place(position))).map(|answer| tag.on(answer))
}

/// A show as the list has it, and how far the list has come.
type Listed = (Position, Arc<ShowSummary>);

/// What the list has of a show; waits for it where the show exists and the list is behind.
pub async fn summary(reading: &Reading, show_id: ShowId) -> Result<Option<Listed>, Problem> {
    let views = &reading.state().parts.views;
    match views.show(show_id).map_err(view_failed)? {
        None if reading.knows(ViewName::Shows, show_id).await => views.show(show_id).map_err(view_failed),
        found => Ok(found),
    }
}

pub fn not_found(show_id: ShowId) -> Problem {
    Problem::new(kinds::SHOW_NOT_FOUND, format!("there is no show {show_id}"))
}

/// Another view knows the show already; this one will in a moment.
pub fn not_listed_yet() -> Problem {
    later(kinds::VIEW_BEHIND, "the list of shows has not come to this show yet", 1)
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<ShowChanged>(Method::POST, "/v1/shows", "Schedule a show", 201)
            .takes::<ShowBody>()
            .refuses(&[
                kinds::UNKNOWN_VENUE,
                kinds::UNKNOWN_CURRENCY,
                kinds::UNKNOWN_TIME_ZONE,
                kinds::UNKNOWN_CATEGORIES,
                kinds::STARTS_AT_DOES_NOT_EXIST,
                kinds::SHOW_ALREADY_SCHEDULED,
            ])
            .located(),
        Operation::new::<Show<'_>>(Method::GET, "/v1/shows/{show_id}", "Read a show and how it sells", 200).tagged(),
        Operation::new::<list::Shows<'_>>(Method::GET, "/v1/shows", "List shows", 200)
            .paged()
            .filtered_by(filter::parameters()),
    ]
}
