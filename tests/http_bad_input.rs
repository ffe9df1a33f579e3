//! What is wrong is refused with a stable code, and nothing is changed by it.

use serde_json::{Value, json};

use super::http_app::{TestApp, text};
use super::http_client::raw;

#[test]
fn a_bad_body_of_a_hold_is_refused_and_takes_no_seat() {
    let app = TestApp::start();
    let show = app.show();
    let before =
        app.post(&format!("/v1/shows/{show}/blocks"), &json!({"seats": ["A-8"], "reason": "camera"})).expect(200);
    let null_byte = json!({"seats": ["A\u{0}-1"]}).to_string();
    let long = json!({"seats": ["x".repeat(201)]}).to_string();
    let fifty_one = json!({"seats": (0..51).map(|n| format!("A-{n}")).collect::<Vec<_>>()}).to_string();
    let cases: &[(&str, u16, &str, Option<&str>)] = &[
        ("", 400, "invalid_json", None),
        ("{", 400, "invalid_json", None),
        ("not json", 400, "invalid_json", None),
        ("{\"seats\":[\"A-1\"]} trailing", 400, "invalid_json", None),
        ("{\"seats\":[\"\\ud800\"]}", 422, "invalid_body", Some("seats[0]")),
        ("[]", 422, "invalid_body", None),
        ("null", 422, "invalid_body", None),
        ("[null,[\"A-1\"],null,[]]", 422, "invalid_body", None),
        ("{\"seat\":[\"A-1\"]}", 422, "invalid_body", Some("seat")),
        ("{\"seats\":\"A-1\"}", 422, "invalid_body", Some("seats")),
        ("{\"seats\":[\"A-1\",7]}", 422, "invalid_body", Some("seats[1]")),
        (&long, 422, "invalid_body", Some("seats[0]")),
        ("{\"customer_id\":\"\",\"seats\":[\"A-1\"]}", 422, "invalid_body", Some("customer_id")),
        ("{\"best_available\":{\"quantity\":-1}}", 422, "invalid_body", Some("best_available.quantity")),
        ("{\"best_available\":{\"quantity\":1.5}}", 422, "invalid_body", Some("best_available.quantity")),
        ("{\"best_available\":{\"quantity\":1e400}}", 422, "invalid_body", Some("best_available.quantity")),
        ("{\"best_available\":{\"quantity\":4294967297}}", 422, "invalid_body", Some("best_available.quantity")),
        ("{\"best_available\":{\"quantity\":4294967295}}", 422, "too_many_tickets", None),
        ("{\"best_available\":{\"quantity\":65537}}", 422, "too_many_tickets", None),
        ("{\"best_available\":{\"quantity\":0}}", 422, "nothing_asked_for", None),
        ("{\"best_available\":{\"quantity\":1,\"zones\":[\"Moon\"]}}", 422, "unknown_zones", None),
        ("{\"best_available\":{\"quantity\":1,\"categories\":[\"Moon\"]}}", 422, "unknown_categories", None),
        ("{\"best_available\":{\"quantity\":12}}", 409, "not_enough_seats", None),
        ("{\"general_admission\":[{\"area\":\"Moon\",\"quantity\":1}]}", 422, "unknown_areas", None),
        ("{\"general_admission\":[{\"area\":\"Pit\",\"quantity\":11}]}", 409, "area_full", None),
        ("{\"general_admission\":[{\"area\":\"Pit\",\"quantity\":4294967295}]}", 422, "too_many_tickets", None),
        ("{}", 422, "nothing_asked_for", None),
        ("{\"seats\":[]}", 422, "nothing_asked_for", None),
        ("{\"seats\":[\"Z-99\"]}", 422, "unknown_seats", None),
        (&null_byte, 422, "unknown_seats", None),
        ("{\"seats\":[\"A-1\",\"A-1\"]}", 422, "named_twice", None),
        (&fifty_one, 422, "too_many_tickets", None),
    ];
    for (body, status, code, field) in cases {
        let answer = app.open("POST", &format!("/v1/shows/{show}/holds")).body(*body).send();
        let problem = answer.problem(*status, code);
        assert_eq!(problem["field"].as_str(), *field, "{body}: {problem}");
    }
    let after = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    assert_eq!(after["version"].as_u64(), before["version"].as_u64().map(|version| version + 1));
}

