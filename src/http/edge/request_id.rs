//! The id that ties an answer to its log lines: the caller's own, or a fresh one.

use std::rc::Rc;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::{NoContext, Uuid};

/// Visible ASCII. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Rc<str>);

const NAME: HeaderName = HeaderName::from_static("x-request-id");
const CHARACTERS_MAX: usize = 128;

impl RequestId {
    /// A caller's id is taken over when it is short and visible ASCII; everything else could not be put into a header.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(NAME).and_then(|value| value.to_str().ok()).filter(|text| is_usable(text));
        given.map_or_else(Self::fresh, |text| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn text(&self) -> Rc<str> {
        self.0.clone()
    }

    pub fn write_to(&self, headers: &mut HeaderMap) {
        headers.insert(NAME, HeaderValue::from_str(&self.0).expect("only visible ASCII becomes an id"));
    }

    fn fresh() -> Self {
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        // Without a context: ids need not be in order within a millisecond, and no lock is shared.
        let id = Uuid::new_v7(uuid::Timestamp::now(NoContext));
        Self((&*id.hyphenated().encode_lower(&mut text)).into())
    }
}

fn is_usable(text: &str) -> bool {
    (1..=CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
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
