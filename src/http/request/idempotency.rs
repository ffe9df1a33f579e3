//! `Idempotency-Key`: the same key from the same caller is the same command, whatever happened to its answer.
//!
//! Keys are hashed together with the caller, so that nobody can ask for the answers of another key's holder: with the key
//! or the subject of the token that the caller comes with, and with the hold's token where there is one. A stranger who
//! holds seats has nothing of that. Their idempotency key itself is the secret then, as UUIDs are; one that is short enough
//! to be guessed, or to be used by two shops, counts for its own address only.

use std::net::IpAddr;

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

use crate::domain::{CommandId, Fingerprint};
use crate::http::access::Caller;
use crate::http::limits::Network;
use crate::http::problem::{Problem, kinds};
use crate::http::request::one_header::one;

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
const CHARACTERS_MAX: usize = 255;

/// What is longer is not guessed.
const SECRET_CHARACTERS_MIN: usize = 16;

/// A command's id, and whether the caller has named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    ByCaller(CommandId),
    /// Nobody can ask for this command again.
    ByUs(CommandId),
}

/// Whose a key is.
pub struct Scope<'a> {
    pub caller: &'a Caller,
    /// Of a call that needs one, and only once it was checked: else anybody could make scopes of their own.
    pub hold_token: Option<&'a [u8]>,
    pub address: Option<IpAddr>,
}

pub fn command_id(headers: &HeaderMap, scope: &Scope<'_>, is_required: bool) -> Result<Named, Problem> {
    let Some(value) = one(headers, NAME)? else {
        let detail = "send the header `Idempotency-Key` with a new UUID, and the same one when you try again";
        let missing = Problem::new(kinds::IDEMPOTENCY_KEY_REQUIRED, detail).about("Idempotency-Key");
        return if is_required { Err(missing) } else { Ok(Named::ByUs(CommandId(Uuid::new_v4().as_u128()))) };
    };
    let key = unquoted(value.as_bytes());
    if !(1..=CHARACTERS_MAX).contains(&key.len()) || !key.iter().all(u8::is_ascii_graphic) {
        let detail = "the header `Idempotency-Key` must be 1 to 255 visible ASCII characters";
        return Err(Problem::new(kinds::INVALID_HEADER, detail).about("Idempotency-Key"));
    }
    Ok(Named::ByCaller(scoped(scope, key)))
}

/// Tells requests apart that came with the same key.
pub fn fingerprint(method: &Method, path: &str, body: &[u8]) -> Fingerprint {
    let hash = hashed(&[method.as_str().as_bytes(), &[0], path.as_bytes(), &[0], body]);
    Fingerprint(u64::from_le_bytes(first(&hash)))
}

/// The draft writes a key as a structured string, in quotes; most people leave them out. Both are one key.
fn unquoted(value: &[u8]) -> &[u8] {
    let inside = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    inside.unwrap_or(value)
}

fn scoped(scope: &Scope<'_>, key: &[u8]) -> CommandId {
    let hash = match scope.caller {
        Caller::Public => stranger(scope, key),
        Caller::Customer(identity) => hashed(&[identity.hash.as_bytes(), &[0], key]),
        Caller::Key(caller) => hashed(&[caller.hash.as_bytes(), &[0], key]),
    };
    let id = u128::from_le_bytes(first(&hash));
    // 0 is the clock's. That a hash is 0 will not happen; that it would be harmless costs nothing.
    CommandId(id.max(1))
}

fn stranger(scope: &Scope<'_>, key: &[u8]) -> blake3::Hash {
    let is_short = key.len() < SECRET_CHARACTERS_MIN;
    match (scope.hold_token, scope.address) {
        (Some(token), _) => hashed(&[b"public", token, &[0], key]),
        (None, Some(address)) if is_short => hashed(&[b"public", &Network::of(address).bytes(), &[0], key]),
        (None, _) => hashed(&[b"public", &[0], key]),
    }
}

