//! Clients that speak HTTP/1.0, which has no chunks: what has no length ends with its connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use super::http_app::{KEY, TestApp};

/// Sends the head of a request, and keeps the line open.
fn ask(app: &TestApp, path: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout can be set");
    let head = format!("GET {path} HTTP/1.0\r\nAuthorization: Bearer {KEY}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).expect("the server reads");
    stream
}

/// Reads until that has come.
fn until(stream: &mut TcpStream, what: &str) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 4_096]);
    while !text.contains(what) {
        let count = stream.read(&mut buffer).expect("the server goes on");
        assert!(count > 0, "it ended before {what:?}: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}

#[test]
fn an_export_comes_without_chunks_and_ends_with_its_connection() {
    let app = TestApp::start();
    app.show();
    let export = app.keyed("GET", "/v1/ops/export").send();
    for keep_alive in ["", "Connection: keep-alive\r\n"] {
        let mut answer = String::new();
        ask(&app, "/v1/ops/export", keep_alive).read_to_string(&mut answer).expect("the server closes");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
        assert!(!head.to_lowercase().contains("keep-alive"), "{head}");
        assert_eq!(body, export.text());
    }
}

#[test]
fn a_live_seat_map_comes_without_chunks() {
    let app = TestApp::start();
    let show = app.show();
    let mut stream = ask(&app, &format!("/v1/shows/{show}/seats/stream"), "");
    let opening = until(&mut stream, "event: snapshot\ndata: {");
    let (head, body) = opening.split_once("\r\n\r\n").expect("a head");
    assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    assert!(body.starts_with("retry: "), "{body}");
    app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    until(&mut stream, "\"seats\":{\"A-1\":\"held\"}}\n\n");
}

#[test]
fn what_has_a_length_keeps_it_and_may_keep_its_connection() {
    let app = TestApp::start();
    let mut stream = ask(&app, "/v1/shows", "Connection: keep-alive\r\n");
    let answer = until(&mut stream, "\r\n\r\n").to_lowercase();
    assert!(answer.contains("content-length: ") && answer.contains("connection: keep-alive"), "{answer}");
}
