//! The same key gets the same answer, to the letter; with another body it is refused.

use serde_json::{Value, json};
use understudy::http::routes;

use super::http_app::{TestApp, plan, text, until};
use super::http_client::Answer;

/// Asks again for as long as another request with this key is inside.
fn first_answer(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    let mut answer = with_key(app, path, key, body);
    until("the first request is answered", || {
        let is_answered = answer.status != 409;
        if !is_answered {
            answer.problem(409, "idempotency_key_in_flight");
            assert_eq!(answer.header("retry-after"), Some("1"));
            answer = with_key(app, path, key, body);
        }
        is_answered
    });
    answer
}

fn with_key(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    app.keyed("POST", path).header("Idempotency-Key", key).json(body).send()
}

#[test]
fn a_repeated_hold_is_the_same_hold_even_after_a_crash_of_its_actor() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let first = with_key(&app, &path, "k-1", &json!({"seats": ["A-1"]}));
    first.expect(201);
    assert_eq!(with_key(&app, &path, "k-1", &json!({"seats": ["A-1"]})).body, first.body);
    app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": "panic"})).expect(200);
    assert_eq!(with_key(&app, &path, "k-1", &json!({"seats": ["A-1"]})).body, first.body);
    with_key(&app, &path, "k-1", &json!({"seats": ["A-2"]})).problem(422, "idempotency_key_reused");
    with_key(&app, &path, "k-2", &json!({"seats": ["A-1"]})).problem(409, "seats_unavailable");
}

#[test]
fn a_key_means_something_to_its_caller_only() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    with_key(&app, &path, "k-1", &json!({"seats": ["A-1"]})).expect(201);
    let other = app.open("POST", &path).header("Idempotency-Key", "k-1").json(&json!({"seats": ["A-2"]}));
    other.send().expect(201);
}

