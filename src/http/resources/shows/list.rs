//! `GET /v1/shows`: the shows that the caller may see and asks for, in the order in which they were scheduled.
//!
//! New shows come at the end, and none ever changes its place: who goes on with a cursor meets each show that was there when
//! they began once, whatever is scheduled meanwhile.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::wire::Place;
use super::answers::ListedShow;
use super::filter::{Filter, NAMES};
use crate::actors::ViewName;
use crate::domain::ShowId;
use crate::http::answer;
use crate::http::problem::{Reply, view_failed};
use crate::http::request::Reading;

/// Shows looked at for one page: where few match, a page may be short and still have a `next_cursor`.
const LOOKED_AT_MAX: usize = 10_000;

#[derive(Serialize, ToSchema)]
pub struct Shows<'a> {
    shows: Vec<ListedShow<'a>>,
    next_cursor: Option<Uuid>,
    position: Place,
}

pub async fn list(reading: Reading) -> Reply {
    let (page, pairs) = reading.page_and(&NAMES)?;
    let (filter, caller) = (Filter::parse(&pairs)?, reading.caller());
    reading.reached(ViewName::Shows).await?;
    let views = &reading.state().parts.views;
    let is_wanted = |summary: &_| filter.matches(summary, &caller);
    let found = views.shows_that(page.after.map(ShowId), page.limit + 1, LOOKED_AT_MAX, is_wanted);
    let (position, mut found, looked_to) = found.map_err(view_failed)?;
    let next_cursor = page.cut(&mut found, |(id, _)| id.0).or(looked_to.map(|id| id.0));
    let shows = found.iter().map(|(show_id, summary)| ListedShow::of(*show_id, summary)).collect();
    answer::ok(&Shows { shows, next_cursor, position: Place(position) })
}
