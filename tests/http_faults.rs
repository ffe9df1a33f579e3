//! Faults on purpose: what a client sees of a crash, of a disk that fails, and of a panic.

use serde_json::json;

use super::http_app::TestApp;

#[test]
fn a_crash_of_the_actor_is_no_error_to_a_client() {
    let app = TestApp::start();
    let show = app.show();
    for (seat, mode) in ["panic", "panic_in_future", "panic_after_append", "panic_in_replay", "stop"].iter().enumerate()
    {
        let crashed = app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": mode})).expect(200);
        assert_eq!(crashed["show_id"], show);
        app.hold(&show, &json!({"seats": [format!("A-{}", seat + 1)]})).expect(201);
    }
    let actors = app.get("/v1/ops/actors");
    let actor = &actors["actors"][0];
    assert_eq!(actor["show_id"], show);
    assert!(actor["restarts"].as_u64() >= Some(4), "{actor}");
    let projections = app.get("/v1/ops/projections");
    assert_eq!(projections["projections"].as_array().map(Vec::len), Some(5));
}

#[test]
fn faults_cannot_be_injected_where_chaos_is_off() {
    let app = TestApp::with(&[("UNDERSTUDY__CHAOS__ENABLED", "false")]);
    let show = app.show();
    app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": "panic"})).problem(404, "chaos_disabled");
    app.post("/v1/ops/disk", &json!({"mode": "full"})).problem(404, "chaos_disabled");
    app.post("/v1/ops/checkouts/crash", &json!({"mode": "runner"})).problem(404, "chaos_disabled");
    app.keyed("POST", &format!("/v1/ops/shows/{show}/release")).send().expect(200);
}

#[test]
fn an_unknown_way_to_fail_is_refused() {
    let app = TestApp::start();
    let show = app.show();
    for mode in [json!("explode"), json!(7), json!(null)] {
        app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": mode})).problem(422, "invalid_body");
        app.post("/v1/ops/disk", &json!({"mode": mode})).problem(422, "invalid_body");
        app.post("/v1/ops/checkouts/crash", &json!({"mode": mode})).problem(422, "invalid_body");
    }
    app.post("/v1/ops/checkouts/crash", &json!({"mode": "panic"})).problem(422, "invalid_body");
    app.post("/v1/ops/disk", &json!({"mode": "slow"})).problem(422, "invalid_body");
    app.post("/v1/ops/disk", &json!({"mode": "slow", "milliseconds": -1})).problem(422, "invalid_body");
    for mode in ["well", "failing", "full"] {
        app.post("/v1/ops/disk", &json!({"mode": mode, "milliseconds": 5})).problem(422, "invalid_body");
    }
    app.post("/v1/ops/disk", &json!({"mode": "slow", "milliseconds": 5, "seconds": 1})).problem(422, "invalid_body");
    for mode in ["failing", "full", "well"] {
        assert_eq!(app.post("/v1/ops/disk", &json!({"mode": mode})).expect(200), json!({"mode": {"mode": mode}}));
    }
}

#[test]
fn a_full_disk_is_a_503_and_selling_goes_on_once_there_is_room() {
    let app = TestApp::start();
    let show = app.show();
    app.post("/v1/ops/disk", &json!({"mode": "full"})).expect(200);
    let answer = app.hold(&show, &json!({"seats": ["A-1"]}));
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
    app.open("GET", "/health/ready").send().expect(503);
    app.post("/v1/ops/disk", &json!({"mode": "well"})).expect(200);
    let again = (0..200).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Some(app.hold(&show, &json!({"seats": ["A-2"]}))).filter(|answer| answer.status != 503)
    });
    again.expect("selling again within ten seconds").expect(201);
    // What was not acknowledged may have been written all the same; what was acknowledged is there.
    let ready = app.open("GET", "/health/ready").send();
    assert_eq!(ready.expect(200)["status"], "ready");
}
