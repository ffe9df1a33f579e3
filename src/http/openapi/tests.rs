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

/// But answers of text, and the document itself.
#[test]
fn every_body_and_every_answer_has_an_example_that_fits() {
    let document = document();
    let calls = resources::operations();
    for call in calls.iter().filter(|call| call.path != "/openapi.json") {
        let described = &document["paths"][call.path][call.method.as_str().to_lowercase()];
        let status = described["responses"].as_object().expect("answers").keys().next().expect("a success");
        let answer = &described["responses"][status]["content"]["application/json"];
        if answer.is_null() {
            continue;
        }
        fits(&answer["example"], &answer["schema"], &document, &format!("answer of {} {}", call.method, call.path));
        let body = &described["requestBody"]["content"]["application/json"];
        // Where nothing need be said, nothing is shown.
        if body["schema"].is_object() {
            fits(&body["example"], &body["schema"], &document, &format!("body of {} {}", call.method, call.path));
        }
    }
}

/// Whether all that is required is there, and nothing that is not described.
fn fits(value: &Value, schema: &Value, document: &Value, what: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("within the document");
        return fits(value, document.pointer(pointer).expect("it leads somewhere"), document, what);
    }
    assert!(!value.is_null() || schema["type"].is_array() || schema["oneOf"].is_array(), "{what}: nothing is there");
    for part in schema["allOf"].as_array().into_iter().flatten() {
        required(value, part, document, what);
    }
    required(value, schema, document, what);
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, field) in fields {
            let of = known.get(name).unwrap_or_else(|| panic!("{what}: {name} is not described"));
            fits(field, of, document, &format!("{what}, {name}"));
        }
    }
    if let (Some(items), true) = (value.as_array(), schema["items"].is_object()) {
        items.iter().for_each(|item| fits(item, &schema["items"], document, what));
    }
}

fn required(value: &Value, schema: &Value, document: &Value, what: &str) {
    if let Some(pointer) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        return required(value, document.pointer(pointer).expect("it leads somewhere"), document, what);
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(value.get(name).is_some(), "{what}: {name} is missing");
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
