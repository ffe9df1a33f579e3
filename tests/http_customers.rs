//! Customers who come with a token of the operator's identity provider: they are who it says, and see what is theirs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::http_app::{START, TestApp, text};
use super::http_stream::version;
use super::http_stream_client::Listener;

const SECRET: &str = "a secret of the house, 32 bytes!";
pub const WITH_CUSTOMERS: [(&str, &str); 3] = [
    ("UNDERSTUDY__AUTH__CUSTOMER_ISSUER", "https://id.example"),
    ("UNDERSTUDY__AUTH__CUSTOMER_AUDIENCE", "tickets"),
    ("UNDERSTUDY__AUTH__CUSTOMER_SECRET", SECRET),
];

/// A customer's token, as their identity provider gives it.
pub fn token(customer: &str) -> String {
    let expires = START.as_micros() / 1_000_000 + 600;
    let claims = json!({"iss": "https://id.example", "aud": "tickets", "sub": customer, "exp": expires});
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).expect("a token")
}

#[test]
fn a_customer_holds_for_themselves_alone() {
    let app = TestApp::with(&WITH_CUSTOMERS);
    let show = app.show();
    let hold = |body: Value| {
        let call = app.open("POST", &format!("/v1/shows/{show}/holds"));
        call.header("Authorization", &format!("Bearer {}", token("ada"))).json(&body).send()
    };
    hold(json!({"seats": ["A-1"], "customer_id": "bob"})).problem(403, "forbidden");
    let held = hold(json!({"seats": ["A-1"]})).expect(201);
    let booking = app.confirm(&show, &held).expect(201);
    let path = format!("/v1/bookings/{}", text(&booking, "booking_id"));
    app.get_after(&booking, &path);
    app.with_key(&token("ada"), "GET", &path).send().expect(200);
    app.with_key(&token("bob"), "GET", &path).send().problem(404, "booking_not_found");
    app.with_key(&token("bob"), "GET", "/v1/customers/ada/bookings").send().problem(403, "forbidden");
    app.clock.advance_seconds(3_600);
    app.with_key(&token("ada"), "GET", &path).send().problem(401, "unauthorized");
}

#[test]
fn a_seat_stream_ends_when_the_token_that_opened_it_has_expired() {
    let app = TestApp::with(&WITH_CUSTOMERS);
    let show = app.show();
    let bearer = format!("Bearer {}", token("ada"));
    let mut listener = Listener::open(app.address, &show, &[("Authorization", &bearer)]);
    listener.next().expect("a snapshot");
    app.clock.advance_seconds(300);
    let held = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    assert_eq!(listener.until(version(&held)).len(), 1);
    app.clock.advance_seconds(400);
    assert!(listener.ends_within(Duration::from_secs(5)), "it goes on");
}

/// A pair of keys of an identity provider: 32 bytes of a seed, in the PKCS #8 wrapping of Ed25519.
fn pair(seed: u8) -> EncodingKey {
    let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    EncodingKey::from_ed_der(&[&head[..], &[seed; 32]].concat())
}

#[test]
fn a_provider_with_public_keys_is_believed_and_its_new_keys_a_moment_after_they_are_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("jwks.json");
    let publish = |seed: u8| {
        let keys = vec![Jwk::from_encoding_key(&pair(seed), Algorithm::EdDSA).expect("a key")];
        std::fs::write(&path, serde_json::to_vec(&JwkSet { keys }).expect("JSON")).expect("written");
    };
    publish(1);
    let app = TestApp::with(&[
        WITH_CUSTOMERS[0],
        WITH_CUSTOMERS[1],
        ("UNDERSTUDY__AUTH__CUSTOMER_JWKS_FILE", path.to_str().expect("text")),
    ]);
    let expires = START.as_micros() / 1_000_000 + 600;
    let claims = json!({"iss": "https://id.example", "aud": "tickets", "sub": "ada", "exp": expires});
    let signed = |seed: u8| encode(&Header::new(Algorithm::EdDSA), &claims, &pair(seed)).expect("a token");
    let own = |seed: u8| app.with_key(&signed(seed), "GET", "/v1/customers/ada/bookings").send();
    own(1).expect(200);
    own(2).problem(401, "unauthorized");
    app.with_key(&signed(1), "GET", "/v1/customers/bob/bookings").send().problem(403, "forbidden");
    // Signed with the secret of another test, or with the public key taken for a secret.
    app.with_key(&token("ada"), "GET", "/v1/shows").send().problem(401, "unauthorized");
    publish(2);
    super::http_app::until("the new key counts", || own(2).status == 200);
    own(1).problem(401, "unauthorized");
}

/// An identity provider that publishes these keys, as often as it is asked.
fn publisher(keys: Vec<Jwk>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/keys", listener.local_addr().expect("bound"));
    let body = serde_json::to_string(&JwkSet { keys }).expect("JSON");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a caller");
            let mut head = [0; 4_096];
            let _ = stream.read(&mut head).expect("a request");
            let answer =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).expect("the caller reads");
        }
    });
    url
}

#[test]
fn a_provider_is_asked_for_its_public_keys() {
    let url = publisher(vec![Jwk::from_encoding_key(&pair(1), Algorithm::EdDSA).expect("a key")]);
    let app =
        TestApp::with(&[WITH_CUSTOMERS[0], WITH_CUSTOMERS[1], ("UNDERSTUDY__AUTH__CUSTOMER_JWKS_URL", url.as_str())]);
    let expires = START.as_micros() / 1_000_000 + 600;
    let claims = json!({"iss": "https://id.example", "aud": "tickets", "sub": "ada", "exp": expires});
    let own = |seed: u8| {
        let token = encode(&Header::new(Algorithm::EdDSA), &claims, &pair(seed)).expect("a token");
        app.with_key(&token, "GET", "/v1/customers/ada/bookings").send()
    };
    super::http_app::until("the keys have been fetched", || own(1).status == 200);
    own(2).problem(401, "unauthorized");
}
