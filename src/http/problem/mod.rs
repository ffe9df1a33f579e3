//! Problem details (RFC 9457): the one shape of every answer that is not a success.
//!
//! What may go wrong, with its status, is the table in [`kinds`]; which refusal or failure is which kind is said in
//! `refusals.rs`, `failures.rs` and `framework.rs`. A problem does not know its request: the edge adds the id.

mod failures;
mod framework;
pub mod kinds;
mod refusals;
mod render;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

pub use failures::{later, stopping, unreadable, view_failed};
pub use framework::of_framework;
pub use kinds::Kind;
pub use render::ProblemDetails;

use crate::domain::CheckoutId;
use crate::domain::plan::Offender;
use crate::domain::refusal::SeatConflict;

/// What every handler returns.
pub type Reply = Result<HttpResponse, Problem>;

#[derive(Debug)]
pub struct Problem {
    pub kind: Kind,
    /// A sentence about this very request.
    pub detail: String,
    /// What only some problems have; boxed, because results are moved around a lot and problems are rare.
    pub more: Box<More>,
}

/// Members and headers that belong to certain kinds.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct More {
    /// Which field, parameter or header is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Every seat in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// What is wrong with a plan: the first of `errors_total`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<PlanFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors_total: Option<usize>,
    /// The checkout that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkout_id: Option<CheckoutId>,
    #[serde(skip)]
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// A seat that stands in the way, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conflict {
    pub seat: String,
    pub status: SeatConflict,
}

/// One thing that is wrong with a plan, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanFault {
    pub zone: Option<String>,
    pub row: Option<String>,
    pub seat: Option<String>,
    pub code: &'static str,
    pub detail: String,
}

impl From<Offender> for PlanFault {
    fn from(offender: Offender) -> Self {
        let Offender { offence, zone, row, label, message } = offender;
        Self { zone, row, seat: label, code: offence.code(), detail: message }
    }
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), more: Box::default() }
    }

    /// A field of the body that is not what it should be.
    pub fn field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(kinds::INVALID_BODY, detail).about(field)
    }

    /// Names the field, parameter or header that is meant.
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.more.field = Some(field.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.headers.push((name, value));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// The edge renders it again, with the request's id.
    fn error_response(&self) -> HttpResponse {
        self.render(None)
    }
}
