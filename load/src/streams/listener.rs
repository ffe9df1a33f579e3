//! One live seat map: the head of the answer, the snapshot, and then whatever comes, held against the record.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::chunks::Chunks;
use super::record::Record;
use crate::http::{Request, Target};

pub struct Listener {
    stream: TcpStream,
    chunks: Chunks,
    /// What has come beyond the snapshot before anybody listened.
    early: Vec<u8>,
    /// The version that the snapshot shows.
    pub version: String,
}

/// When a listener had heard how much of the record.
pub type Heard = Vec<(usize, Instant)>;

impl Listener {
    /// Returns when the snapshot is there, which shows what was done up to the position `after`.
    pub async fn open(target: &Target, path: &str, after: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(target.address()).await?;
        let mut request = Vec::new();
        Request { method: "GET", path, min_position: Some(after), ..Request::default() }
            .encode(target.key(), &mut request);
        stream.write_all(&request).await?;
        let (mut head, mut chunks, mut text) = (Vec::new(), Chunks::default(), Vec::new());
        let mut buffer = [0; 16 << 10];
        let snapshot_end = loop {
            let count = stream.read(&mut buffer).await?;
            if count == 0 {
                bail!("it ended before the snapshot: {}", String::from_utf8_lossy(&head));
            }
            head.extend_from_slice(&buffer[..count]);
            if !chunks_begun(&mut head, &mut chunks, &mut text)? {
                continue;
            }
            if let Some(end) = end_of_snapshot(&text) {
                break end;
            }
        };
        let early = text.split_off(snapshot_end);
        let text = String::from_utf8_lossy(&text);
        let id = text.lines().find_map(|line| line.strip_prefix("id: ")).context("the snapshot has no id")?;
        let version = id.split_once('-').context("an id has two parts")?.1.to_owned();
        Ok(Self { stream, chunks, early, version })
    }

    /// Until the record is complete and all of it was heard.
    pub async fn listen(mut self, record: Rc<RefCell<Record>>, is_complete: impl Fn(usize) -> bool) -> Result<Heard> {
        let (mut at, mut heard) = (0, Heard::new());
        let early = std::mem::take(&mut self.early);
        at = record.borrow_mut().hear(at, &early)?;
        let mut buffer = vec![0; 16 << 10];
        while !is_complete(at) {
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 || self.chunks.has_ended() {
                bail!("a stream came to its end before the run did");
            }
            let now = Instant::now();
            let mut outcome = Ok(());
            let record = &mut *record.borrow_mut();
            self.chunks.take(&buffer[..count], |piece| match record.hear(at, piece) {
                Ok(reached) => at = reached,
                Err(error) => outcome = Err(error),
            })?;
            outcome?;
            heard.push((at, now));
        }
        Ok(heard)
    }
}

/// Takes the head of the answer off, once it is whole; then what is in the chunks.
fn chunks_begun(head: &mut Vec<u8>, chunks: &mut Chunks, text: &mut Vec<u8>) -> Result<bool> {
    let body = if head.starts_with(b"HTTP/") {
        let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(false) };
        if !head.starts_with(b"HTTP/1.1 200 ") {
            bail!("a stream was refused: {}", String::from_utf8_lossy(head));
        }
        head.split_off(end + 4)
    } else {
        std::mem::take(head)
    };
    head.clear();
    chunks.take(&body, |piece| text.extend_from_slice(piece))?;
    Ok(true)
}

/// Behind the blank line that ends the snapshot's event.
fn end_of_snapshot(text: &[u8]) -> Option<usize> {
    let begin = text.windows(15).position(|part| part == b"event: snapshot")?;
    text[begin..].windows(2).position(|two| two == b"\n\n").map(|at| begin + at + 2)
}
