//! Streams and commits for tests of the journal, and waiting with a deadline.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use understudy::domain::{CommandId, Event, Fingerprint, ShowEvent, StreamId, Timestamp};
use understudy::journal::{AppendError, CommandRecord, Commit, Fence, Incarnation, Journal, Position, Record, Version};

const DEADLINE: Duration = Duration::from_secs(20);

/// Writes without having fenced: what a stream's first writer may do.
pub const FIRST: Incarnation = Incarnation(0);

pub fn stream(number: u128) -> StreamId {
    StreamId(uuid::Uuid::from_u128(number))
}

pub fn commit(stream: StreamId, first_version: Version, events: u32) -> Arc<Commit> {
    with_events(stream, first_version, vec![Event::Show(ShowEvent::SalesOpened); events as usize])
}

/// One event; about so many bytes on disk.
pub fn bulky(stream: StreamId, first_version: Version, bytes: usize) -> Arc<Commit> {
    let reason = "x".repeat(bytes);
    with_events(stream, first_version, vec![Event::Show(ShowEvent::SeatsBlocked { seats: Vec::new(), reason })])
}

fn with_events(stream: StreamId, first_version: Version, events: Vec<Event>) -> Arc<Commit> {
    let command = CommandRecord { id: CommandId(9), fingerprint: Fingerprint(7), events: events.len() as u32 };
    let time = Timestamp::from_micros(first_version as i64);
    Arc::new(Commit { stream, first_version, time, commands: vec![command], events })
}

pub fn append(journal: &dyn Journal, commit: Arc<Commit>) -> Result<Record, AppendError> {
    answer(journal.append(FIRST, commit))
}

pub fn fence(journal: &dyn Journal, stream: StreamId) -> Result<Fence, AppendError> {
    answer(journal.fence(stream))
}

/// A dropped answer is what the contract says it is.
pub fn answer<T>(mut receiver: oneshot::Receiver<Result<T, AppendError>>) -> Result<T, AppendError> {
    let mut outcome = None;
    until("an append or a fence is answered", || match receiver.try_recv() {
        Ok(answer) => {
            outcome = Some(answer);
            true
        }
        Err(oneshot::error::TryRecvError::Empty) => false,
        Err(oneshot::error::TryRecvError::Closed) => {
            outcome = Some(Err(AppendError::Unavailable("the answer was dropped".into())));
            true
        }
    });
    outcome.expect("waited for it")
}

pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited for {DEADLINE:?} until {what}");
        std::thread::sleep(Duration::from_micros(50));
    }
}

/// All durable records from a position on, in batches of about this size.
pub fn read_all(journal: &dyn Journal, from: Position, bytes_max: usize) -> Vec<Record> {
    let (mut records, mut next) = (Vec::new(), from);
    loop {
        let batch = journal.read(next, bytes_max).expect("the journal can be read");
        let Some(last) = batch.last() else { return records };
        next = last.position.next();
        records.extend(batch);
    }
}

/// Dense positions, and each stream's versions dense from 1.
pub fn assert_dense(records: &[Record], from: Position) {
    for (record, position) in records.iter().zip(from.0..) {
        assert_eq!(record.position, Position(position));
        assert!(record.group <= record.position);
    }
}
