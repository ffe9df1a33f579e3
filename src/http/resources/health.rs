//! Whether the process lives, and whether it can serve. For load balancers: no key, and nothing that could wait.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::request::state;
use crate::http::state::Parts;
use crate::journal::Health;

#[derive(Serialize, ToSchema)]
struct Live {
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready` or `not_ready`.
    status: &'static str,
    parts: Vec<Part>,
}

/// All of them must be ready.
#[derive(Serialize, ToSchema)]
struct Part {
    part: &'static str,
    is_ready: bool,
    /// What is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub async fn live() -> Reply {
    answer::ok(&Live { status: "live" })
}

pub async fn ready(request: HttpRequest) -> Reply {
    let parts = parts(&state(&request).parts);
    if parts.iter().all(|part| part.is_ready) {
        return answer::ok(&Ready { status: "ready", parts });
    }
    let mut answer = answer::json(StatusCode::SERVICE_UNAVAILABLE, &Ready { status: "not_ready", parts })?;
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    Ok(answer)
}

fn parts(of: &Parts) -> Vec<Part> {
    let journal = match &*of.readiness.journal.borrow() {
        Health::Writable => None,
        Health::Unavailable { reason } => Some(format!("it cannot be written: {reason}")),
    };
    let stopping = || "it is starting, or being stopped".to_owned();
    let no_views = || "they have not begun to fold".to_owned();
    vec![
        part("server", (!of.readiness.is_serving()).then(stopping)),
        part("journal", journal),
        part("store", of.store.trouble().map(|trouble| trouble.to_string())),
        // Views that lag do not keep anybody from selling; reads that need more say so.
        part("views", (!of.views.have_begun()).then(no_views)),
    ]
}

fn part(part: &'static str, reason: Option<String>) -> Part {
    Part { part, is_ready: reason.is_none(), reason }
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Live>(Method::GET, "/health/live", "Whether the process lives", 200),
        Operation::new::<Ready>(Method::GET, "/health/ready", "Whether it can serve", 200)
            .also_answers(503, "It cannot serve just now; `parts` says why."),
    ]
}
