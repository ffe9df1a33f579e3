//! `Idempotency-Key`: the same key from the same caller is the same command, whatever happened to its answer.
//!
//! Keys are hashed together with the caller, so that nobody can ask for the answers of another key's holder. Callers
//! without a key share one scope: their idempotency keys must be hard to guess, as UUIDs are.

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use uuid::Uuid;

use crate::domain::{CommandId, Fingerprint};
use crate::http::access::Caller;
use crate::http::problem::{Problem, kinds};

const NAME: &str = "idempotency-key";
const CHARACTERS_MAX: usize = 255;

/// Without the header nobody can ask for this command again.
pub fn command_id(headers: &HeaderMap, caller: &Caller) -> Result<CommandId, Problem> {
    let Some(value) = headers.get(NAME) else { return Ok(CommandId(Uuid::new_v4().as_u128())) };
    let key = value.as_bytes();
    if !(1..=CHARACTERS_MAX).contains(&key.len()) || !key.iter().all(u8::is_ascii_graphic) {
        let detail = "the header `Idempotency-Key` must be 1 to 255 visible ASCII characters";
        return Err(Problem::new(kinds::INVALID_HEADER, detail).about("Idempotency-Key"));
    }
    Ok(scoped(caller, key))
}

/// Tells requests apart that came with the same key.
pub fn fingerprint(method: &Method, path: &str, body: &[u8]) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    for part in [method.as_str().as_bytes(), path.as_bytes()] {
        hasher.update(part);
        hasher.update(&[0]);
    }
    hasher.update(body);
    Fingerprint(u64::from_le_bytes(first(&hasher.finalize())))
}

fn scoped(caller: &Caller, key: &[u8]) -> CommandId {
    let mut hasher = blake3::Hasher::new();
    match caller {
        Caller::Public => hasher.update(b"public"),
        Caller::Customer(identity) => hasher.update(identity.hash.as_bytes()),
        Caller::Key(key) => hasher.update(key.hash.as_bytes()),
    };
    hasher.update(&[0]);
    hasher.update(key);
    let id = u128::from_le_bytes(first(&hasher.finalize()));
    // 0 is the clock's. That a hash is 0 will not happen; that it would be harmless costs nothing.
    CommandId(id.max(1))
}

fn first<const N: usize>(hash: &blake3::Hash) -> [u8; N] {
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::access::{Key, Role};
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn with_key(key: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(NAME), HeaderValue::from_bytes(key.as_bytes()).expect("a header"));
        headers
    }

    #[test]
    fn a_key_means_one_command_per_caller() {
        let somebody = Caller::Key(Arc::new(Key::new(Role::Ops, None, blake3::hash(b"somebody"))));
        let id = |key: &str, caller| command_id(&with_key(key), caller).expect("a good key");
        assert_eq!(id("k-1", &somebody), id("k-1", &somebody));
        assert_ne!(id("k-1", &somebody), id("k-2", &somebody));
        assert_ne!(id("k-1", &somebody), id("k-1", &Caller::Public));
    }

    #[test]
    fn without_a_key_every_request_is_a_command_of_its_own() {
        let id = || command_id(&HeaderMap::new(), &Caller::Public).expect("no key is fine");
        assert_ne!(id(), id());
    }

    #[test]
    fn a_key_is_short_visible_ascii() {
        for wrong in ["", "two words", "schlüssel", &"x".repeat(256)] {
            let problem = command_id(&with_key(wrong), &Caller::Public).expect_err(wrong);
            assert_eq!(problem.kind, kinds::INVALID_HEADER);
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
