//! A thread that sends finished spans to the collector, some at a time.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::document::document;
use super::span::Span;

const SEND_EVERY: Duration = Duration::from_secs(1);
const SPANS_PER_REQUEST: usize = 256;
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A collector that is away for an hour is worth a few lines, not thousands.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub struct Sending {
    spans: SyncSender<Option<Span>>,
    is_ending: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sending {
    /// `dropped` counts the spans for which there was no room.
    pub fn start(
        collector: Collector,
        spans: SyncSender<Option<Span>>,
        finished: Receiver<Option<Span>>,
        dropped: Arc<AtomicU64>,
    ) -> Self {
        let is_ending = Arc::new(AtomicBool::new(false));
        let ending = is_ending.clone();
        let sending = move || send_all(&collector, &finished, &dropped, &ending);
        // Without a thread nothing is received, and every span is dropped: traces are not worth more than that.
        let thread = std::thread::Builder::new().name("traces".into()).spawn(sending).ok();
        Self { spans, is_ending, thread }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::Release);
        // Where there is no room for it, the thread has enough to do to see that it is the end.
        let _ = self.spans.try_send(None);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn send_all(collector: &Collector, finished: &Receiver<Option<Span>>, dropped: &AtomicU64, is_ending: &AtomicBool) {
    let mut complained: Option<Instant> = None;
    let mut lost = 0;
    loop {
        let (spans, is_last) = some(finished);
        let posted = if spans.is_empty() { Ok(()) } else { collector.post(&document(&spans).to_string()) };
        if let Err(error) = &posted {
            lost += spans.len() as u64;
            if complained.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY) {
                let lost = lost + dropped.load(Ordering::Relaxed);
                tracing::warn!(%error, lost, "traces could not be delivered, and are lost");
                complained = Some(Instant::now());
            }
        }
        // A collector that is away does not hold up the end.
        let is_done = posted.is_err() || spans.len() < SPANS_PER_REQUEST;
        if is_last || is_done && is_ending.load(Ordering::Acquire) {
            return;
        }
    }
}

/// What has come within a moment; and whether it was the last.
fn some(finished: &Receiver<Option<Span>>) -> (Vec<Span>, bool) {
    let (mut spans, deadline) = (Vec::new(), Instant::now() + SEND_EVERY);
    while spans.len() < SPANS_PER_REQUEST {
        match finished.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Some(span)) => spans.push(span),
            Err(RecvTimeoutError::Timeout) => return (spans, false),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return (spans, true),
        }
    }
    (spans, false)
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector {
    /// `HOST:PORT`
    authority: String,
    path: String,
}

impl Collector {
    /// From `http://HOST:PORT`, with a path if it is not the usual one.
    pub fn parse(endpoint: &str) -> Option<Self> {
        let rest = endpoint.strip_prefix("http://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = authority.rsplit_once(':')?;
        let plain = authority.bytes().chain(path.bytes()).all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || port.parse::<u16>().is_err() || !plain {
            return None;
        }
        let path = if path.is_empty() { "v1/traces" } else { path };
        Some(Self { authority: authority.to_owned(), path: format!("/{path}") })
    }

    fn post(&self, body: &str) -> Result<(), String> {
        let failed = |error: io::Error| format!("{}: {error}", self.authority);
        let addresses: Vec<SocketAddr> = self.authority.to_socket_addrs().map_err(failed)?.collect();
        let mut stream = connect(&addresses).map_err(failed)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN)).map_err(failed)?;
        stream.set_write_timeout(Some(ANSWER_WITHIN)).map_err(failed)?;
        let Self { authority, path } = self;
        let bytes = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).map_err(failed)?;
        match &head {
            b"HTTP/1.1 200" | b"HTTP/1.0 200" | b"HTTP/1.1 202" => Ok(()),
            other => Err(format!("{authority} answered {}", String::from_utf8_lossy(other))),
        }
    }
}

/// To the first that takes it: a name may stand for several, and not each of them has to be listened on.
fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    // All of them together may take no longer than one.
    let each = ANSWER_WITHIN / addresses.len().max(1) as u32;
    for address in addresses {
        match TcpStream::connect_timeout(address, each) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn each_address_of_a_name_is_tried_in_turn() {
        let bind = || TcpListener::bind("127.0.0.1:0").expect("a port");
        let (closed, open) = (bind(), bind());
        let addresses = [&closed, &open].map(|listener| listener.local_addr().expect("its address"));
        drop(closed);
        let stream = connect(&addresses).expect("the second is listened on");
        assert_eq!(stream.peer_addr().expect("it is connected"), addresses[1]);
        assert!(connect(&addresses[..1]).is_err() && connect(&[]).is_err());
    }

    #[test]
    fn a_collector_has_a_host_and_a_port() {
        let path = |endpoint| Collector::parse(endpoint).map(|collector| collector.path);
        assert_eq!(path("http://127.0.0.1:4318").as_deref(), Some("/v1/traces"));
        assert_eq!(path("http://collector:4318/own/way").as_deref(), Some("/own/way"));
        for wrong in [
            "",
            "127.0.0.1:4318",
            "https://collector:4318",
            "http://collector",
            "http://:1",
            "http://a:b",
            "http://a b:1",
        ] {
            assert_eq!(Collector::parse(wrong), None, "{wrong}");
        }
    }
}
