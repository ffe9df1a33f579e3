//! A small HTTP client: one connection per call, everything as text. Nothing that could smooth over what the server does.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::http_document;

#[must_use = "a call that is not sent does nothing"]
pub struct Call {
    address: SocketAddr,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        Self { address, method: method.into(), path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn send(self) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() || self.method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend(&self.body);
        let answer = raw(self.address, &bytes);
        http_document::check(&self.method, &self.path, &answer);
        answer
    }
}

/// Sends bytes as they are, and reads until the server closes or an answer is whole.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout can be set");
    // The server may answer and close before it has read a body that is too large.
    let _ = stream.write_all(bytes);
    // Nothing more will come, even where a longer body was announced.
    let _ = stream.shutdown(Shutdown::Write);
    let mut text = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => text.extend(&buffer[..count]),
        }
        if is_whole(&text) {
            break;
        }
    }
    parse(&text)
}

fn is_whole(text: &[u8]) -> bool {
    let Some(end) = end_of_head(text) else { return false };
    let length = parse(text).header("content-length").and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| text.len() >= end + length)
}

fn end_of_head(text: &[u8]) -> Option<usize> {
    text.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn parse(text: &[u8]) -> Answer {
    let end = end_of_head(text).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(text)));
    let head = String::from_utf8_lossy(&text[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.into()));
    let headers: Vec<(String, String)> = headers.collect();
    let is_chunked = headers.contains(&("transfer-encoding".into(), "chunked".into()));
    let body = if is_chunked { unchunked(&text[end..]) } else { text[end..].to_vec() };
    Answer { status: status.expect("a status line"), headers, body }
}

/// What is in the chunks, as far as they have come.
fn unchunked(mut coded: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = coded.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&coded[..line]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let chunk = &coded[line + 2..];
        let Some(whole) = chunk.get(..size.expect("a chunk's size is hexadecimal") + 2) else { break };
        body.extend(&whole[..whole.len() - 2]);
        coded = &chunk[whole.len()..];
    }
    body
}

impl Answer {
    /// Of `/metrics`: whether a command is under way.
    pub fn tells_of_a_command_inside(&self) -> bool {
        let metrics = self.text();
        let taken = metrics.lines().filter(|line| line.starts_with("understudy_permits_taken"));
        taken.filter_map(|line| line.rsplit(' ').next()).any(|count| count != "0")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its body, provided that the status is this one.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// Its body, provided that it is a whole problem of this kind.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{problem}");
        assert_eq!(
            (problem["code"].as_str(), problem["status"].as_u64()),
            (Some(code), Some(status.into())),
            "{problem}"
        );
        assert_eq!(problem["type"], format!("/docs#{code}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{problem}");
        problem
    }
}
