//! The live seat map over HTTP: complete, in order, resumable, and unbroken by crashes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::http_app::{TestApp, text, until};
use super::http_stream_client::{Event, Listener};
use super::process::Server;

fn version(answer: &Value) -> u64 {
    answer["version"].as_u64().expect("commands answer with the show's version")
}

/// Whether what the listener has put together is what a read shows.
fn check_against_read(app: &TestApp, show: &str, listener: &Listener, after: &Value) {
    let read = app.get_after(after, &format!("/v1/shows/{show}/seats"));
    assert_eq!(json!(listener.seats), read["seats"]);
    assert_eq!(json!(listener.areas), read["areas"]);
}

fn release(app: &TestApp, show: &str, hold: &Value) -> Value {
    let path = format!("/v1/shows/{show}/holds/{}", text(hold, "hold_id"));
    app.open("DELETE", &path).header("Hold-Token", &text(hold, "hold_token")).send().expect(200)
}

#[test]
fn a_snapshot_comes_first_and_then_every_change_in_its_order() {
    let app = TestApp::start();
    let show = app.show();
    let first = app.hold(&show, &json!({"seats": ["A-1", "A-2"]})).expect(201);
    let mut listener = Listener::open(app.address, &show, &[("Min-Position", &text(&first, "position"))]);
    let snapshot = listener.next().expect("a snapshot");
    assert_eq!((snapshot.name.as_str(), &snapshot.data["version"]), ("snapshot", &first["version"]));
    assert_eq!(snapshot.data["seats"], json!({"A-1": "held", "A-2": "held"}));
    assert_eq!(snapshot.data["areas"], json!({"Pit": {"capacity": 10, "held": 0, "sold": 0}}));

    let pit = json!({"seats": ["B-1"], "general_admission": [{"area": "Pit", "quantity": 3}]});
    let second = app.hold(&show, &pit).expect(201);
    let released = release(&app, &show, &first);
    let confirmed = app.confirm(&show, &second).expect(201);
    let blocked =
        app.post(&format!("/v1/shows/{show}/blocks"), &json!({"seats": ["A-8"], "reason": "camera"})).expect(200);
    let told: Vec<Value> = listener.until(version(&blocked)).into_iter().map(|event| event.data).collect();
    let change = |of: &Value, seats: Value, areas: Value| {
        let mut change = json!({"position": of["position"], "version": of["version"], "seats": seats});
        if !areas.is_null() {
            change["areas"] = json!({"Pit": areas});
        }
        change
    };
    let expected = [
        change(&second, json!({"B-1": "held"}), json!({"capacity": 10, "held": 3, "sold": 0})),
        change(&released, json!({"A-1": "free", "A-2": "free"}), Value::Null),
        change(&confirmed, json!({"B-1": "sold"}), json!({"capacity": 10, "held": 0, "sold": 3})),
        change(&blocked, json!({"A-8": "blocked"}), Value::Null),
    ];
    assert_eq!(told, expected);
    check_against_read(&app, &show, &listener, &blocked);
}

#[test]
fn who_comes_back_with_the_last_id_misses_nothing_and_hears_nothing_twice() {
    let app = TestApp::start();
    let show = app.show();
    // Watches all the time.
    let mut witness = Listener::open(app.address, &show, &[]);
    witness.next().expect("a snapshot");
    let mut listener = Listener::open(app.address, &show, &[]);
    let mut heard: Vec<Event> = Vec::new();
    listener.next().expect("a snapshot");
    let mut last = json!(null);
    for round in 1..=4 {
        for _ in 0..round {
            let pit = json!({"seats": [format!("A-{round}")], "general_admission": [{"area": "Pit", "quantity": 1}]});
            let hold = app.hold(&show, &pit).expect(201);
            last = if round % 2 == 0 { app.confirm(&show, &hold).expect(201) } else { release(&app, &show, &hold) };
            if round % 2 == 0 {
                break;
            }
        }
        // A commit that changes nothing on the map stands between.
        app.keyed("POST", &format!("/v1/shows/{show}/pause")).send().expect(200);
        app.keyed("POST", &format!("/v1/shows/{show}/open")).send().expect(200);
        listener = Listener::resumed(app.address, &show, &listener);
        heard.extend(listener.until(version(&last)));
    }
    assert!(heard.iter().all(|event| event.name == "change"));
    assert_eq!(heard, witness.until(version(&last)));
    check_against_read(&app, &show, &listener, &last);
}

