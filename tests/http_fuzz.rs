//! Requests that nobody in their right mind would send: none of them may be answered with a 5xx, or change anything.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use understudy::http::routes;

use super::http_app::{KEY, TestApp};
use super::http_client::raw;

/// Pieces that stand where an id, a header or a body belongs.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("00000000-0000-7000-8000-000000000000".to_owned()),
        Just("%00".to_owned()),
        Just("%ff%fe".to_owned()),
        Just("..%2f..%2fetc".to_owned()),
        Just("{\"seats\":[\"A-1\"],\"extend_seconds\":1,\"mode\":\"panic\"}".to_owned()),
        Just("{\"quantity\":1e400}".to_owned()),
        Just("[[[[[[[[[[".to_owned()),
        "[!-~]{0,40}",
        "[0-9]{1,30}",
    ]
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    let routes: Vec<(String, &'static str)> =
        routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
    let route = proptest::sample::select(routes);
    let lengths = prop_oneof![3 => Just(0_i64), 1 => -20..20_i64];
    (route, piece(), piece(), piece(), lengths, any::<bool>()).prop_map(
        |((method, path), id, header, body, off, keyed)| {
            let path: Vec<&str> =
                path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect();
            let path = path.join("/").replace(' ', "%20");
            let length = (body.len() as i64 + off).max(0);
            let key = if keyed { format!("Authorization: Bearer {KEY}\r\n") } else { String::new() };
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{key}Hold-Token: {header}\r\n\
             Idempotency-Key: {header}\r\nMin-Position: {header}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            head.into_bytes()
        },
    )
}

#[test]
fn malformed_requests_are_the_callers_fault_and_change_nothing() {
    let app = TestApp::start();
    let show = app.show();
    // A failing case is printed with what it takes to run it again.
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&request(), |bytes| {
        let answer = raw(app.address, &bytes);
        let is_known = answer.status < 500 || answer.status == 503 && answer.header("retry-after").is_some();
        prop_assert!(is_known, "{} for {:?}", answer.status, String::from_utf8_lossy(&bytes));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    assert_eq!(hold["version"], 3);
}
