//! Who calls: the holder of a key, or anyone. Keys are compared by their hashes, in constant time.
//!
//! A wrong key is refused even where none is needed: whoever sends one believes to be somebody.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest};

use super::incoming::state;
use crate::http::problem::{Problem, kinds};

/// The keys that are accepted, as hashes.
#[derive(Clone)]
pub struct Keys {
    bootstrap: blake3::Hash,
}

impl Keys {
    pub fn new(bootstrap_key: &str) -> Self {
        Self { bootstrap: blake3::hash(bootstrap_key.as_bytes()) }
    }

    fn find(&self, key: &[u8]) -> Option<Caller> {
        let hash = blake3::hash(key);
        // Comparing two `blake3::Hash` takes constant time.
        (hash == self.bootstrap).then_some(Caller::Key(hash))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(hashes)")
    }
}

/// Idempotency keys of one caller mean nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Anyone,
    Key(blake3::Hash),
}

impl Caller {
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(Self::Anyone) };
        let key =
            bearer(header.as_bytes()).ok_or_else(|| unauthorized("the Authorization header is not `Bearer KEY`"))?;
        state(request).parts.keys.find(key).ok_or_else(|| unauthorized("this key is not known here"))
    }
}

/// The scheme's name is case-insensitive (RFC 9110).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, key) = header.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| key.trim_ascii()).filter(|key| !key.is_empty())
}

fn unauthorized(detail: &'static str) -> Problem {
    Problem::new(kinds::UNAUTHORIZED, detail).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// Proof that the request came with a valid key. Routes ask for it, see `route.rs`.
pub struct Keyed;

impl FromRequest for Keyed {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Caller::of(request) {
            Ok(Caller::Key(_)) => Ok(Self),
            Ok(Caller::Anyone) => Err(unauthorized("this needs the header `Authorization: Bearer KEY`")),
            Err(problem) => Err(problem),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_hash() {
        let keys = Keys::new("secret");
        assert!(keys.find(b"secret").is_some());
        assert!(keys.find(b"secreT").is_none());
        assert_eq!(format!("{keys:?}"), "Keys(hashes)");
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bEARER  abc "), Some(&b"abc"[..]));
        assert_eq!(bearer(b"Basic abc"), None);
        assert_eq!(bearer(b"Bearer "), None);
        assert_eq!(bearer(b""), None);
    }
}
