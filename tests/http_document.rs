//! Every answer that any test gets over HTTP, against `/openapi.json`: what is answered is declared there.

use std::net::SocketAddr;
use std::sync::OnceLock;

use serde_json::{Value, json};
use understudy::access::Role;

use super::http_app::{TestApp, plan, text};
use super::http_client::{Answer, raw};

/// What clients act upon.
const HEADERS: [&str; 3] = ["ETag", "Location", "Retry-After"];

static DOCUMENT: OnceLock<Value> = OnceLock::new();

/// All servers have the same; the first that starts is asked.
pub fn learn(address: SocketAddr) {
    DOCUMENT.get_or_init(|| {
        let head = "GET /openapi.json HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        raw(address, head.as_bytes()).expect(200)
    });
}

/// That a call of the document may be answered like this.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let Some(responses) = DOCUMENT.get().and_then(|document| responses(document, method, path)) else { return };
    let (status, what) = (answer.status, format!("{method} {path}: {} {}", answer.status, answer.text()));
    let declared = &responses[status.to_string()];
    assert!(declared.is_object(), "the status is not declared: {what}");
    for name in HEADERS {
        let is_declared = declared["headers"][name].is_object();
        let is_required = declared["headers"][name]["required"] == true;
        match answer.header(&name.to_lowercase()) {
            Some(_) => assert!(is_declared, "the header {name} is not declared: {what}"),
            None => assert!(!is_required, "the header {name} is missing: {what}"),
        }
    }
    // Some answers have no body, and what is not ready says so in its own words.
    if status >= 400 && method != "HEAD" && answer.header("content-type") == Some("application/problem+json") {
        let codes =
            &declared["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
        let code = &answer.json()["code"];
        assert!(codes.as_array().is_some_and(|codes| codes.contains(code)), "the code is not declared: {what}");
    }
}

/// `None`: there is no such call, and so nothing is declared.
fn responses<'d>(document: &'d Value, method: &str, path: &str) -> Option<&'d Value> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let paths = document["paths"].as_object().expect("the document has paths");
    let is_of = |template: &str| {
        let (known, asked): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        let fits = |(known, asked): (&&str, &&str)| known == asked || known.starts_with('{') && !asked.is_empty();
        known.len() == asked.len() && known.iter().zip(&asked).all(fits)
    };
    // `/checkouts/crash` is not the checkout called crash.
    let plainest =
        paths.iter().filter(|(template, _)| is_of(template)).min_by_key(|(path, _)| path.matches('{').count());
    let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
    Some(&plainest?.1[method]["responses"]).filter(|responses| responses.is_object())
}

/// What the handler of a call never sees: found by the gate, or while the request is read.
#[test]
fn what_any_call_may_meet_is_declared_for_every_call() {
    let app = TestApp::start();
    let (show, organiser) = (app.show(), app.new_key(Role::Organiser, Some("lyceum")));
    let document = app.open("GET", "/openapi.json").send().expect(200);
    // A live seat map has no end.
    let paths = document["paths"].as_object().expect("paths").iter().filter(|(path, _)| !path.ends_with("/stream"));
    for (template, methods) in paths {
        let path = template.replace("{show_id}", &show).replace(['{', '}'], "");
        for method in methods.as_object().expect("methods").keys().map(|method| method.to_uppercase()) {
            let call = |path: &str| app.keyed(&method, path);
            // Each answer is checked where it is received.
            let _ = [
                call(&format!("{path}?surprise=1")).send(),
                call(&path).header("Authorization", "Bearer another").send(),
                call(&path).header("Min-Position", "yesterday").body("[").send(),
                call(&path).header("Content-Type", "text/plain").body("x").send(),
                call(&path).body(vec![b' '; 300 << 10]).send(),
                app.open(&method, &path).header("Min-Position", "yesterday").body("[").send(),
                app.with_key("guess", &method, &path).body("[").send(),
                app.with_key(&organiser, &method, &path).header("Min-Position", "yesterday").body("[").send(),
            ];
        }
    }
}

#[test]
fn what_is_declared_says_who_may_not_hold_and_who_is_not_ready() {
    let app = TestApp::start();
    let document = app.open("GET", "/openapi.json").send().expect(200);
    let ready = responses(&document, "GET", "/health/ready").expect("it is a call");
    assert!(ready["503"]["content"]["application/json"]["schema"].is_object(), "{ready}");
    let hold = responses(&document, "POST", "/v1/shows/1/holds").expect("it is a call");
    assert!(hold["403"].to_string().contains("forbidden"), "{hold}");
}

#[test]
fn what_was_made_can_be_read_where_the_answer_says() {
    let app = TestApp::start();
    let made = |path: &str, body: &Value, id: &str| {
        let answer = app.post(path, body);
        let location = answer.header("location").expect("it says where").to_owned();
        let answer = answer.expect(201);
        assert_eq!(app.get_after(&answer, &location)[id], answer[id]);
        text(&answer, id)
    };
    let venue = made("/v1/venues", &json!({"name": "Lyceum", "plan": plan()}), "venue_id");
    let show = json!({"venue_id": venue, "title": "Hamlet", "starts_at": "2026-07-01T19:30",
        "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500, "Circle": 3000}});
    made("/v1/shows", &show, "show_id");
}
