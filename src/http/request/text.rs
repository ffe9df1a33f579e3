//! Texts and lists with a limit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::domain::Organiser;
use crate::domain::plan::limits::LABEL_CHARACTERS_MAX;

/// One line for people to read: 1 to `MAX` characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(pub String);

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !(1..=MAX).contains(&text.chars().count()) {
            return Err(D::Error::custom(format_args!("it must have 1 to {MAX} characters")));
        }
        if text.chars().any(char::is_control) {
            return Err(D::Error::custom("it must not have control characters"));
        }
        Ok(Self(text))
    }
}

/// What a plan calls a seat, an area, a category or a zone. Any characters: it is only looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(pub String);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Counting bytes first spares the counting of characters for nearly every label.
        if text.len() > LABEL_CHARACTERS_MAX && text.chars().count() > LABEL_CHARACTERS_MAX {
            return Err(D::Error::custom(format_args!("a name has at most {LABEL_CHARACTERS_MAX} characters")));
        }
        Ok(Self(text))
    }
}

/// `MIN` to `MAX` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names<const MAX: usize, const MIN: usize = 0>(Vec<String>);

impl<const MAX: usize, const MIN: usize> Names<MAX, MIN> {
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }
}

impl<'de, const MAX: usize, const MIN: usize> Deserialize<'de> for Names<MAX, MIN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(NamesVisitor)
    }
}

struct NamesVisitor<const MAX: usize, const MIN: usize>;

impl<'de, const MAX: usize, const MIN: usize> Visitor<'de> for NamesVisitor<MAX, MIN> {
    type Value = Names<MAX, MIN>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of at most {MAX} names")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(Label(name)) = elements.next_element()? {
            if names.len() == MAX {
                return Err(A::Error::custom(format_args!("it must have at most {MAX} entries")));
            }
            names.push(name);
        }
        if names.len() < MIN {
            return Err(A::Error::custom(format_args!("leave it out, or name at least {MIN}")));
        }
        Ok(Names(names))
    }
}

/// The name of an organiser.
#[derive(Clone, Debug)]
pub struct OrganiserName(pub Organiser);

impl<'de> Deserialize<'de> for OrganiserName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = "it must have 1 to 64 small letters, digits, `-`, `_` and `.`, and begin with a letter or a digit";
        Organiser::parse(&text).map(Self).ok_or_else(|| D::Error::custom(wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_length_and_no_control_characters() {
        let line = |text: &str| serde_json::from_str::<Line<3>>(text);
        assert_eq!(line(r#""äöü""#).expect("three characters").0, "äöü");
        for wrong in [r#""""#, r#""abcd""#, r#""a\n""#, r#""\u0000""#, "7", "null"] {
            assert!(line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_may_be_strange_but_not_long_nor_too_many() {
        let names = |text: &str| serde_json::from_str::<Names<2>>(text).map(Names::into_vec);
        assert_eq!(names(r#"["A\u0000", "😀"]"#).expect("two names"), ["A\0", "😀"]);
        assert!(names(r#"["a", "b", "c"]"#).is_err());
        assert!(names(&format!("[{:?}]", "x".repeat(201))).is_err());
        assert!(names(r#"[1]"#).is_err());
        assert!(names(r#"{}"#).is_err());
    }
}