#[test]
fn a_show_that_cannot_be_is_not_scheduled() {
    let app = TestApp::start();
    let good = json!({"venue_id": app.venue(), "title": "Hamlet", "starts_at": "2026-07-01T19:30",
        "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500}});
    for (field, value, code) in [
        ("venue_id", json!("00000000-0000-7000-8000-000000000000"), "unknown_venue"),
        ("venue_id", json!("x"), "invalid_body"),
        ("time_zone", json!("Mars/Olympus"), "unknown_time_zone"),
        ("currency", json!("XXQ"), "unknown_currency"),
        ("starts_at", json!("2027-03-28T02:30"), "starts_at_does_not_exist"),
        ("starts_at", json!("2026-07-01T19:30:00+02:00"), "invalid_body"),
        ("prices", json!({"Moon": 1}), "unknown_categories"),
        ("prices", json!({"Stalls": -1}), "invalid_body"),
        ("prices", json!({"Stalls": 1_000_000_000_001_u64}), "invalid_body"),
        ("title", json!("x".repeat(201)), "invalid_body"),
        ("hold_seconds", json!(0), "invalid_body"),
        ("encore", json!(true), "invalid_body"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        app.post("/v1/shows", &body).problem(422, code);
    }
    let mut missing = good.clone();
    missing.as_object_mut().expect("an object").remove("currency");
    assert_eq!(app.post("/v1/shows", &missing).problem(422, "invalid_body")["field"], "currency");
    assert_eq!(app.get("/v1/shows")["shows"], json!([]));
}

#[test]
fn addresses_and_methods_that_do_not_exist_are_problems() {
    let app = TestApp::start();
    app.open("GET", "/nowhere").send().problem(404, "route_not_found");
    app.open("GET", "/v1/shows/x/y/z").send().problem(404, "route_not_found");
    let answer = app.open("PUT", "/v1/shows").send();
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    let problem = app.open("GET", "/v1/shows/not-an-id/seats").send().problem(400, "invalid_id");
    assert_eq!(problem["field"], "show_id");
    let nobody = "00000000-0000-7000-8000-000000000000";
    app.open("GET", &format!("/v1/shows/{nobody}/seats")).send().problem(404, "show_not_found");
    app.open("GET", &format!("/v1/shows/{nobody}")).send().problem(404, "show_not_found");
    app.hold(nobody, &json!({"seats": ["A-1"]})).problem(404, "show_not_found");
    app.keyed("GET", &format!("/v1/venues/{nobody}")).send().problem(404, "venue_not_found");
    app.keyed("GET", &format!("/v1/bookings/{nobody}")).send().problem(404, "booking_not_found");
    app.keyed("GET", &format!("/v1/shows/{nobody}/sales")).send().problem(404, "show_not_found");
    // A venue is no show.
    app.hold(&app.venue(), &json!({"seats": ["A-1"]})).problem(404, "show_not_found");
}

/// Every kind of answer that says no, from the framework too, is a whole problem: `Answer::problem` looks at all of it.
#[test]
fn every_way_to_say_no_is_a_problem_with_the_id_of_its_request() {
    let app = TestApp::start();
    let path = format!("/v1/shows/{}/holds", app.show());
    let large = "x".repeat(300 << 10);
    for (call, status, code) in [
        (app.open("GET", "/nowhere"), 404, "route_not_found"),
        (app.open("PUT", "/v1/shows"), 405, "method_not_allowed"),
        (app.open("POST", &path).body(large), 413, "body_too_large"),
        (app.open("POST", &path).header("Content-Type", "text/plain").body("x"), 415, "unsupported_media_type"),
        (app.open("POST", &path).header("Content-Encoding", "gzip").body("{}"), 415, "unsupported_media_type"),
        (app.open("POST", &path).header("X-Long", &"x".repeat(40_000)), 431, "head_too_large"),
        (app.open("GET", "/v1/ops/actors"), 401, "unauthorized"),
        (app.open("POST", &path).body("{"), 400, "invalid_json"),
    ] {
        let problem = call.header("X-Request-Id", "order-17").send().problem(status, code);
        assert_eq!(problem["request_id"], "order-17");
    }
}

#[test]
fn a_body_that_is_too_large_or_of_another_type_is_refused() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let large = format!("{{\"seats\":[\"{}\"]}}", "x".repeat(300 << 10));
    app.open("POST", &path).body(large).send().problem(413, "body_too_large");
    let form = app.open("POST", &path).header("Content-Type", "application/x-www-form-urlencoded").body("seats=A-1");
    form.send().problem(415, "unsupported_media_type");
    let chunked = format!(
        "POST {path} HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n50000\r\n{}\r\n0\r\n\r\n",
        "x".repeat(0x50000)
    );
    raw(app.address, chunked.as_bytes()).problem(413, "body_too_large");
}

#[test]
fn queries_and_headers_that_are_not_known_are_refused_by_name() {
    let app = TestApp::start();
    for (path, field) in [
        ("/v1/shows?page=2", "page"),
        ("/v1/shows?limit=0", "limit"),
        ("/v1/shows?limit=201", "limit"),
        ("/v1/shows?cursor=x", "cursor"),
        ("/v1/ops/actors?verbose", "verbose"),
    ] {
        let problem = app.keyed("GET", path).send().problem(400, "invalid_query");
        assert_eq!(problem["field"], field);
    }
    for position in ["-1", "x", "1.5", "99999999999999999999999"] {
        let answer = app.open("GET", "/v1/shows").header("Min-Position", position).send();
        assert_eq!(answer.problem(400, "invalid_header")["field"], "Min-Position");
    }
    let show = app.show();
    let call = app.open("POST", &format!("/v1/shows/{show}/holds")).header("Idempotency-Key", "two words");
    let problem = call.json(&json!({"seats": ["A-1"]})).send().problem(400, "invalid_header");
    assert_eq!(problem["field"], "Idempotency-Key");
}

#[test]
fn a_token_that_is_missing_or_of_another_hold_changes_nothing() {
    let app = TestApp::start();
    let show = app.show();
    let mine = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let other = app.hold(&show, &json!({"seats": ["A-2"]})).expect(201);
    let path = format!("/v1/shows/{show}/holds/{}", text(&mine, "hold_id"));
    app.open("DELETE", &path).send().problem(400, "hold_token_required");
    app.keyed("DELETE", &path).send().problem(400, "hold_token_required");
    for wrong in [text(&other, "hold_token"), "x".into(), "0".repeat(64), text(&mine, "hold_token")[1..].into()] {
        app.open("DELETE", &path).header("Hold-Token", &wrong).send().problem(403, "hold_token_invalid");
    }
    app.confirm(&show, &mine).expect(201);
    app.confirm(&show, &mine).problem(409, "hold_confirmed");
}

#[test]
fn a_hold_is_not_found_under_another_show() {
    let app = TestApp::start();
    let hold = app.hold(&app.show(), &json!({"seats": ["A-1"]})).expect(201);
    app.confirm(&app.show(), &hold).problem(404, "hold_not_found");
}

#[test]
fn a_request_id_is_taken_over_when_it_is_usable() {
    let app = TestApp::start();
    let answer = app.open("GET", "/nowhere").header("X-Request-Id", "order-17").send();
    assert_eq!(answer.problem(404, "route_not_found")["request_id"], "order-17");
    let long = "x".repeat(200);
    assert_ne!(
        app.open("GET", "/health/live").header("X-Request-Id", &long).send().header("x-request-id"),
        Some(&*long)
    );
}

#[test]
fn a_plan_with_mistakes_is_refused_with_all_of_them() {
    let app = TestApp::start();
    let mut plan = super::http_app::plan();
    for seat in plan["zones"][0]["rows"][0]["seats"].as_array_mut().expect("seats") {
        seat["category"] = "Moon".into();
    }
    plan["zones"][0]["rows"][1]["seats"][0]["seat_guid"] = "B-2".into();
    let problem = app.post("/v1/venues", &json!({"name": "Lyceum", "plan": plan})).problem(422, "invalid_plan");
    assert_eq!(problem["errors_total"], 9);
    let error = &problem["errors"][0];
    assert_eq!((&error["zone"], &error["row"], &error["seat"]), (&json!("House"), &json!("A"), &json!("A-1")));
    assert_eq!(error["code"], "unknown_category");
    for plan in [json!(null), json!([]), json!("x"), json!({}), json!({"zones": [], "categories": []})] {
        app.post("/v1/venues", &json!({"name": "Lyceum", "plan": plan})).problem(422, "invalid_plan");
    }
    let deep = format!("{{\"name\":\"x\",\"plan\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    app.keyed("POST", "/v1/venues").body(deep).send().problem(422, "invalid_plan");
    app.post("/v1/venues", &json!({"name": "Lyceum"})).problem(422, "invalid_body");
}

#[test]
fn a_broken_head_or_a_cut_body_breaks_nothing() {
    let app = TestApp::start();
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/shows HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        assert_eq!(raw(app.address, bytes).status / 100, 4);
    }
    let health: Value = app.get("/health/ready");
    assert_eq!(health["status"], "ready");
}

/// Two hops that read different ones of two headers would take a request for somebody else's.
#[test]
fn a_header_that_says_who_asks_comes_once() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let body = json!({"best_available": {"quantity": 1}});
    let twice = |name: &str, one: &str, other: &str| {
        app.open("POST", &path).header(name, one).header(name, other).json(&body).send()
    };
    twice("Idempotency-Key", "a-first-key-of-mine", "a-second-key-of-mine").problem(400, "invalid_header");
    twice("Authorization", "Bearer one", "Bearer other").problem(400, "invalid_header");
    let hold = app.hold(&show, &body).expect(201);
    let release = app.open("DELETE", &format!("{path}/{}", text(&hold, "hold_id")));
    let token = text(&hold, "hold_token");
    release.header("Hold-Token", &token).header("Hold-Token", "another").send().problem(400, "invalid_header");
}

#[test]
fn a_body_without_an_end_is_answered_and_told_to_end() {
    use std::io::{Read, Write};
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__BODY_TIMEOUT_MS", "1000")]);
    let show = app.show();
    for (line, status) in [("GET /health/live".to_owned(), "200"), (format!("POST /v1/shows/{show}/holds"), "408")] {
        let mut stream = std::net::TcpStream::connect(app.address).expect("the server listens");
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a time");
        let head = format!("{line} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("sent");
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).expect("an answer");
        let answer = String::from_utf8_lossy(&bytes[..count]);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    }
}
