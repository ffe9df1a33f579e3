//! Reading: one's own writes, lists in pages, plans for drawing, figures.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http_app::{TestApp, text};

#[test]
fn a_read_waits_for_the_position_it_asks_for_or_says_that_the_view_is_behind() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__MIN_POSITION_WAIT_MS", "20000")]);
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    for path in ["", "/seats", "/sales"] {
        let read = app.get_after(&hold, &format!("/v1/shows/{show}{path}"));
        assert_eq!(read["version"], hold["version"], "{path}");
    }
    // Nobody can have been given that position, so nobody waits for it.
    let asked = Instant::now();
    let answer = app.open("GET", &format!("/v1/shows/{show}/seats")).header("Min-Position", "999999").send();
    answer.problem(503, "view_behind");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}

#[test]
fn what_is_read_from_the_log_itself_waits_for_a_position_too() {
    let app = TestApp::start();
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    let venue = text(&app.get(&format!("/v1/shows/{show}")), "venue_id");
    for path in [format!("/v1/venues/{venue}"), format!("/v1/checkouts/{}", text(&checkout, "checkout_id"))] {
        app.get_after(&checkout, &path);
        let answer = app.keyed("GET", &path).header("Min-Position", "999999").send();
        answer.problem(503, "view_behind");
        assert_eq!(answer.header("retry-after"), Some("1"));
        // Who waits for what comes is answered when it has come.
        let next = text(&checkout, "position").parse::<u64>().expect("a number today") + 1;
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| app.keyed("GET", &path).header("Min-Position", &next.to_string()).send());
            app.hold(&show, &json!({"best_available": {"quantity": 1}})).expect(201);
            waiting.join().expect("a reader").expect(200);
        });
    }
}

#[test]
fn a_map_moves_on_with_every_sale() {
    let app = TestApp::start();
    let show = app.show();
    let mut last: Value = json!({"position": "1"});
    for seat in 1..=8 {
        last = app.hold(&show, &json!({"seats": [format!("A-{seat}")]})).expect(201);
        let map = app.get_after(&last, &format!("/v1/shows/{show}/seats"));
        assert_eq!(map["seats"].as_object().map(serde_json::Map::len), Some(seat));
    }
    // Another show's sale moves the position, not this map.
    let other = app.hold(&app.show(), &json!({"seats": ["A-1"]})).expect(201);
    let map = app.get_after(&other, &format!("/v1/shows/{show}/seats"));
    assert_eq!(map["version"], last["version"]);
    let number = |value: &Value| text(value, "position").parse::<u64>().expect("a number today");
    assert!(number(&map) >= number(&other));
}

#[test]
fn shows_are_listed_in_pages_without_loss_or_repeat() {
    let app = TestApp::start();
    let mut shows: Vec<String> = (0..5).map(|_| app.show()).collect();
    let last = app.hold(&shows[4], &json!({"seats": ["A-1"]})).expect(201);
    shows.sort();
    let mut seen = Vec::new();
    let mut path = "/v1/shows?limit=2".to_owned();
    loop {
        let page = app.get_after(&last, &path);
        seen.extend(page["shows"].as_array().expect("shows").iter().map(|show| text(show, "show_id")));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/shows?limit=2&cursor={cursor}");
    }
    seen.sort();
    assert_eq!(seen, shows);
}

#[test]
fn a_show_tells_how_it_sells_by_category() {
    let app = TestApp::start();
    let show = app.show();
    app.post(&format!("/v1/shows/{show}/blocks"), &json!({"seats": ["B-4"], "reason": "camera"})).expect(200);
    let hold = json!({"seats": ["B-1"], "general_admission": [{"area": "Pit", "quantity": 2}]});
    let hold = app.hold(&show, &hold).expect(201);
    let show = app.get_after(&hold, &format!("/v1/shows/{show}"));
    assert_eq!(
        (&show["capacity"], &show["free"], &show["held"], &show["blocked"]),
        (&json!(22), &json!(18), &json!(3), &json!(1))
    );
    let circle =
        json!({"category": "Circle", "price": 3000, "capacity": 4, "free": 2, "held": 1, "sold": 0, "blocked": 1});
    assert_eq!(show["categories"][1], circle);
    assert_eq!(show["hold_seconds"], 600);
}

#[test]
fn a_venue_can_be_drawn() {
    let app = TestApp::start();
    let venue = app.get(&format!("/v1/venues/{}", app.venue()));
    assert_eq!((&venue["seats"], &venue["categories"][0]), (&json!(12), &json!({"name": "Stalls", "color": "red"})));
    let row = &venue["zones"][0]["rows"][0];
    let seat = json!({"seat": "A-8", "number": "8", "category": "Stalls", "x": 80.0, "y": 0.0, "accessible": true});
    assert_eq!((&row["row"], &row["seats"][7]), (&json!("A"), &seat));
    assert_eq!(venue["general_admission"], json!([{"area": "Pit", "category": "Pit", "capacity": 10}]));
}

#[test]
fn figures_are_there_for_prometheus() {
    let app = TestApp::start();
    app.show();
    let answer = app.keyed("GET", "/metrics").send();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    let text = answer.text();
    assert!(text.contains("http_requests_total{method=\"POST\",route=\"/v1/shows\",status=\"201\"} 1"), "{text}");
    assert!(text.contains("understudy_journal_writable 1"), "{text}");
    assert!(text.contains("understudy_view_position{view="), "{text}");
}

#[test]
fn a_show_that_was_scheduled_a_moment_ago_is_no_unknown_show() {
    let app = TestApp::start();
    for _ in 0..20 {
        let show = app.show();
        for path in ["", "/seats", "/sales"] {
            app.get(&format!("/v1/shows/{show}{path}"));
        }
    }
    app.open("GET", &format!("/v1/shows/{}/seats", uuid::Uuid::now_v7())).send().problem(404, "show_not_found");
}
