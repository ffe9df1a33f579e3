//! Who a request comes from, by its `Authorization` header.
//!
//! A wrong key is refused even where none is needed: whoever sends one believes to be somebody.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};

use super::Party;
use crate::access::{Customers, Identity, Key, KeyRing};
use crate::domain::{CustomerId, Organiser};
use crate::http::problem::{Problem, kinds};
use crate::http::request::one_header::one;

/// Where callers can come in.
#[derive(Clone, Debug)]
pub struct Doors {
    pub keys: KeyRing,
    /// `None`: no identity provider is trusted.
    pub customers: Option<Customers>,
    /// Whether strangers may buy.
    pub public_sales: bool,
}

impl Doors {
    /// Whether the request brings what can only be a key, which is found by a look into a table.
    pub fn are_shown_a_key(&self, request: &HttpRequest) -> bool {
        let header = request.headers().get(AUTHORIZATION);
        let secret = header.and_then(|header| bearer(header.as_bytes()));
        secret.is_some_and(|secret| self.customers.is_none() || !is_token(secret))
    }
}

#[derive(Clone, Debug)]
pub enum Caller {
    Public,
    Customer(Arc<Identity>),
    Key(Arc<Key>),
}

impl Caller {
    pub fn of(request: &HttpRequest, doors: &Doors, now_seconds: i64) -> Result<Self, Problem> {
        let Some(header) = one(request.headers(), AUTHORIZATION)? else { return Ok(Self::Public) };
        let secret = bearer(header.as_bytes())
            .ok_or_else(|| unauthorized("the Authorization header is not `Bearer KEY` or `Bearer TOKEN`".into()))?;
        match &doors.customers {
            Some(customers) if is_token(secret) => {
                let identity = customers.identify(secret, now_seconds);
                identity.map(|identity| Self::Customer(Arc::new(identity))).map_err(|why| unauthorized(why.to_string()))
            }
            Some(_) | None => {
                let found = doors.keys.find(secret, now_seconds).map(Self::Key);
                found.ok_or_else(|| unauthorized("this key is not known here, or was revoked".into()))
            }
        }
    }

    pub fn party(&self) -> Party {
        match self {
            Self::Public => Party::Public,
            Self::Customer(_) => Party::Customer,
            Self::Key(key) => Party::Key(key.role),
        }
    }

    /// Whose shows and bookings this caller is kept to; `None`: anybody's.
    pub fn organiser(&self) -> Option<&Organiser> {
        match self {
            Self::Key(key) => key.organiser.as_ref(),
            Self::Public | Self::Customer(_) => None,
        }
    }

    pub fn may_see(&self, owner: Option<&Organiser>) -> bool {
        self.organiser().is_none_or(|own| owner == Some(own))
    }

    /// The customer that the caller proves to be.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Customer(identity) => Some(&identity.customer_id),
            Self::Public | Self::Key(_) => None,
        }
    }
}

/// A token has three parts; a key has no dots.
fn is_token(secret: &[u8]) -> bool {
    secret.iter().filter(|byte| **byte == b'.').count() == 2
}

/// The scheme's name is case-insensitive (RFC 9110).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, key) = header.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| key.trim_ascii()).filter(|key| !key.is_empty())
}

pub fn unauthorized(detail: String) -> Problem {
    Problem::new(kinds::UNAUTHORIZED, detail).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_read_in_any_case_and_a_key_is_needed() {
        assert_eq!(bearer(b"Bearer abc"), Some(&b"abc"[..]));
        assert_eq!(bearer(b"bEARER   abc "), Some(&b"abc"[..]));
        for wrong in [&b""[..], b"Bearer", b"Bearer ", b"Basic abc", b"Bearer\tabc"] {
            assert_eq!(bearer(wrong), None);
        }
    }

    #[test]
    fn tokens_and_keys_are_told_apart() {
        assert!(is_token(b"a.b.c"));
        assert!(!is_token(b"usk_0123") && !is_token(b"a.b") && !is_token(b"a.b.c.d"));
    }
}
