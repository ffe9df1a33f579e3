//! Prices by category. A category named twice is refused, where JSON readers would silently take the last.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::money::Money;
use crate::domain::plan::SeatingPlan;
use crate::domain::plan::limits::CATEGORIES_MAX;
use crate::http::problem::{Problem, kinds};
use crate::http::request::{Label, Whole};

#[derive(Debug)]
pub struct Prices(Vec<(String, Money)>);

impl Prices {
    /// By the index of the plan's category; every name must be one of the plan's.
    pub fn into_list(self, plan: &SeatingPlan) -> Result<Vec<Option<Money>>, Problem> {
        let mut prices = vec![None; plan.categories().len()];
        let mut unknown = Vec::new();
        for (name, price) in self.0 {
            match plan.category_index(&name) {
                Some(category) => prices[category.index()] = Some(price),
                None => unknown.push(name),
            }
        }
        if unknown.is_empty() {
            return Ok(prices);
        }
        unknown.truncate(20);
        let known: Vec<_> = plan.categories().iter().take(20).map(|category| category.name.as_str()).collect();
        let detail = format!("the venue has no category called {unknown:?}; it has {known:?}");
        Err(Problem::new(kinds::UNKNOWN_CATEGORIES, detail).about("prices"))
    }
}

impl PartialSchema for Prices {
    fn schema() -> RefOr<Schema> {
        let price = Object::builder().schema_type(Type::Integer).minimum(Some(0));
        let price = price.maximum(Some(Money::PRICE_MAX.minor()));
        let prices = Object::builder().schema_type(Type::Object).additional_properties(Some(price));
        prices.min_properties(Some(1)).max_properties(Some(CATEGORIES_MAX)).into()
    }
}
impl ToSchema for Prices {}

impl<'de> Deserialize<'de> for Prices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PricesVisitor)
    }
}

struct PricesVisitor;

impl<'de> Visitor<'de> for PricesVisitor {
    type Value = Prices;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with a price in minor units for each category")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Prices, A::Error> {
        let mut prices: Vec<(String, Money)> = Vec::new();
        while let Some(Label(category)) = map.next_key()? {
            let Price(price) = map.next_value()?;
            if prices.len() == CATEGORIES_MAX {
                return Err(A::Error::custom(format_args!("there are at most {CATEGORIES_MAX} categories")));
            }
            if prices.iter().any(|(other, _)| *other == category) {
                return Err(A::Error::custom(format_args!("the category {category:?} has two prices")));
            }
            prices.push((category, price));
        }
        if prices.is_empty() {
            return Err(A::Error::custom("at least one category needs a price"));
        }
        Ok(Prices(prices))
    }
}

struct Price(Money);

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let price = Money::from_minor(Whole::deserialize(deserializer)?.0);
        if price > Money::PRICE_MAX {
            return Err(D::Error::custom(format_args!("a price is at most {}", Money::PRICE_MAX.minor())));
        }
        Ok(Self(price))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_whole_minor_units_for_each_category_once() {
        let prices = |text: &str| serde_json::from_str::<Prices>(text).map(|Prices(list)| list.len());
        assert_eq!(prices(r#"{"Stalls":4500,"Circle":0}"#).expect("good"), 2);
        assert!(prices(r#"{"Stalls":1000000000000}"#).is_ok());
        for wrong in [
            "{}",
            r#"{"Stalls":1,"Stalls":2}"#,
            r#"{"Stalls":-1}"#,
            r#"{"Stalls":1.5}"#,
            r#"{"Stalls":"45"}"#,
            r#"{"Stalls":1000000000001}"#,
            r#"{"Stalls":1e400}"#,
            r#"{"Stalls":18446744073709551616}"#,
            "[]",
        ] {
            assert!(prices(wrong).is_err(), "{wrong}");
        }
    }
}
