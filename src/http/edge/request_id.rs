//! The id that ties an answer to its log lines: the caller's own, or a fresh one.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::{NoContext, Uuid};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

const NAME: HeaderName = HeaderName::from_static("x-request-id");
const CHARACTERS_MAX: usize = 128;

impl RequestId {
    /// A caller's id is taken over when it is short and visible ASCII; everything else could not be put into a header.
    pub fn of(headers: &HeaderMap) -> Self {
        match headers.get(NAME) {
            Some(value) if is_usable(value) => Self(value.clone()),
            Some(_) | None => Self::fresh(),
        }
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("only visible ASCII becomes an id")
    }

    pub fn write_to(&self, headers: &mut HeaderMap) {
        headers.insert(NAME, self.0.clone());
    }

    fn fresh() -> Self {
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        // Without a context: ids need not be in order within a millisecond, and no lock is shared.
        let id = Uuid::new_v7(uuid::Timestamp::now(NoContext));
        let text = id.hyphenated().encode_lower(&mut text);
        Self(HeaderValue::from_str(text).expect("hexadecimal digits and hyphens fit into a header"))
    }
}

fn is_usable(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    (1..=CHARACTERS_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(value: &str) -> RequestId {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, HeaderValue::from_str(value).expect("a header"));
        RequestId::of(&headers)
    }

    #[test]
    fn the_callers_own_id_is_kept() {
        assert_eq!(id_for("order-17/try:2").as_str(), "order-17/try:2");
    }

    #[test]
    fn an_id_that_is_too_long_or_has_blanks_is_replaced() {
        assert_eq!(id_for(&"x".repeat(129)).as_str().len(), 36);
        assert_eq!(id_for("two words").as_str().len(), 36);
        assert_ne!(RequestId::of(&HeaderMap::new()), RequestId::of(&HeaderMap::new()));
    }
}
