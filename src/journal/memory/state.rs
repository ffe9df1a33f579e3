//! What a journal in memory holds, and what it was told to do with the next appends.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use crate::domain::StreamId;
use crate::journal::codec::{self, HASH_OF_NOTHING, Hash};
use crate::journal::streams::{Gate, Heads};
use crate::journal::{AppendError, Commit, Fence, Incarnation, Position, Record};

#[derive(Debug)]
pub(super) struct State {
    pub heads: Heads,
    pub gate: Gate,
    pub records: Vec<Record>,
    /// Written, not durable: in the order of the queue.
    pub held: VecDeque<Held>,
    /// Of the last record written, durable or not.
    pub end: Position,
    pub hash: Hash,
    pub epoch: u64,
    pub holding: bool,
    pub failing: u64,
    pub reporting_failure: u64,
    pub dropping_answers: u64,
}

#[derive(Debug)]
pub(super) enum Held {
    Append(Box<Record>, Option<oneshot::Sender<Result<Record, AppendError>>>, Told),
    Refusal(AppendError, oneshot::Sender<Result<Record, AppendError>>),
    Fence(StreamId, Incarnation, oneshot::Sender<Result<Fence, AppendError>>),
}

/// What the caller of an append that was written hears of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    Truth,
    Failure,
}

impl Default for State {
    fn default() -> Self {
        Self {
            heads: Heads::default(),
            gate: Gate::default(),
            records: Vec::new(),
            held: VecDeque::new(),
            end: Position::ZERO,
            hash: HASH_OF_NOTHING,
            epoch: 1,
            holding: false,
            failing: 0,
            reporting_failure: 0,
            dropping_answers: 0,
        }
    }
}

impl State {
    pub fn write(
        &mut self,
        incarnation: Incarnation,
        commit: Arc<Commit>,
        answer: oneshot::Sender<Result<Record, AppendError>>,
    ) -> Result<Held, (AppendError, oneshot::Sender<Result<Record, AppendError>>)> {
        let position = self.end.next();
        let admitted = codec::encode(&commit)
            .and_then(|bytes| self.gate.admit(&self.heads, incarnation, &commit, position).map(|()| bytes));
        let mut bytes = match admitted {
            Ok(bytes) => bytes,
            Err(error) => return Err((error, answer)),
        };
        let unsealed = Arc::get_mut(&mut bytes).expect("nobody else has a record that is not sealed");
        self.hash = codec::seal(unsealed, position, self.epoch, position, &self.hash);
        self.end = position;
        let record = Record { position, epoch: self.epoch, group: position, hash: self.hash, commit, bytes };
        let told = if take_one(&mut self.reporting_failure) { Told::Failure } else { Told::Truth };
        let answer = if take_one(&mut self.dropping_answers) { None } else { Some(answer) };
        Ok(Held::Append(Box::new(record), answer, told))
    }

    pub fn queue(&mut self, held: Held, durable: &watch::Sender<Position>) {
        if self.holding || !self.held.is_empty() {
            self.held.push_back(held);
        } else {
            self.settle(held, durable);
        }
    }

    /// It is durable now, and its caller hears of it.
    pub fn settle(&mut self, held: Held, durable: &watch::Sender<Position>) {
        match held {
            Held::Append(record, answer, told) => {
                let record = *record;
                self.heads.0.insert(record.commit.stream, record.commit.head(record.position));
                self.records.push(record.clone());
                durable.send_replace(record.position);
                let answer_is = match told {
                    Told::Truth => Ok(record),
                    Told::Failure => Err(AppendError::Unavailable("reported failed, though written".into())),
                };
                answer.into_iter().for_each(|answer| drop(answer.send(answer_is.clone())));
            }
            Held::Refusal(error, answer) => drop(answer.send(Err(error))),
            Held::Fence(stream, incarnation, answer) => {
                let head = self.heads.0.get(&stream).copied();
                drop(answer.send(Ok(Fence { incarnation, head })));
            }
        }
    }
}

pub(super) fn take_one(left: &mut u64) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

impl Held {
    pub fn refuse(self, reason: &str) {
        let unavailable = AppendError::Unavailable(reason.to_owned());
        match self {
            Self::Append(_, answer, _) => {
                answer.into_iter().for_each(|answer| drop(answer.send(Err(unavailable.clone()))))
            }
            Self::Refusal(_, answer) => drop(answer.send(Err(unavailable))),
            Self::Fence(_, _, answer) => drop(answer.send(Err(unavailable))),
        }
    }
}
