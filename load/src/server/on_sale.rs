//! Putting shows on sale through the API, as an organiser would.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Office;
use crate::hall;
use crate::history::{Setup, ShowOnSale};

pub struct OnSaleTerms {
    /// The body of the venue's import.
    pub venue: Value,
    pub shows: usize,
    pub hold_seconds: u32,
    pub max_per_customer: Option<u32>,
    pub seed: u64,
}

/// One venue, and its shows on sale.
pub fn put_on_sale(office: &mut Office, terms: &OnSaleTerms) -> Result<Setup> {
    let hall = hall::read(&terms.venue)?;
    let venue = office.post("/v1/venues", &terms.venue)?;
    let venue_id = id(&venue, "venue_id")?;
    let prices: Map<String, Value> =
        hall.categories.iter().enumerate().map(|(index, name)| (name.clone(), hall.price(index).into())).collect();
    let mut shows = Vec::new();
    for number in 1..=terms.shows {
        let mut show = json!({
            "venue_id": venue_id,
            "title": format!("Load, evening {number}"),
            "starts_at": "2031-06-01T20:00:00",
            "time_zone": "Europe/Berlin",
            "currency": "EUR",
            "prices": prices,
            "hold_seconds": terms.hold_seconds,
        });
        if let Some(max) = terms.max_per_customer {
            show["max_per_customer"] = max.into();
        }
        let show_id = id(&office.post("/v1/shows", &show)?, "show_id")?;
        office.post(&format!("/v1/shows/{show_id}/open"), &json!({}))?;
        let (hold_seconds, max_per_customer) = (terms.hold_seconds, terms.max_per_customer);
        shows.push(ShowOnSale { show_id, venue_id, hold_seconds, max_per_customer });
    }
    // Two runs against one server must not share keys or customers, even with the same seed.
    let run = Uuid::now_v7().simple().to_string();
    Ok(Setup { run, seed: terms.seed, hall, shows })
}

fn id(answer: &Value, field: &str) -> Result<Uuid> {
    let text = answer[field].as_str().with_context(|| format!("no {field} in {answer}"))?;
    text.parse().with_context(|| format!("{field} {text:?} is not an id"))
}