/// Of the parts, one after the other. Short ones are brought together first: a hash of one piece costs a third of what a
/// hash does that is fed.
fn hashed(parts: &[&[u8]]) -> blake3::Hash {
    const TOGETHER_MAX: usize = 512;
    let mut together = [0; TOGETHER_MAX];
    let mut length = 0;
    for part in parts {
        let Some(room) = together.get_mut(length..length + part.len()) else {
            let mut hasher = blake3::Hasher::new();
            for part in parts {
                hasher.update(part);
            }
            return hasher.finalize();
        };
        room.copy_from_slice(part);
        length += part.len();
    }
    blake3::hash(&together[..length])
}

fn first<const N: usize>(hash: &blake3::Hash) -> [u8; N] {
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::access::{Key, Role};
    use actix_web::http::header::HeaderValue;

    fn with_key(key: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, HeaderValue::from_bytes(key.as_bytes()).expect("a header"));
        headers
    }

    #[test]
    fn a_key_means_one_command_per_caller() {
        let somebody = Caller::Key(Arc::new(Key::new(Role::Ops, None, blake3::hash(b"somebody"))));
        let id = |key: &str, caller| {
            let scope = Scope { caller, hold_token: None, address: None };
            command_id(&with_key(key), &scope, true).expect("a good key")
        };
        assert_eq!(id("k-1", &somebody), id("k-1", &somebody));
        assert_eq!(id("k-1", &somebody), id("\"k-1\"", &somebody), "as the draft writes it");
        assert_ne!(id("k-1", &somebody), id("k-2", &somebody));
        assert_ne!(id("k-1", &somebody), id("k-1", &Caller::Public));
    }

    const NOBODY: Scope<'static> = Scope { caller: &Caller::Public, hold_token: None, address: None };

    #[test]
    fn without_a_key_every_request_is_a_command_of_its_own_where_none_is_required() {
        let id = || command_id(&HeaderMap::new(), &NOBODY, false).expect("no key is fine");
        assert_ne!(id(), id());
        let problem = command_id(&HeaderMap::new(), &NOBODY, true).expect_err("required");
        assert_eq!(problem.kind, kinds::IDEMPOTENCY_KEY_REQUIRED);
    }

    #[test]
    fn a_strangers_key_is_told_apart_by_the_hold_token_or_when_it_is_short_by_the_address() {
        let id = |key: &str, hold_token, last: u8| {
            let address = Some(IpAddr::from([192, 0, 2, last]));
            command_id(&with_key(key), &Scope { caller: &Caller::Public, hold_token, address }, true).expect("good")
        };
        let uuid = "0190f7a2-7c1e-7abc-8def-0123456789ab";
        assert_eq!(id("1", None, 1), id("1", None, 1));
        assert_ne!(id("1", None, 1), id("1", None, 2));
        assert_eq!(id(uuid, None, 1), id(uuid, None, 2), "people change their address while they buy");
        assert_ne!(id("1", Some(&b"one"[..]), 1), id("1", Some(&b"other"[..]), 1));
        assert_eq!(id("1", Some(&b"one"[..]), 1), id("1", Some(&b"one"[..]), 2));
    }

    #[test]
    fn a_key_is_short_visible_ascii() {
        for wrong in ["", "\"\"", "two words", "schlüssel", &"x".repeat(256)] {
            let problem = command_id(&with_key(wrong), &NOBODY, false).expect_err(wrong);
            assert_eq!(problem.kind, kinds::INVALID_HEADER);
        }
    }

    #[test]
    fn a_hash_is_that_of_its_parts_whether_they_are_short_or_long() {
        for length in [0, 1, 510, 511, 512, 5_000] {
            let body = vec![7; length];
            assert_eq!(hashed(&[b"a", &[0], &body]), blake3::hash(&[b"a", &[0][..], &body].concat()), "{length}");
        }
    }

    #[test]
    fn a_fingerprint_tells_method_path_and_body_apart() {
        let base = fingerprint(&Method::POST, "/a", b"{}");
        assert_eq!(base, fingerprint(&Method::POST, "/a", b"{}"));
        assert_ne!(base, fingerprint(&Method::DELETE, "/a", b"{}"));
        assert_ne!(base, fingerprint(&Method::POST, "/b", b"{}"));
        assert_ne!(base, fingerprint(&Method::POST, "/a", b"{ }"));
    }
}
