//! The plan from the outside: files in, definitions and lookups out.
mod adjacency;
mod importing;
mod lines;
mod race_track;
mod refusing;
mod storing;

use super::{ImportOptions, PlanDefinition, PlanError, import};

/// A plan of one zone and one row, `seats` being the JSON of its seats.
fn one_row(seats: &str) -> String {
    format!(
        r##"{{"name":"Hall","categories":[{{"name":"Stalls","color":"#fff"}}],"zones":[{{"name":"Main","zone_id":"m",
        "position":{{"x":100,"y":50}},"rows":[{{"row_number":"A","position":{{"x":10,"y":5}},"seats":[{seats}]}}]}}]}}"##
    )
}

fn seat(label: &str, x: &str) -> String {
    format!(r#"{{"seat_guid":"{label}","seat_number":"1","position":{{"x":{x},"y":0}},"category":"Stalls"}}"#)
}

fn imported(plan: &str) -> Result<PlanDefinition, PlanError> {
    import(plan, ImportOptions::default())
}
