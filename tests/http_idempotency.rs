//! The same key gets the same answer, to the letter; with another body it is refused.

use serde_json::{Value, json};

use super::http_app::{TestApp, plan, text};
use super::http_client::Answer;

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
        let call = || with_key(&app, &path, "k-1", &json!({"best_available": {"quantity": 2}})).expect(201).to_string();
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(call)).collect();
        callers.into_iter().map(|caller| caller.join().expect("answered")).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}
