//! A listener of a live seat map: the connection stays open, events come as they come, and ids are kept.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What is not free.
pub type Seats = BTreeMap<String, String>;

pub struct Listener {
    stream: BufReader<TcpStream>,
    pub status: u16,
    /// Decoded, not read as events yet.
    text: String,
    pub last_id: String,
    pub seats: Seats,
    pub areas: BTreeMap<String, Value>,
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Listener {
    /// Sends the request, and reads the head of the answer.
    pub fn open(address: SocketAddr, show: &str, headers: &[(&str, &str)]) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
        let mut head = format!("GET /v1/shows/{show}/seats/stream HTTP/1.1\r\nHost: test\r\n");
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        (&stream).write_all(format!("{head}\r\n").as_bytes()).expect("the server reads");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer");
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).expect("a head");
        }
        let (text, last_id) = (String::new(), String::new());
        Self { stream, status, text, last_id, seats: Seats::new(), areas: BTreeMap::new(), version: 0 }
    }

    pub fn resumed(address: SocketAddr, show: &str, before: &Self) -> Self {
        let mut listener = Self::open(address, show, &[("Last-Event-ID", &before.last_id)]);
        (listener.seats, listener.areas) = (before.seats.clone(), before.areas.clone());
        (listener.version, listener.last_id) = (before.version, before.last_id.clone());
        listener
    }

    /// The next event, applied to what was known. `None`: the stream has come to its end.
    pub fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = event(block);
                self.text = rest.to_owned();
                if let Some(event) = event {
                    self.apply(&event);
                    return Some(event);
                }
            }
            let chunk = self.chunk()?;
            self.text.push_str(&chunk);
        }
    }

    /// Reads on until everything up to this version of the show was told; returns what was told meanwhile.
    pub fn until(&mut self, version: u64) -> Vec<Event> {
        let mut events = Vec::new();
        while self.version < version {
            events.push(self.next().expect("the stream goes on"));
        }
        events
    }

    /// Whether it ends as it should, with nothing more to say.
    pub fn has_ended(&mut self) -> bool {
        self.next().is_none()
    }

    /// Whether it ends as it should within this time, whatever it says until then.
    pub fn ends_within(mut self, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let mut line = String::new();
        while let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.stream.get_ref().set_read_timeout(Some(left)).expect("a timeout can be set");
            if self.stream.read_line(&mut line).is_ok() && line.trim_end() == "0" {
                return true;
            }
            line.clear();
        }
        false
    }

    fn chunk(&mut self) -> Option<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the stream is not silent for half a minute");
        let bytes = usize::from_str_radix(line.trim(), 16).unwrap_or_else(|_| panic!("no chunk: {line:?}"));
        let mut chunk = vec![0; bytes + 2];
        self.stream.read_exact(&mut chunk).expect("a whole chunk");
        chunk.truncate(bytes);
        (bytes > 0).then(|| String::from_utf8(chunk).expect("these labels are ASCII"))
    }

    fn apply(&mut self, event: &Event) {
        let version = event.data["version"].as_u64().expect("a version");
        let position = event.data["position"].as_str().expect("a position");
        assert_eq!(event.id, format!("{position}-{version}"));
        if event.name == "snapshot" {
            (self.seats, self.areas) = (Seats::new(), BTreeMap::new());
        } else {
            assert_eq!(event.name, "change");
            assert!(version > self.version, "{event:?} after {}", self.version);
        }
        for (seat, status) in event.data["seats"].as_object().into_iter().flatten() {
            match status.as_str().expect("a status") {
                "free" => drop(self.seats.remove(seat)),
                status => drop(self.seats.insert(seat.clone(), status.to_owned())),
            }
        }
        let areas = event.data["areas"].as_object().into_iter().flatten();
        self.areas.extend(areas.map(|(area, counts)| (area.clone(), counts.clone())));
        (self.version, self.last_id) = (version, event.id.clone());
    }
}

/// `None`: a comment, or only how long to wait before coming back.
fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let data = serde_json::from_str(field("data")?).expect("the data is JSON");
    Some(Event { id: field("id")?.to_owned(), name: field("event")?.to_owned(), data })
}