#[test]
fn an_id_that_is_unknown_or_too_old_gets_a_fresh_snapshot_and_a_wrong_one_a_problem() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let position = text(&hold, "position");
    for id in ["999999-999999".to_owned(), "1-0".to_owned(), "0-2".to_owned(), format!("{position}-1")] {
        let headers = [("Last-Event-ID", id.as_str()), ("Min-Position", position.as_str())];
        let mut listener = Listener::open(app.address, &show, &headers);
        assert_eq!(listener.next().expect("a snapshot").name, "snapshot", "{id}");
    }
    let path = format!("/v1/shows/{show}/seats/stream");
    app.open("GET", &path).header("Last-Event-ID", "yesterday").send().problem(400, "invalid_header");
    app.open("GET", &format!("{path}?since=3")).send().problem(400, "invalid_query");
    let unknown = "/v1/shows/01890000-0000-7000-8000-000000000000/seats/stream";
    app.open("GET", unknown).send().problem(404, "show_not_found");
    let head = app.open("HEAD", &path).send();
    assert_eq!((head.status, head.header("content-type"), head.body.len()), (200, Some("text/event-stream"), 0));
}

#[test]
fn crashes_of_the_shows_actor_do_not_break_a_stream() {
    let app = TestApp::start();
    let show = app.show();
    let mut listener = Listener::open(app.address, &show, &[]);
    listener.next().expect("a snapshot");
    for (seat, mode) in ["panic", "panic_in_future", "panic_after_append", "panic_in_replay", "stop"].iter().enumerate()
    {
        app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": mode})).expect(200);
        let hold = app.hold(&show, &json!({"seats": [format!("A-{}", seat + 1)]})).expect(201);
        let told = listener.until(version(&hold));
        assert_eq!(told.len(), 1, "{mode}: {told:?}");
    }
}

#[test]
fn a_stream_goes_on_after_the_server_was_killed() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    server.hold(&show, "k-1", &json!({"seats": ["A-1"]}));
    let mut listener = Listener::open(server.address, &show, &[]);
    listener.next().expect("a snapshot");
    let held = server.hold(&show, "k-2", &json!({"seats": ["A-2"]}));
    listener.until(version(&held));
    let missed = server.hold(&show, "k-3", &json!({"seats": ["A-3"]}));
    server.kill();
    let server = Server::start(dir.path());
    let mut listener = Listener::resumed(server.address, &show, &listener);
    let told = listener.until(version(&missed));
    assert_eq!((told.len(), told[0].name.as_str()), (1, "change"));
    assert_eq!(told[0].data["seats"], json!({"A-3": "held"}));
    let live = server.hold(&show, "k-4", &json!({"seats": ["A-4"]}));
    assert_eq!(listener.until(version(&live)).len(), 1);
    server.stop();
    assert!(listener.has_ended(), "a clean stop ends the streams");
}

#[test]
fn all_who_watch_hear_the_same_while_a_crowd_buys() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__WORKERS", "2")]);
    let show = app.show();
    let heard: Vec<Vec<Event>> = std::thread::scope(|scope| {
        let listeners: Vec<_> = (0..12)
            .map(|_| {
                let mut listener = Listener::open(app.address, &show, &[]);
                listener.next().expect("a snapshot");
                scope.spawn(|| {
                    let mut listener = listener;
                    let mut events = Vec::new();
                    // Until the last seat is blocked, which is the sign to leave.
                    while listener.seats.get("B-4").is_none_or(|status| status != "blocked") {
                        events.push(listener.next().expect("the stream goes on"));
                    }
                    events
                })
            })
            .collect();
        let crowd: Vec<_> = (1..=8)
            .map(|seat| {
                let (app, show) = (&app, &show);
                scope.spawn(move || {
                    for _ in 0..10 {
                        let hold = app.hold(show, &json!({"seats": [format!("A-{seat}")]})).expect(201);
                        release(app, show, &hold);
                    }
                })
            })
            .collect();
        crowd.into_iter().for_each(|buyer| buyer.join().expect("a buyer"));
        app.post(&format!("/v1/shows/{show}/blocks"), &json!({"seats": ["B-4"], "reason": "the end"})).expect(200);
        listeners.into_iter().map(|listener| listener.join().expect("a listener")).collect()
    });
    let flips: usize =
        heard[0].iter().map(|event| event.data["seats"].as_object().map_or(0, serde_json::Map::len)).sum();
    assert_eq!(flips, 8 * 10 * 2 + 1);
    assert!(heard.iter().all(|events| *events == heard[0]));
}

