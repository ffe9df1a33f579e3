//! One physical write in the making: records in a row, and the answers that wait for it.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::domain::StreamId;
use crate::journal::codec::{self, Hash};
use crate::journal::{AppendError, Commit, Fence, Head, Incarnation, Position, Record};

/// A larger group would make its first caller wait for its last; a single record may be larger.
pub(super) const BYTES_MAX: usize = 8 << 20;

/// Reused from group to group, so that its buffers are allocated once.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub first: Position,
    pub epoch: u64,
    /// Of the last record in it, or before it.
    pub hash: Hash,
    pub buffer: Vec<u8>,
    pub records: Vec<Record>,
    pub events: u64,
    answers: Vec<Answer>,
}

#[derive(Debug)]
enum Answer {
    /// `Ok`: the index of the record.
    Append(oneshot::Sender<Result<Record, AppendError>>, Result<usize, AppendError>),
    Fence(oneshot::Sender<Result<Fence, AppendError>>, StreamId, Incarnation),
}

impl Group {
    pub fn begin(&mut self, first: Position, epoch: u64, hash: Hash) {
        debug_assert!(self.is_empty());
        (self.first, self.epoch, self.hash, self.events) = (first, epoch, hash, 0);
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.answers.is_empty()
    }

    pub fn next(&self) -> Position {
        Position(self.first.0 + self.records.len() as u64)
    }

    /// An admitted commit takes its place.
    pub fn push(
        &mut self,
        commit: Arc<Commit>,
        mut bytes: Arc<[u8]>,
        answer: oneshot::Sender<Result<Record, AppendError>>,
    ) {
        let position = self.next();
        let unsealed = Arc::get_mut(&mut bytes).expect("nobody else has a record that is not sealed");
        self.hash = codec::seal(unsealed, position, self.epoch, self.first, &self.hash);
        self.answers.push(Answer::Append(answer, Ok(self.records.len())));
        self.add(Record { position, epoch: self.epoch, group: self.first, hash: self.hash, commit, bytes });
    }

    /// A record that was sealed before, in the same place.
    pub fn push_sealed(&mut self, record: Record) {
        self.hash = record.hash;
        self.add(record);
    }

    fn add(&mut self, record: Record) {
        self.buffer.extend_from_slice(&record.bytes);
        self.events += record.commit.events.len() as u64;
        self.records.push(record);
    }

    /// A refusal rests on what was admitted before it, and waits until that is durable.
    pub fn push_refused(&mut self, error: AppendError, answer: oneshot::Sender<Result<Record, AppendError>>) {
        self.answers.push(Answer::Append(answer, Err(error)));
    }

    pub fn push_fence(
        &mut self,
        stream: StreamId,
        is: Incarnation,
        answer: oneshot::Sender<Result<Fence, AppendError>>,
    ) {
        self.answers.push(Answer::Fence(answer, stream, is));
    }

    /// All of it is durable. Whoever does not wait any more is not missed.
    pub fn acknowledge(&mut self, head: impl Fn(StreamId) -> Option<Head>) {
        for answer in self.answers.drain(..) {
            match answer {
                Answer::Append(answer, outcome) => {
                    let _ = answer.send(outcome.map(|index| self.records[index].clone()));
                }
                Answer::Fence(answer, stream, incarnation) => {
                    let _ = answer.send(Ok(Fence { incarnation, head: head(stream) }));
                }
            }
        }
        self.clear();
    }

    /// Nothing is known of it.
    pub fn refuse(&mut self, reason: &str) {
        for answer in self.answers.drain(..) {
            let unavailable = AppendError::Unavailable(reason.to_owned());
            match answer {
                Answer::Append(answer, _) => {
                    let _ = answer.send(Err(unavailable));
                }
                Answer::Fence(answer, ..) => {
                    let _ = answer.send(Err(unavailable));
                }
            }
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.records.clear();
        self.buffer.clear();
        // One huge venue must not keep its room for ever.
        self.buffer.shrink_to(BYTES_MAX + (1 << 20));
    }
}
