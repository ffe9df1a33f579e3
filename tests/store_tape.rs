//! A journal for tests of what reads journals: records that are all durable at once, and can be cut off.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{oneshot, watch};
use understudy::domain::StreamId;
use understudy::journal::{
    AppendError, Appended, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError, Record, StreamKind,
    codec,
};

pub struct Tape {
    records: RwLock<Vec<Record>>,
    durable: watch::Sender<Position>,
}

impl Tape {
    pub fn new() -> Self {
        Self { records: RwLock::default(), durable: watch::Sender::new(Position::ZERO) }
    }

    pub fn of(commits: impl IntoIterator<Item = Commit>) -> Self {
        let tape = Self::new();
        commits.into_iter().for_each(|commit| tape.push(commit));
        tape
    }

    pub fn push(&self, commit: Commit) {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        let previous = records.last().map_or(codec::HASH_OF_NOTHING, |record| record.hash);
        let position = Position(records.len() as u64 + 1);
        let mut bytes = codec::encode(&commit).expect("a small commit").to_vec();
        codec::seal(&mut bytes, position, 1, position, &previous);
        records.push(codec::decode(&bytes, &previous).expect("what was just encoded"));
        self.durable.send_replace(position);
    }

    /// The same journal, having lost what came after its first `length` records.
    pub fn cut(&self, length: usize) -> Self {
        let records = self.all()[..length].to_vec();
        Self { records: RwLock::new(records), durable: watch::Sender::new(Position(length as u64)) }
    }

    pub fn all(&self) -> Vec<Record> {
        self.records.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn end(&self) -> Position {
        *self.durable.borrow()
    }
}

impl Journal for Tape {
    fn append(&self, _: Incarnation, commit: Arc<Commit>) -> Appended {
        self.push(Arc::unwrap_or_clone(commit));
        let (answer, appended) = oneshot::channel();
        let _ = answer.send(self.all().pop().ok_or(AppendError::Unavailable("nothing was pushed".into())));
        appended
    }

    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        let (answer, fenced) = oneshot::channel();
        let _ = answer.send(Ok(Fence { incarnation: Incarnation(1), head: self.head(stream) }));
        fenced
    }

    fn head(&self, stream: StreamId) -> Option<Head> {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let last = records.iter().rev().find(|record| record.commit.stream == stream)?;
        Some(Head { kind: StreamKind::Show, version: last.commit.last_version(), position: last.position })
    }

    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = 0;
        let start = (from.0 as usize - 1).min(records.len());
        let within = |record: &&Record| {
            let fits = bytes < bytes_max;
            bytes += record.bytes.len();
            fits
        };
        Ok(records[start..].iter().take_while(within).cloned().collect())
    }

    fn recent(&self, _: StreamId, _: Position) -> Option<Vec<Record>> {
        None
    }

    fn durable(&self) -> watch::Receiver<Position> {
        self.durable.subscribe()
    }

    fn health(&self) -> watch::Receiver<Health> {
        watch::channel(Health::Writable).1
    }
}
