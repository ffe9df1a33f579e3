//! Whole numbers. To JSON, 3 and 3.0 are one number, and some programs write the second for the first.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within<const MIN: u32, const MAX: u32>(pub u32);

/// Any number of things: how many are too many is said by whoever counts them.
pub type Count = Within<0, { u32::MAX }>;

/// Any whole number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole(pub u64);

/// Above it, not every whole number can be told from its neighbour when it is written with a point.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a whole number that is not negative")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
        let is_whole = (0.0..=EXACT_MAX).contains(&number) && number.fract() == 0.0;
        let unexpected = || E::invalid_value(Unexpected::Float(number), &self);
        is_whole.then_some(Whole(number as u64)).ok_or_else(unexpected)
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Within<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Whole(number) = Whole::deserialize(deserializer)?;
        let within = u32::try_from(number).ok().filter(|number| (MIN..=MAX).contains(number));
        within.map(Self).ok_or_else(|| D::Error::custom(format_args!("it must be from {MIN} to {MAX}")))
    }
}

impl<const MIN: u32, const MAX: u32> PartialSchema for Within<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        Object::builder().schema_type(Type::Integer).minimum(Some(MIN)).maximum(Some(MAX)).into()
    }
}
impl<const MIN: u32, const MAX: u32> ToSchema for Within<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("From{MIN}To{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_however_it_is_written_and_within_its_bounds() {
        let within = |text: &str| serde_json::from_str::<Within<1, 600>>(text).map(|Within(number)| number);
        for (text, number) in [("1", 1), ("600", 600), ("6e2", 600), ("2.0", 2)] {
            assert_eq!(within(text).expect(text), number);
        }
        for wrong in ["0", "601", "-1", "1.5", "1e400", "4294967297", "1e19", "-0.0", "null", "\"1\"", "[]"] {
            assert!(within(wrong).is_err(), "{wrong}");
        }
    }
}
