//! `/openapi.json`: the API described for machines, OpenAPI 3.1.
//!
//! Each resource says what its calls take, answer and refuse ([`Operation`]); what follows from the kind of a call
//! (headers, ids, the problems that any call may meet) is added here by rule. A test holds it against the routes.

mod examples;
mod operation;
mod parameters;
mod problems;
mod spelling;

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde_json::{Map, Value, json};

pub use operation::{Described, Operation};

use super::access::{ANYONE, Admits};
use super::problem::ProblemDetails;
use super::{resources, routes};

/// The whole document.
pub fn document() -> Value {
    let operations = resources::operations();
    let mut schemas = BTreeMap::new();
    operation::Shape::of::<ProblemDetails>().collect(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    for operation in &operations {
        operation.shapes().for_each(|shape| shape.collect(&mut schemas));
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = operation.json(admits(operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Understudy",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Sells tickets. Every command takes an Idempotency-Key: the same key with the same bytes of body gets the same answer.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": parameters::headers(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key that the operator has handed out."},
                "customer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of the operator's identity provider: its subject is the customer.",
                },
            },
        },
    })
}

/// Who may call it, as the table of routes says.
fn admits(operation: &Operation) -> Admits {
    let routes = routes::all();
    let route = routes.iter().find(|route| (&route.method, route.path) == (&operation.method, operation.path));
    route.map_or(ANYONE, |route| route.admits)
}

/// Commands change a show or a venue, and can be repeated by their key.
fn is_command(method: &Method, path: &str) -> bool {
    let others = ["/v1/ops/", "/v1/payments/"];
    method != Method::GET && path.starts_with("/v1/") && !others.iter().any(|other| path.starts_with(other))
}

/// Reads come from a view, and can be told how much of the journal it must have seen.
fn is_read(method: &Method, path: &str) -> bool {
    method == Method::GET && path.starts_with("/v1/") && !path.starts_with("/v1/ops/")
}

#[cfg(test)]
mod tests;
