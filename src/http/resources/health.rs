//! Whether the process lives, and whether it can serve. For load balancers: no key, no view, no lock.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer;
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::request::Reading;
use crate::journal::Health;
use actix_web::http::Method;

#[derive(Serialize, ToSchema)]
struct Status {
    status: &'static str,
    /// What is not ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

pub async fn live() -> Reply {
    answer::ok(&Status { status: "live", reasons: Vec::new() })
}

pub async fn ready(reading: Reading) -> Reply {
    let readiness = &reading.state().parts.readiness;
    let mut reasons = Vec::new();
    if !readiness.is_serving() {
        reasons.push("the server is starting or shutting down".to_owned());
    }
    if let Health::Unavailable { reason } = &*readiness.journal.borrow() {
        reasons.push(format!("the journal cannot be written: {reason}"));
    }
    match reasons.is_empty() {
        true => answer::ok(&Status { status: "ready", reasons }),
        false => {
            let mut answer = answer::json(StatusCode::SERVICE_UNAVAILABLE, &Status { status: "not_ready", reasons })?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            Ok(answer)
        }
    }
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Status>(Method::GET, "/health/live", "Whether the process lives", 200),
        Operation::new::<Status>(Method::GET, "/health/ready", "Whether it can serve; 503 while it cannot", 200),
    ]
}