#[test]
fn a_server_has_room_for_so_many_streams_and_no_more() {
    let app = TestApp::with(&[("UNDERSTUDY__HTTP__STREAMS_MAX", "2")]);
    let show = app.show();
    let mut open: Vec<Listener> = (0..2).map(|_| Listener::open(app.address, &show, &[])).collect();
    open.iter_mut().for_each(|listener| assert!(listener.next().is_some()));
    let path = format!("/v1/shows/{show}/seats/stream");
    let refused = app.open("GET", &path).send();
    refused.problem(503, "too_many_streams");
    assert_eq!(refused.header("retry-after"), Some("5"));
    open.pop();
    until("the server has noticed that one has left", || {
        app.hold(&show, &json!({"general_admission": [{"area": "Pit", "quantity": 1}]}));
        Listener::open(app.address, &show, &[]).status == 200
    });
}

#[test]
fn who_does_not_read_is_cut_off_and_the_others_never_notice() {
    let settings = [("UNDERSTUDY__HTTP__STALLED_SECONDS", "1"), ("UNDERSTUDY__HTTP__STREAMS_MAX", "2")];
    let app = TestApp::with(&settings);
    let (show, seats) = wide_show(&app);
    let mut stalled = TcpStream::connect(app.address).expect("the server listens");
    let request = format!("GET /v1/shows/{show}/seats/stream HTTP/1.1\r\nHost: test\r\n\r\n");
    stalled.write_all(request.as_bytes()).expect("the server reads");
    let mut listener = Listener::open(app.address, &show, &[]);
    listener.next().expect("a snapshot");
    let blocks = format!("/v1/shows/{show}/blocks");
    // There is room again as soon as the stalled one is gone.
    let room = format!("/v1/shows/{show}/seats/stream");
    let mut last = json!(null);
    until("the one who does not read is cut off", || {
        for _ in 0..20 {
            app.post(&blocks, &json!({"seats": seats, "reason": "on"})).expect(200);
            let body = json!({"seats": seats});
            last = app.keyed("DELETE", &blocks).json(&body).send().expect(200);
        }
        listener.until(version(&last));
        let mut probe = TcpStream::connect(app.address).expect("the server listens");
        probe.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
        probe.write_all(format!("GET {room} HTTP/1.1\r\nHost: test\r\n\r\n").as_bytes()).expect("the server reads");
        let mut line = [0; 12];
        probe.read_exact(&mut line).expect("an answer");
        &line == b"HTTP/1.1 200"
    });
    drop(stalled);
    check_against_read(&app, &show, &listener, &last);
}

/// A show whose seats have names so long that a change of all of them fills the buffers of a connection soon.
fn wide_show(app: &TestApp) -> (String, Vec<String>) {
    let labels: Vec<String> = (0..1_000).map(|seat| format!("{seat:0>100}")).collect();
    let seat = |(number, label): (usize, &String)| json!({"seat_guid": label, "seat_number": number.to_string(), "category": "Stalls", "position": {"x": number * 10, "y": 0}});
    let seats: Vec<Value> = labels.iter().enumerate().map(seat).collect();
    let plan = json!({"name": "Long", "categories": [{"name": "Stalls"}],
        "zones": [{"name": "House", "rows": [{"row_number": "1", "seats": seats}]}]});
    let venue = app.post("/v1/venues", &json!({"name": "Long", "plan": plan})).expect(201);
    let show = app.scheduled(&json!({"venue_id": venue["venue_id"], "prices": {"Stalls": 100}}));
    (show, labels)
}
