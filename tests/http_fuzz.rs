//! Requests that nobody in their right mind would send: none of them may be answered with a 5xx, break anything in the
//! server, change a show, or stay in memory.
//!
//! `UNDERSTUDY_FUZZ_REQUESTS` says how many, `UNDERSTUDY_FUZZ_SEED` which.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use understudy::http::routes;

use super::process::{KEY, Server};

/// Pieces that stand where an id, a header or a body belongs.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("00000000-0000-7000-8000-000000000000".to_owned()),
        Just("%00".to_owned()),
        Just("%ff%fe".to_owned()),
        Just("..%2f..%2fetc".to_owned()),
        Just("{\"seats\":[\"A-1\"],\"extend_seconds\":1,\"mode\":\"panic\"}".to_owned()),
        Just("{\"best_available\":{\"quantity\":1e400}}".to_owned()),
        Just("[[[[[[[[[[".to_owned()),
        "[!-~]{0,40}",
        "[0-9]{1,30}",
        "\\PC{0,20}",
    ]
}

fn method(known: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![8 => Just(known.to_owned()), 1 => Just("OPTIONS".to_owned()), 1 => Just("TRACE".to_owned()), 1 => "[A-Z]{1,12}"]
}

fn route() -> impl Strategy<Value = (String, &'static str)> {
    let known: Vec<(&'static str, &'static str)> = routes()
        .iter()
        .map(|route| {
            let methods = ["GET", "POST", "PATCH", "DELETE"];
            let method = methods.into_iter().find(|method| *method == route.method.as_str());
            (method.expect("routes take these methods"), route.path)
        })
        .collect();
    proptest::sample::select(known).prop_flat_map(|(known, path)| (method(known), Just(path)))
}

/// One request, with a body that may be longer or shorter than it says.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let lengths = prop_oneof![3 => Just(0_i64), 1 => -20..20_i64];
    let kind = prop_oneof![3 => Just("application/json"), 1 => Just("text/plain"), 1 => Just("application/json; charset=\u{1}")];
    (route(), piece(), piece(), piece(), lengths, any::<bool>(), kind).prop_map(
        |((method, path), id, header, body, off, keyed, kind)| {
            let path: Vec<&str> =
                path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect();
            let path = path.join("/").replace(' ', "%20");
            let length = (body.len() as i64 + off).max(0);
            let key =
                if keyed { format!("Authorization: Bearer {KEY}\r\n") } else { format!("Authorization: {header}\r\n") };
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: t\r\n{key}Hold-Token: {header}\r\nIdempotency-Key: {header}\r\n\
                 Min-Position: {header}\r\nIf-None-Match: {header}\r\nAccept-Encoding: {header}\r\nOrigin: {header}\r\n\
                 X-Forwarded-For: {header}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            head.into_bytes()
        },
    )
}

/// Bytes for one connection: one request, some in a row, one that is cut off, or one with a few bytes changed.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let changed = (request(), proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8));
    prop_oneof![
        4 => request(),
        2 => proptest::collection::vec(request(), 2..6).prop_map(|all| all.concat()),
        2 => (request(), any::<proptest::sample::Index>()).prop_map(|(mut bytes, at)| {
            bytes.truncate(at.index(bytes.len()));
            bytes
        }),
        2 => changed.prop_map(|(mut bytes, changes)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        }),
    ]
}

/// Everything that the server says until it closes the connection.
fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    // The server may have had enough before it has read all.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut said = Vec::new();
    // A reset is an answer as well.
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// A 5xx that does not say when to come back.
fn has_failed(said: &str) -> bool {
    let answers = said.split("HTTP/1.1 ").skip(1);
    answers.into_iter().any(|answer| {
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        head.starts_with('5') && !(head.starts_with("503") && head.contains("retry-after: "))
    })
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has a size");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn malformed_requests_are_the_callers_fault_and_leave_nothing_behind() {
    let (count, seed) =
        (from_environment("UNDERSTUDY_FUZZ_REQUESTS", 600), from_environment("UNDERSTUDY_FUZZ_SEED", 1));
    println!("{count} requests of seed {seed}");
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("log");
    // Chaos stays off: a crash that was asked for is no fault of the server.
    let settings = [
        ("UNDERSTUDY__CHAOS__ENABLED", "false"),
        ("UNDERSTUDY__HTTP__MIN_POSITION_WAIT_MS", "1"),
        ("UNDERSTUDY__HTTP__CORS_ORIGINS", "https://shop.example"),
        ("UNDERSTUDY__HTTP__TRUSTED_PROXIES", "127.0.0.1"),
        ("UNDERSTUDY__LIMITS__ADDRESS_PLACES_MAX", "50"),
        ("UNDERSTUDY__LOG__FILTER", "info"),
    ];
    let server = Server::start_with(&dir.path().join("data"), &settings, &log);
    let show = server.show();
    let first = server.hold(&show, "before", &json!({"seats": ["A-1"]}));

    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, blake3::hash(&seed.to_le_bytes()).as_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (bytes, warm_up) = (bytes(), count / 4);
    let mut resident_before = 0;
    for number in 0..count {
        if number == warm_up {
            resident_before = resident_kib(server.id());
        }
        let bytes = bytes.new_tree(&mut runner).expect("bytes").current();
        let said = said(server.address, &bytes);
        assert!(!has_failed(&said), "request {number} of seed {seed}:\n{}\n{said}", String::from_utf8_lossy(&bytes));
    }
    let grown_kib = resident_kib(server.id()).saturating_sub(resident_before);
    println!("the server grew by {grown_kib} KiB after the first {warm_up}");
    assert!(grown_kib < 16 << 10, "the server grew by {grown_kib} KiB");

    let second = server.hold(&show, "after", &json!({"seats": ["A-2"]}));
    assert_eq!(second["version"].as_u64(), first["version"].as_u64().map(|version| version + 1));
    server.stop();
    let log = std::fs::read_to_string(&log).expect("a log");
    // What the hook of panics says; the word alone is in some of the addresses above.
    assert!(!log.contains("something panicked"), "{log}");
}

#[test]
fn the_judge_of_answers_sees_a_failure() {
    assert!(has_failed("HTTP/1.1 200 OK\r\n\r\n{}HTTP/1.1 500 Internal Server Error\r\n\r\n"));
    assert!(has_failed("HTTP/1.1 503 Service Unavailable\r\n\r\nretry-after: 1"));
    assert!(!has_failed("HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\r\n"));
    assert!(!has_failed("HTTP/1.1 404 Not Found\r\n\r\n") && !has_failed(""));
}
