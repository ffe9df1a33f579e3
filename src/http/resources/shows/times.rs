//! Times as a body spells them, with the pattern that machines are told: days that are in the calendar, times of a day.

use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::http::request::Line;

/// On the clock of the hall, without an offset.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct LocalTime(pub Line<40>);

/// An instant with its offset, or a time on the clock of the hall.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SalesTime(pub Line<40>);

const YEAR: &str = "(197[1-9]|19[89][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2})";
const DAY: &str =
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
const LEAP_DAY: &str = "[2-8][0-9](0[48]|[2468][048]|[13579][26])-02-29";
const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";
const OFFSET: &str = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?";

fn spelled(what: &str, offset: &str) -> RefOr<Schema> {
    let pattern = format!("^({YEAR}-{DAY}|{LEAP_DAY})T{CLOCK}{offset}$");
    Object::builder().schema_type(Type::String).description(Some(what)).pattern(Some(pattern)).into()
}

impl PartialSchema for LocalTime {
    fn schema() -> RefOr<Schema> {
        spelled("On the clock of the hall, as 2026-05-01T19:30 is.", "")
    }
}
impl ToSchema for LocalTime {}

impl PartialSchema for SalesTime {
    fn schema() -> RefOr<Schema> {
        spelled(
            "An instant with its offset, as 2026-04-01T10:00:00+02:00 is, or a time on the clock of the hall.",
            OFFSET,
        )
    }
}
impl ToSchema for SalesTime {}
