//! Which problems a call may meet: its own, and those that follow from what kind of a call it is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Operation, is_command, is_read, parameters};
use crate::http::access::{Admits, Party};
use crate::http::problem::Kind;
use crate::http::problem::kinds::*;

pub fn of(operation: &Operation, admits: Admits) -> Vec<Kind> {
    let (method, path) = (&operation.method, operation.path);
    let mut all = operation.kinds.to_vec();
    if !admits.is_anyone() {
        all.extend([UNAUTHORIZED, INVALID_QUERY]);
    }
    if Party::ALL.iter().any(|party| !admits.admits(*party)) {
        all.push(FORBIDDEN);
    }
    if path.contains('{') {
        all.push(INVALID_ID);
    }
    if operation.body.is_some() || method != "GET" {
        all.extend([INVALID_JSON, INVALID_BODY, INCOMPLETE_BODY, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]);
    }
    if is_command(method, path) {
        all.extend([INVALID_HEADER, IDEMPOTENCY_KEY_REUSED, OVERLOADED, JOURNAL_UNAVAILABLE, OUTCOME_UNKNOWN]);
        all.extend([SHOW_QUARANTINED, COMMAND_QUARANTINED]);
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
    all.extend([BAD_REQUEST, METHOD_NOT_ALLOWED, INTERNAL_ERROR]);
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
    let mut headers = parameters::of_answer();
    if status == 503 {
        headers["Retry-After"] = json!({"description": "Seconds.", "schema": {"type": "integer"}});
    }
    let schema = json!({"allOf": [
        {"$ref": "#/components/schemas/ProblemDetails"},
        {"properties": {"code": {"enum": codes}}},
    ]});
    json!({
        "description": lines.join("\n\n"),
        "headers": headers,
        "content": {"application/problem+json": {"schema": schema}},
    })
}
