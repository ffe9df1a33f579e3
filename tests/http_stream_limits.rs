//! Live seat maps within bounds: so many, and no slower than the show.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::http_app::{KEY, TestApp, until};
use super::http_stream::{check_against_read, version};
use super::http_stream_client::Listener;

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
fn one_address_does_not_take_all_streams_where_addresses_are_limited() {
    let limited = [
        ("UNDERSTUDY__HTTP__STREAMS_MAX", "20"),
        ("UNDERSTUDY__LIMITS__ADDRESS_REQUESTS_PER_MINUTE", "100000"),
        ("UNDERSTUDY__LIMITS__ADDRESS_REQUESTS_BURST", "1000"),
    ];
    let app = TestApp::with(&limited);
    let show = app.show();
    let open: Vec<Listener> = (0..8).map(|_| Listener::open(app.address, &show, &[])).collect();
    assert!(open.iter().all(|listener| listener.status == 200));
    let refused = app.open("GET", &format!("/v1/shows/{show}/seats/stream")).send();
    refused.problem(429, "too_many_streams_of_address");
    assert_eq!(refused.header("retry-after"), Some("5"));
    // A key is known by itself, wherever it is used.
    let key = format!("Bearer {KEY}");
    assert_eq!(Listener::open(app.address, &show, &[("Authorization", &key)]).status, 200);
}

#[test]
fn who_does_not_read_is_cut_off_and_the_others_never_notice() {
    let settings = [("UNDERSTUDY__HTTP__STALL_TIMEOUT_MS", "1000"), ("UNDERSTUDY__HTTP__STREAMS_MAX", "2")];
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
