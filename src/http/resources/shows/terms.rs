//! The body that schedules a show, and the terms it means at its venue.

use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::local_time::{LocalTimeError, instant_or_local, local, zone};
use super::prices::Prices;
use super::times::{LocalTime, SalesTime};
use crate::domain::event::ShowTerms;
use crate::domain::money::currency;
use crate::domain::plan::SeatingPlan;
use crate::domain::{Organiser, Timestamp, VenueId};
use crate::http::problem::{Problem, kinds};
use crate::http::request::{Line, OrganiserName, Within};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowBody {
    venue_id: Uuid,
    title: Line<200>,
    /// On the clock of the hall.
    starts_at: LocalTime,
    /// IANA name.
    time_zone: Line<64>,
    /// ISO 4217 code.
    currency: Line<3>,
    prices: Prices,
    #[serde(default = "hold_seconds_default")]
    hold_seconds: Within<1, 86_400>,
    #[serde(default)]
    max_per_customer: Option<Within<1, 10_000>>,
    /// An instant with its offset, or a time on the clock of the hall.
    #[serde(default)]
    on_sale_at: Option<SalesTime>,
    /// After `on_sale_at`.
    #[serde(default)]
    off_sale_at: Option<SalesTime>,
    /// Whose show it is, where the key is not an organiser's own; without it, whose venue it is.
    #[serde(default)]
    organiser: Option<OrganiserName>,
}

fn hold_seconds_default() -> Within<1, 86_400> {
    Within(600)
}

impl ShowBody {
    pub fn venue_id(&self) -> VenueId {
        VenueId(self.venue_id)
    }

    pub fn organiser(&self) -> Option<Organiser> {
        self.organiser.clone().map(|OrganiserName(organiser)| organiser)
    }

    pub fn into_terms(self, plan: &SeatingPlan) -> Result<ShowTerms, Problem> {
        let Some(zone) = zone(&self.time_zone.0) else {
            let detail = format!("{:?} is not the name of a time zone, as Europe/Berlin is", self.time_zone.0);
            return Err(Problem::new(kinds::UNKNOWN_TIME_ZONE, detail).about("time_zone"));
        };
        if currency(&self.currency.0).is_none() {
            let detail = format!("{:?} is not a currency, as EUR is", self.currency.0);
            return Err(Problem::new(kinds::UNKNOWN_CURRENCY, detail).about("currency"));
        }
        let starts_at = local(&self.starts_at.0.0, &zone).map_err(|error| starts_at_problem(error, &self))?;
        let on_sale_at = sales_time("on_sale_at", self.on_sale_at, &zone)?;
        let off_sale_at = sales_time("off_sale_at", self.off_sale_at, &zone)?;
        if let (Some(on), Some(off)) = (on_sale_at, off_sale_at)
            && off <= on
        {
            return Err(Problem::field("off_sale_at", "off_sale_at: it must be after on_sale_at"));
        }
        Ok(ShowTerms {
            venue_id: VenueId(self.venue_id),
            title: self.title.0,
            starts_at_local: self.starts_at.0.0,
            time_zone: zone.iana_name().expect("only named zones are accepted").to_owned(),
            starts_at,
            currency: self.currency.0,
            prices: self.prices.into_list(plan)?,
            hold_seconds: self.hold_seconds.0,
            max_per_customer: self.max_per_customer.map(|Within(max)| max),
            on_sale_at,
            off_sale_at,
        })
    }
}

fn starts_at_problem(error: LocalTimeError, body: &ShowBody) -> Problem {
    let (text, zone) = (&body.starts_at.0.0, &body.time_zone.0);
    match error {
        LocalTimeError::Unreadable => {
            let detail = format!("starts_at: {text:?} is not a local time without an offset, as 2026-05-01T19:30 is");
            Problem::field("starts_at", detail)
        }
        LocalTimeError::DoesNotExist => {
            let detail = format!("the clocks in {zone} skip {text}: there is no such time on that day");
            Problem::new(kinds::STARTS_AT_DOES_NOT_EXIST, detail).about("starts_at")
        }
    }
}

