//! Which shows of the list are asked for: all that match every filter that is given.

use std::borrow::Cow;

use serde_json::json;

use crate::domain::refusal::SalesStatus;
use crate::domain::{Organiser, Timestamp};
use crate::http::access::Caller;
use crate::http::openapi::Described;
use crate::http::problem::Problem;
use crate::http::request::query;
use crate::projections::show_list::ShowSummary;

#[derive(Debug, Default)]
pub struct Filter {
    organiser: Option<Organiser>,
    /// Of `starts_at`: from this instant on,
    from: Option<Timestamp>,
    /// and before this one.
    to: Option<Timestamp>,
    status: Option<SalesStatus>,
    /// Somewhere in the title, in small letters.
    text: Option<String>,
}

pub const NAMES: [&str; 5] = ["organiser", "from", "to", "status", "text"];
const TEXT_CHARACTERS_MAX: usize = 100;

impl Filter {
    pub fn parse(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Self, Problem> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            match name.as_ref() {
                "organiser" => filter.organiser = Some(organiser(value)?),
                "from" => filter.from = Some(instant("from", value)?),
                "to" => filter.to = Some(instant("to", value)?),
                "status" => filter.status = Some(status(value)?),
                "text" => filter.text = Some(text(value)?),
                _ => unreachable!("only the names above are let through"),
            }
        }
        Ok(filter)
    }

    pub fn matches(&self, summary: &ShowSummary, caller: &Caller) -> bool {
        let owner = summary.organiser.as_ref();
        caller.may_see(owner)
            && self.organiser.as_ref().is_none_or(|organiser| owner == Some(organiser))
            && self.from.is_none_or(|from| from <= summary.terms.starts_at)
            && self.to.is_none_or(|to| summary.terms.starts_at < to)
            && self.status.is_none_or(|status| status == summary.status)
            && self.text.as_ref().is_none_or(|text| summary.terms.title.to_lowercase().contains(text))
    }
}

/// The filters as `/openapi.json` describes them.
pub fn parameters() -> Vec<Described> {
    let organiser = json!({"type": "string", "maxLength": 64, "pattern": "^[a-z0-9][a-z0-9._-]*$"});
    let instant = json!({"type": "string", "format": "date-time"});
    let status = json!({"enum": ["scheduled", "on_sale", "paused", "closed", "cancelled"]});
    let text = json!({"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX});
    vec![
        ("organiser", "Whose shows.", organiser),
        ("from", "Shows that start then or later.", instant.clone()),
        ("to", "Shows that start before.", instant),
        ("status", "How their sales stand.", status),
        ("text", "What their title has somewhere in it, in capitals or not.", text),
    ]
}

fn organiser(value: &str) -> Result<Organiser, Problem> {
    Organiser::parse(value).ok_or_else(|| query::wrong("organiser", "`organiser` is not the name of one"))
}

fn instant(name: &str, value: &str) -> Result<Timestamp, Problem> {
    let parsed: Result<jiff::Timestamp, _> = value.parse();
    parsed.map(Timestamp::from).map_err(|_| {
        let detail = format!("`{name}` is not an instant, as 2026-05-01T00:00:00Z is; a `+` in it is written %2B");
        query::wrong(name, detail)
    })
}

fn status(value: &str) -> Result<SalesStatus, Problem> {
    use SalesStatus::{Cancelled, Closed, OnSale, Paused, Scheduled};
    let all = [Scheduled, OnSale, Paused, Closed, Cancelled];
    let names = all.map(SalesStatus::name).join(", ");
    let found = all.into_iter().find(|status| status.name() == value);
    found.ok_or_else(|| query::wrong("status", format!("`status` is one of {names}")))
}

fn text(value: &str) -> Result<String, Problem> {
    if (1..=TEXT_CHARACTERS_MAX).contains(&value.chars().count()) {
        return Ok(value.to_lowercase());
    }
    Err(query::wrong("text", format!("`text` must have 1 to {TEXT_CHARACTERS_MAX} characters")))
}
