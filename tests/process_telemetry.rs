//! What a server tells of a request: log lines that name everything one wants to search for, and a trace.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::http_app::until;
use super::process::Server;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Takes what is posted to it, and answers that all is well.
fn collector() -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (address, (tell, told)) = (listener.local_addr().expect("its address"), channel());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (mut text, mut buffer) = (String::new(), [0; 4096]);
            let body = loop {
                let count = stream.read(&mut buffer).expect("a request");
                text.push_str(std::str::from_utf8(&buffer[..count]).expect("it is ASCII"));
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
                let bytes = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a length");
                if body.len() == bytes.parse::<usize>().expect("a number") {
                    break body.to_owned();
                }
            };
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").expect("an answer");
            let _ = tell.send(serde_json::from_str(&body).expect("JSON"));
        }
    });
    (address, told)
}

fn attribute<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    let all = of["attributes"].as_array()?;
    all.iter().find(|attribute| attribute["key"] == name)?["value"]["stringValue"].as_str()
}

#[test]
fn a_request_is_told_of_in_the_log_and_in_a_trace() {
    let (address, traces) = collector();
    let dir = tempfile::tempdir().expect("a folder");
    let endpoint = format!("http://{address}");
    let server = Server::with_settings(
        dir.path(),
        &[
            ("UNDERSTUDY__TRACE__OTLP_ENDPOINT", &endpoint),
            ("UNDERSTUDY__TRACE__SAMPLE_PERCENT", "0"),
            ("UNDERSTUDY__LOG__FORMAT", "json"),
            ("UNDERSTUDY__LOG__FILTER", "info,understudy=debug"),
        ],
    );
    let show = server.show();
    let held = server
        .call("POST", &format!("/v1/shows/{show}/holds"))
        .header("X-Request-Id", "order-17")
        .header("traceparent", &format!("00-{TRACE}-{PARENT}-01"))
        .json(&json!({"seats": ["A-1"]}))
        .send();
    let answer = held.expect(201);
    let position = answer["position"].as_str().expect("a position");
    let response = held.header("traceresponse").expect("the caller's trace is answered");

    // One line has it all: request, trace, show, command, incarnation, position.
    let line = || {
        let log = server.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .into_iter()
            .find(|line| line["message"] == "a command was accepted" && line["span"]["request_id"] == "order-17")
    };
    until("the line is written", || line().is_some());
    let line = line().expect("it was there");
    assert_eq!((&line["show"], &line["position"], &line["incarnation"]), (&json!(show), &json!(position), &json!(1)));
    assert!(line["command"].as_str().is_some_and(|id| id.len() == 32), "{line}");
    assert_eq!((&line["span"]["trace_id"], &line["level"]), (&json!(TRACE), &json!("DEBUG")));

    // Nothing else was sampled: there is this one span.
    let trace = traces.recv_timeout(Duration::from_secs(30)).expect("a trace");
    let spans = trace.pointer("/resourceSpans/0/scopeSpans/0/spans").and_then(Value::as_array).expect("spans");
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((&span["traceId"], &span["parentSpanId"]), (&json!(TRACE), &json!(PARENT)));
    assert_eq!(response, format!("00-{TRACE}-{}-01", span["spanId"].as_str().expect("an id")));
    assert_eq!(span["name"], "POST /v1/shows/{show_id}/holds");
    assert_eq!(
        (attribute(span, "http.response.status_code"), attribute(span, "request_id")),
        (Some("201"), Some("order-17"))
    );
    let events = span["events"].as_array().expect("events");
    let accepted = events.iter().find(|event| event["name"] == "a command was accepted").expect("the command");
    assert_eq!((attribute(accepted, "position"), attribute(accepted, "show")), (Some(position), Some(show.as_str())));
    let nanos = |name: &str| span[name].as_str().and_then(|text| text.parse::<u64>().ok()).expect("a time");
    assert!(nanos("startTimeUnixNano") < nanos("endTimeUnixNano"));
    server.stop();
}

#[test]
fn a_collector_that_is_away_is_not_felt() {
    let dir = tempfile::tempdir().expect("a folder");
    let settings =
        [("UNDERSTUDY__TRACE__OTLP_ENDPOINT", "http://127.0.0.1:1"), ("UNDERSTUDY__TRACE__SAMPLE_PERCENT", "100")];
    let server = Server::with_settings(dir.path(), &settings);
    let show = server.show();
    server.hold(&show, "k-1", &json!({"seats": ["A-1"]}));
    until("it is said", || server.log().contains("traces could not be delivered"));
    server.hold(&show, "k-2", &json!({"seats": ["A-2"]}));
    server.stop();
    for wrong in ["https://127.0.0.1:1", "collector"] {
        let settings = [("UNDERSTUDY__TRACE__OTLP_ENDPOINT", wrong)];
        let refused = Server::try_with_settings(dir.path(), &settings).err().expect("it must not start");
        assert!(refused.contains("trace.otlp_endpoint") && refused.contains(wrong), "{refused}");
    }
}
