//! What is not sent again, what is sent compressed, and which pages of other sites may read it.

use std::io::Read;

use serde_json::{Value, json};

use super::http_app::{TestApp, text};
use super::http_client::Answer;

fn known(app: &TestApp, path: &str, tag: &str) -> Answer {
    app.open("GET", path).header("If-None-Match", tag).send()
}

#[test]
fn who_has_the_latest_plan_show_or_map_is_told_so_without_a_body() {
    let app = TestApp::start();
    let show = app.show();
    let venue = text(&app.get(&format!("/v1/shows/{show}")), "venue_id");
    let paths = [format!("/v1/venues/{venue}"), format!("/v1/shows/{show}"), format!("/v1/shows/{show}/seats")];
    let mut tags = Vec::new();
    for path in &paths {
        let first = app.open("GET", path).send();
        first.expect(200);
        assert_eq!(first.header("cache-control"), Some("no-cache"), "{path}");
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = known(&app, path, &format!("\"other\", {tag}"));
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*tag)), "{path}");
        known(&app, path, "W/\"0.0.0-1\"").expect(200);
        tags.push(tag);
    }
    // What changes a show changes its tags, and another show's sale does not.
    app.hold(&app.show(), &json!({"seats": ["A-1"]})).expect(201);
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    for (path, (tag, status)) in paths.iter().zip(tags.iter().zip([304, 200, 200])) {
        app.get_after(&hold, path);
        assert_eq!(known(&app, path, tag).status, status, "{path}");
    }
}

/// The body of an answer that must have come compressed.
fn unzipped(answer: &Answer) -> Vec<u8> {
    assert_eq!((answer.status, answer.header("content-encoding")), (200, Some("gzip")), "{}", answer.text());
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain).expect("sound gzip");
    plain
}

#[test]
fn reads_are_compressed_for_who_takes_it_and_say_the_same() {
    let app = TestApp::start();
    let mut show = String::new();
    for _ in 0..4 {
        show = app.show();
    }
    let hold = app.hold(&show, &json!({"best_available": {"quantity": 5}})).expect(201);
    app.get_after(&hold, &format!("/v1/shows/{show}"));
    let venue = text(&app.get(&format!("/v1/shows/{show}")), "venue_id");
    for path in [
        format!("/v1/venues/{venue}"),
        "/v1/shows".into(),
        format!("/v1/shows/{show}/seats"),
        format!("/v1/shows/{show}/seats"),
        "/openapi.json".into(),
        "/docs".into(),
    ] {
        app.get_after(&hold, &format!("/v1/shows/{show}/seats"));
        let plain = app.open("GET", &path).send();
        let zipped = app.open("GET", &path).header("Accept-Encoding", "br, gzip;q=0.8").send();
        assert!(unzipped(&zipped) == plain.body, "{path}");
        for answer in [&plain, &zipped] {
            assert_eq!(answer.header("vary"), Some("Accept-Encoding"), "{path}");
        }
        assert_eq!((plain.status, plain.header("content-encoding")), (200, None), "{path}");
        let refused = app.open("GET", &path).header("Accept-Encoding", "gzip;q=0, identity").send();
        assert!(refused.body == plain.body, "{path}");
    }
    // Commands and what is short come as they are.
    let call = app.open("POST", &format!("/v1/shows/{show}/holds")).header("Accept-Encoding", "gzip");
    let answer = call.json(&json!({"best_available": {"quantity": 3}})).send();
    answer.expect(201);
    assert_eq!(answer.header("content-encoding"), None);
    let answer = app.open("GET", "/health/live").header("Accept-Encoding", "gzip").send();
    assert_eq!((answer.header("content-encoding"), answer.expect(200)), (None, json!({"status": "live"})));
}

fn preflight(app: &TestApp, origin: &str) -> Answer {
    let call = app.open("OPTIONS", "/v1/shows").header("Origin", origin);
    call.header("Access-Control-Request-Method", "POST").header("Access-Control-Request-Headers", "hold-token").send()
}

#[test]
fn only_pages_of_the_configured_sites_may_call_from_a_browser() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__CORS_ORIGINS", "https://shop.example, https://www.example")]);
    let from = |origin: &str, path: &str| app.open("GET", path).header("Origin", origin).send();
    for path in ["/v1/shows", "/nowhere", "/v1/ops/actors"] {
        let own = from("https://shop.example", path);
        assert_eq!(own.header("access-control-allow-origin"), Some("https://shop.example"), "{path}");
        assert!(own.header("access-control-expose-headers").is_some_and(|names| names.contains("X-Request-Id")));
        let other = from("https://evil.example", path);
        assert_eq!((other.header("access-control-allow-origin"), other.status), (None, own.status), "{path}");
        assert!(other.headers.iter().any(|(name, value)| name == "vary" && value == "Origin"), "{path}");
    }
    let asked = preflight(&app, "https://www.example");
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, Some("https://www.example")));
    for (header, name) in
        [("access-control-allow-headers", "Idempotency-Key"), ("access-control-allow-methods", "PATCH")]
    {
        assert!(asked.header(header).is_some_and(|names| names.contains(name)), "{header}");
    }
    preflight(&app, "https://evil.example").problem(405, "method_not_allowed");
}

#[test]
fn without_such_sites_nothing_is_said_to_browsers_and_with_a_star_all_may_read() {
    let app = TestApp::start();
    preflight(&app, "https://shop.example").problem(405, "method_not_allowed");
    let answer = app.open("GET", "/v1/shows").header("Origin", "https://shop.example").send();
    assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control")));
    let open = TestApp::with(&[("UNDERSTUDY__HTTP__CORS_ORIGINS", "*")]);
    let answer = open.open("GET", "/v1/shows").header("Origin", "https://shop.example").send();
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let shows: Value = answer.expect(200);
    assert_eq!(shows["shows"], json!([]));
}
