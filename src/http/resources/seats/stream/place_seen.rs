//! The header `Last-Event-ID`: the last that this listener has seen, `POSITION-VERSION`.
//!
//! The version is the show's, without gaps: with it nothing can be missed or told twice. To clients an id is opaque.

use actix_web::http::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};

use crate::actors::Last;
use crate::http::problem::{Problem, kinds};
use crate::http::request::one_header::one;
use crate::journal::Position;

const NAME: HeaderName = HeaderName::from_static("last-event-id");

pub fn of(headers: &HeaderMap) -> Result<Option<Last>, Problem> {
    let Some(value) = one(headers, NAME)?.filter(|value| !value.is_empty()) else { return Ok(None) };
    match parse(value.as_bytes()) {
        Some(last) => Ok(Some(last)),
        None => {
            let detail = "the header `Last-Event-ID` is not an id of these events; without it comes a fresh snapshot";
            Err(Problem::new(kinds::INVALID_HEADER, detail).about("Last-Event-ID"))
        }
    }
}

/// What an id looks like, for `/openapi.json`.
pub fn schema() -> Value {
    json!({"type": "string", "pattern": "^[0-9]{1,20}-[0-9]{1,20}$"})
}

fn parse(text: &[u8]) -> Option<Last> {
    let (position, version) = std::str::from_utf8(text).ok()?.split_once('-')?;
    Some(Last { position: Position(number(position)?), version: number(version)? })
}

/// Digits only: no sign, no blanks.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=20).contains(&text.len());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_two_numbers() {
        assert_eq!(parse(b"105-37"), Some(Last { position: Position(105), version: 37 }));
        for wrong in ["", "-", "105", "105-", "-37", "105-37-1", "+1-2", "1 -2", "18446744073709551616-1", "a-b"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
}