fn sales_time(field: &'static str, text: Option<SalesTime>, zone: &TimeZone) -> Result<Option<Timestamp>, Problem> {
    let Some(SalesTime(Line(text))) = text else { return Ok(None) };
    let wrong = |error| match error {
        LocalTimeError::Unreadable => format!("{field}: {text:?} is not a time, as 2026-05-01T10:00:00+02:00 is"),
        LocalTimeError::DoesNotExist => format!("{field}: the clocks skip {text} on that day"),
    };
    instant_or_local(&text, zone).map(Some).map_err(|error| Problem::field(field, wrong(error)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::money::Money;
    use crate::domain::plan::{ImportOptions, import};
    use crate::http::request::{Object, read};

    fn plan() -> SeatingPlan {
        let seat = json!({"seat_guid": "A-1", "category": "Stalls", "position": {"x": 0, "y": 0}});
        let file = json!({"name": "Hall", "categories": [{"name": "Stalls"}, {"name": "Circle"}],
            "zones": [{"rows": [{"seats": [seat]}]}]});
        SeatingPlan::new(import(&file.to_string(), ImportOptions::default()).expect("a good plan"))
    }

    fn terms(changes: Value) -> Result<ShowTerms, Problem> {
        let mut body = json!({"venue_id": Uuid::nil(), "title": "Hamlet", "starts_at": "2026-05-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Circle": 2500}});
        let (fields, changes) = (body.as_object_mut().expect("an object"), changes.as_object().expect("an object"));
        fields.extend(changes.clone());
        let body = body.to_string();
        read::<Object<ShowBody>>(body.as_bytes())?.0.into_terms(&plan())
    }

    #[test]
    fn prices_stand_at_the_index_of_their_category() {
        let terms = terms(json!({})).expect("good terms");
        assert_eq!(terms.prices, [None, Some(Money::from_minor(2500))]);
        assert_eq!((terms.hold_seconds, terms.max_per_customer), (600, None));
        assert_eq!(terms.starts_at.to_string(), "2026-05-01T17:30:00Z");
    }

    #[test]
    fn a_wrong_field_is_named_with_a_code_of_its_own_where_it_has_one() {
        let early_end = json!({"on_sale_at": "2026-04-01T10:00", "off_sale_at": "2026-04-01T08:00:00Z"});
        for (changes, code, field) in [
            (json!({"time_zone": "Europe/Atlantis"}), "unknown_time_zone", "time_zone"),
            (json!({"currency": "XYZ"}), "unknown_currency", "currency"),
            (json!({"currency": "eur"}), "unknown_currency", "currency"),
            (json!({"prices": {"Boxes": 1}}), "unknown_categories", "prices"),
            (json!({"starts_at": "2026-03-29T02:30"}), "starts_at_does_not_exist", "starts_at"),
            (json!({"starts_at": "2026-05-01T19:30+02:00"}), "invalid_body", "starts_at"),
            (json!({"on_sale_at": "soon"}), "invalid_body", "on_sale_at"),
            (early_end, "invalid_body", "off_sale_at"),
            (json!({"hold_seconds": 0}), "invalid_body", "hold_seconds"),
            (json!({"hold_seconds": 86401}), "invalid_body", "hold_seconds"),
            (json!({"max_per_customer": 0}), "invalid_body", "max_per_customer"),
            (json!({"title": ""}), "invalid_body", "title"),
            (json!({"title": "x".repeat(201)}), "invalid_body", "title"),
            (json!({"venue_id": "here"}), "invalid_body", "venue_id"),
            (json!({"prices": {"Circle": -1}}), "invalid_body", "prices.Circle"),
            (json!({"prices": {}}), "invalid_body", "prices"),
            (json!({"price": {}}), "invalid_body", "price"),
        ] {
            let problem = terms(changes.clone()).expect_err("wrong");
            assert_eq!((problem.kind.code, problem.more.field.as_deref()), (code, Some(field)), "{changes}");
        }
    }
}
