//! Forgiving readers for the parts of a plan file: lists that say where they broke, text that may be a number, numbers
//! that may be text.
//!
//! They forgive the spelling of a value, never its absence: that is for the import to judge.
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Something that a plan file has lists of.
pub(super) trait Listed {
    /// The field that holds the list, for error messages.
    const LIST: &'static str;
}

/// A list whose errors name the element they happened in: `zones[2]: rows[0]: seats[7]: invalid type ...`.
pub(super) struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de> + Listed> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Listed> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the list `{}`", T::LIST)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        loop {
            match elements.next_element() {
                Ok(Some(element)) => list.push(element),
                Ok(None) => return Ok(List(list)),
                Err(error) => return Err(A::Error::custom(format!("{}[{}]: {error}", T::LIST, list.len()))),
            }
        }
    }
}

/// Text, or a number that stands where text belongs (`"seat_number": 7`).
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

struct TextVisitor;

/// Every whole number up to here is its own nearest.
const EXACT_UP_TO: f64 = 9_007_199_254_740_992.0;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "text or a number")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(number.to_string()))
    }

    /// A number that is too long for an integer comes as the nearest one that fits: another name.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        if number.abs() > EXACT_UP_TO {
            return Err(E::custom("a number of so many digits has to be written as text, in quotes"));
        }
        Ok(Cow::Owned(number.to_string()))
    }
}

/// The finite number that a JSON value spells, be it `12.5` or `"12.5"`.
pub(super) fn finite(value: &RawValue) -> Option<f64> {
    let spelled = value.get();
    let digits = spelled.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(spelled);
    digits.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Trimmed text, unless there is none.
pub(super) fn filled<'t>(text: &'t Option<Text<'_>>) -> Option<&'t str> {
    text.as_ref().map(|Text(text)| text.trim()).filter(|text| !text.is_empty())
}
