//! A request that only reads: no body, perhaps a query, perhaps a position that the answer must have reached.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use tokio::time::timeout;

use super::incoming::{caller, state};
use super::query::{self, Pair};
use super::{Page, min_position};
use crate::actors::{ViewError, ViewName};
use crate::domain::ShowId;
use crate::http::access::Caller;
use crate::http::problem::{Problem, view_failed};
use crate::http::state::State;
use crate::journal::Position;

/// More than any disk takes.
const COMMITS_WITHIN_A_WAIT: u64 = 100_000;

pub struct Reading {
    pub request: HttpRequest,
    /// What the answer must have seen.
    pub min_position: Option<Position>,
}

impl Reading {
    pub fn state(&self) -> &State {
        state(&self.request)
    }

    pub fn caller(&self) -> Caller {
        caller(&self.request)
    }

    /// For a show that the view does not have: whether it has it now, after a wait for a show that exists.
    pub async fn knows(&self, view: ViewName, show: ShowId) -> bool {
        let parts = &self.state().parts;
        parts.views.catches_up_with(view, show, parts.limits.min_position_wait).await
    }

    /// Waits, for a bounded time, until the view has what the client wants to see.
    pub async fn reached(&self, view: ViewName) -> Result<(), Problem> {
        let Some(wanted) = self.min_position else { return Ok(()) };
        self.is_within_reach(wanted)?;
        let parts = &self.state().parts;
        parts.views.reached(view, wanted, parts.limits.min_position_wait).await.map_err(view_failed)
    }

    /// The same for what is read from the log itself: that shows what was acknowledged as soon as it was.
    pub async fn logged(&self) -> Result<(), Problem> {
        let Some(wanted) = self.min_position else { return Ok(()) };
        self.is_within_reach(wanted)?;
        let parts = &self.state().parts;
        let mut durable = parts.journal.0.durable();
        let reached = timeout(parts.limits.min_position_wait, durable.wait_for(|durable| *durable >= wanted)).await;
        if matches!(reached, Ok(Ok(_))) {
            return Ok(());
        }
        drop(reached);
        let reached = *durable.borrow();
        Err(view_failed(ViewError::Behind { wanted, reached }))
    }

    /// What the journal cannot come to meanwhile is not waited for: nobody was given such a position.
    fn is_within_reach(&self, wanted: Position) -> Result<(), Problem> {
        let reached = *self.state().parts.journal.0.durable().borrow();
        let is_far = wanted.0.saturating_sub(reached.0) > COMMITS_WITHIN_A_WAIT;
        if is_far { Err(view_failed(ViewError::Behind { wanted, reached })) } else { Ok(()) }
    }

    pub fn no_query(&self) -> Result<(), Problem> {
        query::none(&self.request)
    }

    /// The part of a list that is asked for, and its filters of these names.
    pub fn page_and(&self, names: &[&str]) -> Result<(Page, Vec<Pair<'_>>), Problem> {
        Page::and(self.request.query_string(), names)
    }

    /// The part of a list that is asked for.
    pub fn page(&self) -> Result<Page, Problem> {
        Page::parse(self.request.query_string())
    }
}

impl FromRequest for Reading {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let reading = min_position::of(request.headers());
        ready(reading.map(|min_position| Self { request: request.clone(), min_position }))
    }
}
