//! The document against the routes and the table of problems.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{document, problems};
use crate::http::problem::kinds;
use crate::http::{resources, routes};

#[test]
fn every_route_is_in_the_document_and_nothing_else_is() {
    let of_routes: BTreeSet<String> = routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let described: BTreeSet<String> =
        resources::operations().iter().map(|call| format!("{} {}", call.method, call.path)).collect();
    assert_eq!(described, of_routes);
    assert_eq!(resources::operations().len(), of_routes.len());
}

#[test]
fn every_problem_belongs_to_a_call() {
    let met: BTreeSet<&str> = resources::operations()
        .iter()
        .flat_map(|call| problems::of(call, super::admits(call)))
        .map(|kind| kind.code)
        .collect();
    let missing: Vec<_> = kinds::ALL.iter().map(|kind| kind.code).filter(|code| !met.contains(code)).collect();
    // Nobody meets this one at an address that exists.
    assert_eq!(missing, ["route_not_found"]);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
