//! The bodies of the calls on holds.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::domain::command::{BestAvailable, HoldSeats};
use crate::domain::{CustomerId, HoldId};
use crate::http::access::Caller;
use crate::http::problem::{Problem, kinds};
use crate::http::request::{Count, Label, Line, Names, Object, Within};

/// Chosen seats, the best available, standing places, or all three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    #[serde(default)]
    #[schema(value_type = Option<CustomerId>)]
    customer_id: Option<Customer>,
    #[serde(default)]
    seats: ChosenSeats,
    #[serde(default)]
    #[schema(value_type = Option<BestAvailableBody>)]
    best_available: Option<Object<BestAvailableBody>>,
    #[serde(default)]
    #[schema(value_type = Vec<AdmissionBody>)]
    general_admission: Vec<Object<AdmissionBody>>,
}

/// More than any hold may have: how many are too many for a hold is the show's to say.
type ChosenSeats = Names<1_000>;
/// A wish for certain categories or zones names few, and not none: no seat would fit.
type Wishes = Names<100, 1>;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BestAvailableBody {
    quantity: Count,
    #[serde(default)]
    categories: Option<Wishes>,
    #[serde(default)]
    zones: Option<Wishes>,
    #[serde(default)]
    accessible: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdmissionBody {
    area: Label,
    quantity: Count,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    pub extend_seconds: Within<1, { u32::MAX }>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    pub payment_reference: Line<200>,
}

impl HoldBody {
    /// `is_proven`: customers have tokens that say who they are.
    pub fn into_request(self, hold_id: HoldId, caller: &Caller, is_proven: bool) -> Result<HoldSeats, Problem> {
        let named = self.customer_id.map(|Customer(id)| id);
        let customer_id = holds_for(caller, named, is_proven)?;
        let admission = |Object(AdmissionBody { area, quantity })| (area.0, quantity.0);
        let best_available = self.best_available.map(|Object(wish)| BestAvailable {
            quantity: wish.quantity.0,
            categories: wish.categories.map(Names::into_vec),
            zones: wish.zones.map(Names::into_vec),
            accessible: wish.accessible,
        });
        Ok(HoldSeats {
            hold_id,
            customer_id,
            seats: self.seats.into_vec(),
            best_available,
            general_admission: self.general_admission.into_iter().map(admission).collect(),
        })
    }
}

/// Who comes as a customer holds for themselves. Where customers prove who they are, a stranger is nobody else: they would
/// use up what another may have, and write into their list of bookings. Where nobody can prove it, their word is taken.
fn holds_for(caller: &Caller, named: Option<CustomerId>, is_proven: bool) -> Result<Option<CustomerId>, Problem> {
    let refused = |detail: &str| Err(Problem::new(kinds::FORBIDDEN, detail).about("customer_id"));
    match (caller, named) {
        (Caller::Customer(own), Some(named)) if own.customer_id != named => {
            refused("customer_id: it is not the subject of the token; leave it out")
        }
        (Caller::Customer(own), _) => Ok(Some(own.customer_id.clone())),
        (Caller::Public, Some(_)) if is_proven => {
            refused("customer_id: send the token of the customer, or the key of a storefront; or leave it out")
        }
        (Caller::Public | Caller::Key(_), named) => Ok(named),
    }
}

#[derive(Debug)]
struct Customer(CustomerId);

impl<'de> Deserialize<'de> for Customer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = "it must have 1 to 128 characters, none of them a control character";
        CustomerId::parse(&text).map(Self).ok_or_else(|| serde::de::Error::custom(wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::kinds;
    use crate::http::request::read;

    #[test]
    fn all_three_ways_of_choosing_fit_into_one_body() {
        let body = r#"{"customer_id":"c-1","seats":["A-1"],"best_available":{"quantity":2,"zones":["Stalls"]},
            "general_admission":[{"area":"Pit","quantity":3}]}"#;
        let body: Object<HoldBody> = read(body.as_bytes()).expect("a good body");
        let request = body.0.into_request(HoldId(uuid::Uuid::nil()), &Caller::Public, false).expect("good");
        assert_eq!(request.seats, ["A-1"]);
        assert_eq!(request.general_admission, [("Pit".to_owned(), 3)]);
        let wish = request.best_available.expect("a wish");
        assert_eq!((wish.quantity, wish.categories, wish.zones), (2, None, Some(vec!["Stalls".to_owned()])));
        assert!(!wish.accessible);
    }

    #[test]
    fn a_stranger_names_a_customer_only_where_nobody_can_prove_to_be_one() {
        let ask = |body: &str, is_proven| {
            let body: Object<HoldBody> = read(body.as_bytes()).expect("a good body");
            body.0.into_request(HoldId(uuid::Uuid::nil()), &Caller::Public, is_proven)
        };
        let named = r#"{"customer_id":"ada","seats":["A-1"]}"#;
        let problem = ask(named, true).expect_err("a stranger is not Ada");
        assert_eq!((problem.kind, problem.more.field.as_deref()), (kinds::FORBIDDEN, Some("customer_id")));
        let ada = CustomerId::parse("ada");
        assert_eq!(ask(named, false).expect("their word is taken").customer_id, ada);
        assert_eq!(ask(r#"{"seats":["A-1"]}"#, true).expect("nobody in particular").customer_id, None);
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (body, field) in [
            (r#"{"seat":["A-1"]}"#, "seat"),
            (r#"{"seats":"A-1"}"#, "seats"),
            (r#"{"seats":[1]}"#, "seats[0]"),
            (r#"{"customer_id":""}"#, "customer_id"),
            (r#"{"best_available":{"quantity":-2}}"#, "best_available.quantity"),
            (r#"{"best_available":{}}"#, "best_available.quantity"),
            (r#"{"best_available":[2]}"#, "best_available"),
            (r#"{"best_available":{"quantity":1,"categories":[]}}"#, "best_available.categories"),
            (r#"{"best_available":{"quantity":1,"zones":[]}}"#, "best_available.zones"),
            (r#"{"general_admission":[{"area":"Pit","quantity":1e99}]}"#, "general_admission[0].quantity"),
            (r#"{"general_admission":[{"area":"Pit","quantity":1,"row":"A"}]}"#, "general_admission[0].row"),
        ] {
            let problem = read::<Object<HoldBody>>(body.as_bytes()).expect_err(body);
            assert_eq!((problem.kind, problem.more.field.as_deref()), (kinds::INVALID_BODY, Some(field)), "{body}");
        }
        assert!(read::<Object<ExtendBody>>(br#"{"extend_seconds":0}"#).is_err());
        assert!(read::<Object<ConfirmBody>>(br#"{"payment_reference":""}"#).is_err());
    }
}
