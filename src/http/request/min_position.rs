//! The header `Min-Position`: the answer must have seen at least this much of the journal.
//!
//! To clients a position is opaque text; that it is a number today is known here and in the answers only.

use actix_web::http::header::{HeaderMap, HeaderName};

use super::one_header::one;
use crate::http::problem::{Problem, kinds};
use crate::journal::Position;

const NAME: HeaderName = HeaderName::from_static("min-position");

pub fn of(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(value) = one(headers, NAME)? else { return Ok(None) };
    match parse(value.as_bytes()) {
        Some(position) => Ok(Some(position)),
        None => {
            let detail = "the header `Min-Position` is not a position that an answer has named";
            Err(Problem::new(kinds::INVALID_HEADER, detail).about("Min-Position"))
        }
    }
}

/// Digits only: no sign, no blanks.
fn parse(text: &[u8]) -> Option<Position> {
    let digits = text.iter().all(u8::is_ascii_digit) && (1..=20).contains(&text.len());
    let text = std::str::from_utf8(text).ok().filter(|_| digits)?;
    text.parse().ok().map(Position)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn of_two_positions_none_is_taken() {
        let mut headers = HeaderMap::new();
        headers.append(NAME, HeaderValue::from_static("1"));
        assert_eq!(of(&headers).expect("one"), Some(Position(1)));
        headers.append(NAME, HeaderValue::from_static("4"));
        assert!(of(&headers).is_err());
    }

    #[test]
    fn a_position_is_digits_that_fit() {
        assert_eq!(parse(b"0"), Some(Position(0)));
        assert_eq!(parse(b"18446744073709551615"), Some(Position(u64::MAX)));
        for wrong in ["", "-1", "+1", "1.0", " 1", "18446744073709551616", "1e3", "abc"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
}
