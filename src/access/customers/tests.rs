//! Tokens that open, and all the ways in which one does not.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

const SECRET: &[u8] = b"a secret of the house, 32 bytes!";
const NOW: i64 = 1_772_366_400;

fn customers() -> Customers {
    Customers::with_secret("https://id.example".into(), "tickets".into(), SECRET)
}

fn claims() -> Value {
    json!({"iss": "https://id.example", "aud": "tickets", "sub": "customer-7", "exp": NOW + 60})
}

fn token(claims: &Value, algorithm: Algorithm, key: &EncodingKey) -> String {
    encode(&Header::new(algorithm), claims, key).expect("a token")
}

fn signed(claims: &Value) -> String {
    token(claims, Algorithm::HS256, &EncodingKey::from_secret(SECRET))
}

fn identify(token: &str) -> Result<String, Refused> {
    customers().identify(token.as_bytes(), NOW).map(|identity| identity.customer_id.to_string())
}

#[test]
fn the_subject_of_a_good_token_is_the_customer() {
    assert_eq!(identify(&signed(&claims())), Ok("customer-7".into()));
    let mut many = claims();
    many["aud"] = json!(["other", "tickets"]);
    assert_eq!(identify(&signed(&many)), Ok("customer-7".into()));
}

#[test]
fn what_is_wrong_with_a_token_is_refused() {
    let with = |field: &str, value: Value| {
        let mut claims = claims();
        claims[field] = value;
        identify(&signed(&claims))
    };
    assert_eq!(with("iss", json!("https://evil.example")), Err(Refused::NotForHere));
    assert_eq!(with("aud", json!("other")), Err(Refused::NotForHere));
    assert_eq!(with("exp", json!(NOW - 60)), Err(Refused::Time));
    assert_eq!(with("nbf", json!(NOW + 60)), Err(Refused::Time));
    assert_eq!(with("sub", json!("")), Err(Refused::Subject));
    assert_eq!(with("sub", json!("a\u{0}b")), Err(Refused::Subject));
    assert_eq!(with("exp", json!("tomorrow")), Err(Refused::Unreadable));
    for field in ["iss", "aud", "sub", "exp"] {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(field);
        assert_eq!(identify(&signed(&claims)), Err(Refused::Missing(field)));
    }
}

#[test]
fn a_token_of_another_hand_is_refused() {
    let other = EncodingKey::from_secret(b"another secret");
    assert_eq!(identify(&token(&claims(), Algorithm::HS256, &other)), Err(Refused::Signature));
    let same_secret = EncodingKey::from_secret(SECRET);
    assert_eq!(identify(&token(&claims(), Algorithm::HS512, &same_secret)), Err(Refused::Signature));
    // {"alg":"none"}
    let body = signed(&claims());
    let body = body.split('.').nth(1).expect("three parts");
    assert!(identify(&format!("eyJhbGciOiJub25lIn0.{body}.")).is_err());
    for text in ["", "..", "a.b.c", "é.é.é", &"x.".repeat(9_000)] {
        assert!(identify(text).is_err());
    }
}

#[test]
fn two_customers_never_share_what_is_remembered() {
    let of = |sub: &str| {
        let mut claims = claims();
        claims["sub"] = json!(sub);
        customers().identify(signed(&claims).as_bytes(), NOW).expect("good").hash
    };
    assert_eq!(of("a"), of("a"));
    assert_ne!(of("a"), of("b"));
}

#[test]
fn a_set_of_public_keys_is_read_and_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("jwks.json");
    // 32 bytes of a seed, in the PKCS #8 wrapping of Ed25519.
    let pair = |seed: u8| {
        let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        EncodingKey::from_ed_der(&[&head[..], &[seed; 32]].concat())
    };
    let write = |key: &EncodingKey| {
        let jwk = Jwk::from_encoding_key(key, Algorithm::EdDSA).expect("a key");
        let set = JwkSet { keys: vec![jwk] };
        std::fs::write(&path, serde_json::to_vec(&set).expect("JSON")).expect("written");
    };
    write(&pair(1));
    let customers = Customers::with_key_set("https://id.example".into(), "tickets".into(), KeySet::File(path.clone()));
    customers.refresh().expect("good keys");
    let opens = |seed| customers.identify(token(&claims(), Algorithm::EdDSA, &pair(seed)).as_bytes(), NOW).is_ok();
    assert!(opens(1) && !opens(2));
    write(&pair(2));
    customers.refresh().expect("good keys");
    assert!(opens(2) && !opens(1));
    std::fs::write(&path, "{\"keys\":[]}").expect("written");
    assert!(customers.refresh().is_err());
    assert!(opens(2), "a damaged file changes nothing");
    // A shared secret does not belong into a set of public keys.
    assert!(customers.identify(signed(&claims()).as_bytes(), NOW).is_err());
}

#[test]
fn a_token_with_extensions_that_must_be_understood_is_refused() {
    let header = Header { crit: Some(vec!["b64".into()]), ..Header::new(Algorithm::HS256) };
    let token = encode(&header, &claims(), &EncodingKey::from_secret(SECRET)).expect("a token");
    assert_eq!(identify(&token), Err(Refused::Unreadable));
}
