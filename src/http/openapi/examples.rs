//! An example of every body and every answer: one evening at the Lyceum, as a server has told it.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::Operation;

static ALL: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).expect("an object, as a test shows"));

pub fn of_body(operation: &Operation) -> Option<&'static Value> {
    of(operation)?.get("body")
}

pub fn of_answer(operation: &Operation) -> Option<&'static Value> {
    of(operation)?.get("answer")
}

fn of(operation: &Operation) -> Option<&'static Value> {
    ALL.get(&format!("{} {}", operation.method, operation.path))
}
