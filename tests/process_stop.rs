//! The end on SIGTERM, with people at the counter: who was answered has their seats, and nobody is told anything but to
//! come back.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http_app::until;
use super::http_client::Answer;
use super::http_stream_client::Listener;
use super::process::{Server, run, said};

/// Long enough for everybody to hear of it before the door is closed, however busy this machine is.
const SLOWLY: [(&str, &str); 2] =
    [("UNDERSTUDY__HTTP__DRAIN_MS", "5000"), ("UNDERSTUDY__HTTP__SHUTDOWN_SECONDS", "60")];

/// Buys one place after the other until told that the server is being stopped.
fn buy(server: &Server, show: &str, buyer: usize) -> BTreeMap<String, Value> {
    let mut answered = BTreeMap::new();
    for number in 0.. {
        let (key, answer) = hold(server, show, format!("{buyer}-{number}"));
        match answer.status {
            201 => drop(answered.insert(key, answer.json())),
            // The pit is full; that is an answer like any other.
            409 => drop(answer.problem(409, "area_full")),
            503 => {
                answer.problem(503, "stopping");
                assert_eq!(answer.header("retry-after"), Some("1"));
                assert_eq!(answer.header("connection"), Some("close"));
                break;
            }
            status => panic!("{status}: {}", answer.text()),
        }
    }
    answered
}

fn hold(server: &Server, show: &str, key: String) -> (String, Answer) {
    let call = server.call("POST", &format!("/v1/shows/{show}/holds")).header("Idempotency-Key", &key);
    (key, call.json(&json!({"general_admission": [{"area": "Pit", "quantity": 1}]})).send())
}

#[test]
fn a_stop_under_load_loses_nothing_and_only_asks_to_come_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::with_settings(dir.path(), &SLOWLY);
    // Commands are in flight whenever the signal comes.
    server.call("POST", "/v1/ops/disk").json(&json!({"mode": "slow", "milliseconds": 40})).send().expect(200);
    let shows: Vec<String> = (0..4).map(|_| server.show()).collect();
    let mut listener = Listener::open(server.address, &shows[0], &[]);
    listener.next().expect("a snapshot");
    let all: Vec<_> = std::thread::scope(|scope| {
        let server = &server;
        let buyers: Vec<_> = (0..12)
            .map(|buyer| {
                let show = shows[buyer % 4].clone();
                scope.spawn(move || (show.clone(), buy(server, &show, buyer)))
            })
            .collect();
        until("something is sold", || listener.next().is_some());
        server.tell_to_stop();
        // Not ready from the beginning of the end, and what is only read is still to be had.
        until("the server says that it is not ready", || {
            let ready = server.call("GET", "/health/ready").send();
            ready.status == 503
                && ready.json()["parts"][0]
                    == json!({"part": "server", "is_ready": false,
                "reason": "it is starting, or being stopped"})
        });
        server.call("GET", &format!("/v1/shows/{}", shows[1])).send().expect(200);
        buyers.into_iter().map(|buyer| buyer.join().expect("a buyer")).collect()
    });
    while listener.next().is_some() {}
    server.ended();

    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let server = Server::start(dir.path());
    for (show, answered) in all {
        for (key, answer) in answered {
            let (_, again) = hold(&server, &show, key);
            assert_eq!(again.expect(201), answer);
        }
    }
    server.stop();
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::with_settings(dir.path(), &SLOWLY);
    let show = server.show();
    let held = server.hold(&show, "k-1", &json!({"seats": ["A-1"]}));
    server.tell_to_stop();
    until("it is being stopped", || server.call("GET", "/health/ready").send().status == 503);
    server.tell_to_stop();
    server.ended_with_failure();
    let server = Server::start(dir.path());
    assert_eq!(server.hold(&show, "k-1", &json!({"seats": ["A-1"]})), held);
    server.stop();
}

/// A server of whose journal one write is under way that takes nearly a minute, and the connection that waits for it.
fn with_a_stuck_disk(data: &Path, settings: &[(&str, &str)]) -> (Server, TcpStream) {
    let server = Server::with_settings(data, settings);
    let show = server.show();
    server.call("POST", "/v1/ops/disk").json(&json!({"mode": "slow", "milliseconds": 50_000})).send().expect(200);
    let body = r#"{"seats": ["A-1"]}"#;
    let mut hold = TcpStream::connect(server.address).expect("it listens");
    let head = format!("POST /v1/shows/{show}/holds HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n");
    write!(hold, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).expect("it is taken");
    until("the hold is on its way", || server.call("GET", "/metrics").send().tells_of_a_command_inside());
    (server, hold)
}

#[test]
fn a_second_signal_ends_it_at_once_while_the_disk_is_stuck() {
    let dir = tempfile::tempdir().expect("a folder");
    let (server, _hold) = with_a_stuck_disk(dir.path(), &[("UNDERSTUDY__HTTP__SHUTDOWN_SECONDS", "4")]);
    server.tell_to_stop();
    // From here on it waits for its threads, and they for the disk.
    until("it has given up its shows", || server.log().contains("some shows were not done in time"));
    let told = Instant::now();
    server.tell_to_stop();
    server.ended_with_failure();
    assert!(told.elapsed() < Duration::from_secs(10), "it took {:?}", told.elapsed());
    Server::start(dir.path()).stop();
}

#[test]
fn a_stop_that_the_disk_holds_up_ends_at_the_deadline() {
    let dir = tempfile::tempdir().expect("a folder");
    let (server, _hold) = with_a_stuck_disk(dir.path(), &[("UNDERSTUDY__HTTP__SHUTDOWN_SECONDS", "2")]);
    let told = Instant::now();
    server.tell_to_stop();
    until("it gives up", || server.log().contains("http.shutdown_seconds"));
    server.ended_with_failure();
    assert!(told.elapsed() < Duration::from_secs(15), "it took {:?}", told.elapsed());
    Server::start(dir.path()).stop();
}
