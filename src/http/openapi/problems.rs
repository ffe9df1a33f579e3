//! Which problems a call may meet: its own, and those that follow from what kind of a call it is.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::{Operation, is_command, is_read, parameters};
use crate::access::Role;
use crate::http::access::{Admits, Party};
use crate::http::problem::Kind;
use crate::http::problem::kinds::*;

pub fn of(operation: &Operation, admits: Admits) -> Vec<Kind> {
    let (method, path) = (&operation.method, operation.path);
    let mut all = operation.kinds.to_vec();
    if !admits.is_anyone() {
        all.extend([UNAUTHORIZED, INVALID_QUERY, INVALID_HEADER, RATE_LIMITED]);
    }
    if Party::ALL.iter().any(|party| !admits.admits(*party)) {
        all.push(FORBIDDEN);
    }
    if path.contains('{') {
        all.push(INVALID_ID);
    }
    // Whose it is, the gate asks a view.
    if ["{show_id}", "{venue_id}"].iter().any(|name| path.contains(name)) && admits.admits(Party::Key(Role::Organiser))
    {
        all.extend([VIEW_BEHIND, STORE_UNAVAILABLE]);
    }
    if operation.body.is_some() || method != "GET" {
        all.extend([INVALID_JSON, INVALID_BODY, INCOMPLETE_BODY, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]);
        all.extend([BODY_TIMEOUT, INVALID_QUERY]);
    }
    if is_command(method, path) {
        all.extend([INVALID_HEADER, IDEMPOTENCY_KEY_REUSED, OVERLOADED, JOURNAL_UNAVAILABLE, STORE_UNAVAILABLE]);
        all.push(OUTCOME_UNKNOWN);
        all.extend([IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_IN_FLIGHT]);
        all.extend([SHOW_QUARANTINED, COMMAND_QUARANTINED]);
    }
    if method != "GET" {
        all.push(STOPPING);
    }
    if operation.needs_hold_token {
        all.extend([HOLD_TOKEN_REQUIRED, HOLD_TOKEN_INVALID, HOLD_NOT_FOUND, HOLD_EXPIRED, HOLD_RELEASED]);
        all.push(HOLD_CONFIRMED);
    }
    if is_read(method, path) {
        all.extend([INVALID_HEADER, VIEW_BEHIND, STORE_UNAVAILABLE, JOURNAL_UNAVAILABLE]);
    }
    if path.contains("{show_id}") {
        all.push(SHOW_NOT_FOUND);
    }
    all.extend([BAD_REQUEST, HEAD_TOO_LARGE, METHOD_NOT_ALLOWED, INTERNAL_ERROR]);
    let mut seen = HashSet::new();
    all.retain(|kind| seen.insert(kind.code));
    all
}

/// By status, with all codes that it may come with.
pub fn responses(operation: &Operation, admits: Admits) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in of(operation, admits) {
        by_status.entry(kind.status).or_default().push(kind);
    }
    by_status.into_iter().map(|(status, kinds)| (status.to_string(), response(status, &kinds))).collect()
}

fn response(status: u16, kinds: &[Kind]) -> Value {
    let lines: Vec<String> = kinds.iter().map(|kind| format!("`{}`: {}", kind.code, kind.title)).collect();
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    let mut headers = parameters::of_every_answer();
    if kinds.iter().any(|kind| [RATE_LIMITED, IDEMPOTENCY_KEY_IN_FLIGHT].contains(kind)) || status == 503 {
        headers["Retry-After"] = parameters::retry_after();
    }
    if kinds.contains(&UNAUTHORIZED) {
        headers["WWW-Authenticate"] = json!({"description": "`Bearer`.", "schema": {"type": "string"}});
    }
    let schema = json!({"allOf": [
        {"$ref": "#/components/schemas/ProblemDetails"},
        {"properties": {"code": {"enum": codes}}},
    ]});
    let first = kinds[0];
    let example = json!({"type": format!("/docs#{}", first.code), "title": first.title, "status": status,
        "detail": first.title, "code": first.code, "request_id": "01a1fef7-c829-7262-8aca-fb868cff87dd"});
    json!({
        "description": lines.join("\n\n"),
        "headers": headers,
        "content": {"application/problem+json": {"schema": schema, "example": example}},
    })
}
