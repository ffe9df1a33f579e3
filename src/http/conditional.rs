//! `ETag` and `If-None-Match`: who has the latest already gets 304 and no body.
//!
//! Tags are weak: the same show at the same version may be sent compressed or not, and at a later position of the journal.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, VARY};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(HeaderValue);

impl Tag {
    /// Of what is told by a version. That of the program is part of it: another one may write the same show differently.
    pub fn of(version: impl std::fmt::Display) -> Self {
        let text = format!("W/\"{}-{version}\"", env!("CARGO_PKG_VERSION"));
        Self(HeaderValue::from_str(&text).expect("versions are visible ASCII"))
    }

    /// Whether the caller has it already. Compared weakly, as RFC 9110 wants it here.
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let own = opaque(self.0.as_bytes());
        let lines = headers.get_all(IF_NONE_MATCH).map(HeaderValue::as_bytes);
        // Tags of this server have no commas in them.
        lines.flat_map(|line| line.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii).any(|tag| {
            // `*` stands for whatever there is.
            tag == b"*" || opaque(tag) == own
        })
    }

    pub fn not_modified(&self) -> HttpResponse {
        self.on(HttpResponse::NotModified().insert_header((VARY, "Accept-Encoding")).finish())
    }

    /// To be asked about again before it is used again.
    pub fn on(&self, mut response: HttpResponse) -> HttpResponse {
        response.headers_mut().insert(ETAG, self.0.clone());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong_and_no_other() {
        let tag = Tag::of(7);
        let text = tag.0.to_str().expect("ASCII").to_owned();
        let strong = text.trim_start_matches("W/").to_owned();
        let known = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(value).expect("a header"));
            tag.is_known(&headers)
        };
        for good in [text.clone(), strong, format!("\"x\", {text}"), "*".into()] {
            assert!(known(&good), "{good}");
        }
        for bad in ["", "7", "\"7\"", "W/\"8\"", "\"*\""] {
            assert!(!known(bad), "{bad}");
        }
        assert!(!tag.is_known(&HeaderMap::new()));
    }
}