#[test]
fn every_command_can_be_repeated() {
    let app = TestApp::start();
    let venue = json!({"name": "Lyceum", "plan": plan()});
    let repeated = |path: &str, body: &Value, status: u16| {
        let first = with_key(&app, path, &format!("repeat {path}").replace(' ', "-"), body);
        let value = first.expect(status);
        let second = with_key(&app, path, &format!("repeat {path}").replace(' ', "-"), body);
        assert_eq!((second.status, second.text()), (status, first.text()), "{path}");
        value
    };
    let venue = repeated("/v1/venues", &venue, 201);
    let show = json!({"venue_id": venue["venue_id"], "title": "Hamlet", "starts_at": "2026-07-01T19:30",
        "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500}});
    let show = format!("/v1/shows/{}", text(&repeated("/v1/shows", &show, 201), "show_id"));
    repeated(&format!("{show}/open"), &json!({}), 200);
    repeated(&format!("{show}/blocks"), &json!({"seats": ["A-8"], "reason": "camera"}), 200);
    let hold = repeated(&format!("{show}/holds"), &json!({"seats": ["A-1"]}), 201);
    let confirm = || {
        let call = app.keyed("POST", &format!("{show}/holds/{}/confirm", text(&hold, "hold_id")));
        let call = call.header("Hold-Token", &text(&hold, "hold_token")).header("Idempotency-Key", "pay");
        call.json(&json!({"payment_reference": "pay-1"})).send()
    };
    let booking = confirm().expect(201);
    assert_eq!(confirm().expect(201), booking);
    repeated(&format!("{show}/bookings/{}/cancel", text(&booking, "booking_id")), &json!({}), 200);
    repeated(&format!("{show}/pause"), &json!({}), 200);
    repeated(&format!("{show}/cancel"), &json!({}), 200);
}

#[test]
fn twenty_callers_at_once_with_one_key_get_one_hold() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let answers: Vec<String> = std::thread::scope(|scope| {
        let call =
            || first_answer(&app, &path, "k-1", &json!({"best_available": {"quantity": 2}})).expect(201).to_string();
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(call)).collect();
        callers.into_iter().map(|caller| caller.join().expect("answered")).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn a_key_whose_request_is_inside_is_a_conflict_and_has_its_answer_afterwards() {
    let app = TestApp::start();
    let show = app.show();
    let path = format!("/v1/shows/{show}/holds");
    let mut tries = 0;
    until("two requests with one key have met", || {
        tries += 1;
        app.post("/v1/ops/disk", &json!({"mode": "slow", "milliseconds": 1_000})).expect(200);
        let (key, body) = (format!("try-{tries}"), json!({"general_admission": [{"area": "Pit", "quantity": 1}]}));
        let answers = std::thread::scope(|scope| {
            let calls = [(); 2].map(|()| scope.spawn(|| with_key(&app, &path, &key, &body)));
            calls.map(|call| call.join().expect("answered"))
        });
        app.post("/v1/ops/disk", &json!({"mode": "well"})).expect(200);
        let first = first_answer(&app, &path, &key, &body);
        let accepted: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 409).collect();
        assert!(accepted.iter().all(|answer| answer.expect(201) == first.expect(201)));
        for conflict in answers.iter().filter(|answer| answer.status == 409) {
            conflict.problem(409, "idempotency_key_in_flight");
            assert_eq!(conflict.header("retry-after"), Some("1"));
        }
        accepted.len() == 1
    });
}

/// A body that is good enough for the call.
fn body_for(method: &str, path: &str, venue: &str) -> Value {
    match (method, path.rsplit('/').next().unwrap_or_default()) {
        ("POST", "venues") => json!({"name": "Lyceum", "plan": plan()}),
        ("POST", "shows") => json!({"venue_id": venue, "title": "Hamlet", "starts_at": "2026-07-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500}}),
        ("POST", "holds") => json!({"seats": ["A-1"]}),
        ("POST", "confirm") => json!({"payment_reference": "pay-1"}),
        ("PATCH", _) => json!({"extend_seconds": 1}),
        ("POST", "blocks") => json!({"seats": ["A-2"], "reason": "camera"}),
        ("DELETE", "blocks") => json!({"seats": ["A-2"]}),
        _ => json!({}),
    }
}

#[test]
fn where_keys_are_required_every_command_without_one_is_refused() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__IDEMPOTENCY_KEY_REQUIRED", "true")]);
    let venue = with_key(&app, "/v1/venues", "k-1", &body_for("POST", "/v1/venues", "")).expect(201);
    let venue = text(&venue, "venue_id");
    let show = with_key(&app, "/v1/shows", "k-2", &body_for("POST", "/v1/shows", &venue)).expect(201);
    let show = format!("/v1/shows/{}", text(&show, "show_id"));
    with_key(&app, &format!("{show}/open"), "k-3", &json!({})).expect(200);
    let hold = with_key(&app, &format!("{show}/holds"), "k-4", &json!({"seats": ["A-8"]})).expect(201);
    let hold_id = text(&hold, "hold_id");
    let mut commands = 0;
    for route in routes() {
        let (method, path) = (route.method.as_str(), route.path);
        // Providers repeat their messages without keys, and those are hints.
        if method == "GET" || path.starts_with("/v1/ops/") || path.starts_with("/v1/payments/") {
            continue;
        }
        let body = body_for(method, path, &venue);
        let path = path.replace("/v1/shows/{show_id}", &show).replace("{hold_id}", &hold_id);
        // No booking has this id, which nobody gets so far as to see.
        let call =
            app.keyed(method, &path.replace("{booking_id}", &hold_id)).header("Hold-Token", &text(&hold, "hold_token"));
        let problem = call.json(&body).send().problem(400, "idempotency_key_required");
        assert_eq!(problem["field"], "Idempotency-Key", "{method} {path}");
        commands += 1;
    }
    assert!(commands >= 12, "{commands}");
}

#[test]
fn a_hold_token_that_nobody_asked_for_does_not_make_another_command() {
    let app = TestApp::start();
    let path = format!("/v1/shows/{}/holds", app.show());
    let ask = |token: Option<&str>| {
        let call = app.open("POST", &path).header("Idempotency-Key", "k-1").json(&json!({"seats": ["A-1"]}));
        token.map(|token| ("Hold-Token", token)).into_iter().fold(call, |call, (name, token)| call.header(name, token))
    };
    let first = ask(None).send();
    first.expect(201);
    for token in ["", "anything", &"a".repeat(64)] {
        assert_eq!(ask(Some(token)).send().text(), first.text(), "{token:?}");
    }
}

#[test]
fn a_hold_token_is_the_same_in_capitals() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let (path, token) = (format!("/v1/shows/{show}/holds/{}", text(&hold, "hold_id")), text(&hold, "hold_token"));
    let extend = |token: &str| {
        let call = app.open("PATCH", &path).header("Idempotency-Key", "k-2").header("Hold-Token", token);
        call.json(&json!({"extend_seconds": 60})).send()
    };
    let first = extend(&token);
    first.expect(200);
    assert_eq!(extend(&token.to_uppercase()).text(), first.text());
}
