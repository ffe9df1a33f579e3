//! Who sells: shows and venues belong to an organiser, named by the operator. Decisions never ask for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 1 to 64 small letters, digits, `-`, `_` and `.`, beginning with a letter or a digit: it stands in events for ever, in
/// addresses and on the command line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Organiser(Box<str>);

impl Organiser {
    pub const CHARACTERS_MAX: usize = 64;

    pub fn parse(text: &str) -> Option<Self> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins = text.bytes().next().is_some_and(word);
        let good = text.bytes().all(|byte| word(byte) || matches!(byte, b'-' | b'_' | b'.'));
        (begins && good && text.len() <= Self::CHARACTERS_MAX).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Organiser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_plain_word() {
        for good in ["a", "burgtheater", "royal-opera.house_2", "9", &"x".repeat(64)] {
            assert_eq!(Organiser::parse(good).map(|organiser| organiser.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "Burg", "-a", "two words", "ü", "a/b", &"x".repeat(65)] {
            assert_eq!(Organiser::parse(bad), None, "{bad:?}");
        }
    }
}
