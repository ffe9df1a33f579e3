//! A journal in memory that does as it is told: for tests of everything that stands on a journal.
//!
//! Records have the same bytes as on disk and pass the same gate. Nothing happens by itself: an append is durable at
//! once, or when [`MemoryJournal::release`] says so. It is deliberately no stand-in for a disk in production.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};

use super::codec::{self, HASH_OF_NOTHING, Hash};
use super::streams::{Gate, Heads};
use super::{AppendError, Appended, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError, Record};
use crate::domain::StreamId;

/// The journal and its switches in one; share it in an `Arc` and keep one for yourself.
#[derive(Debug)]
pub struct MemoryJournal {
    state: Mutex<State>,
    durable: watch::Sender<Position>,
    health: watch::Sender<Health>,
}

#[derive(Debug)]
struct State {
    heads: Heads,
    gate: Gate,
    records: Vec<Record>,
    /// Written, not durable: in the order of the queue.
    held: VecDeque<Held>,
    /// Of the last record written, durable or not.
    end: Position,
    hash: Hash,
    epoch: u64,
    holding: bool,
    failing: u64,
    reporting_failure: u64,
    dropping_answers: u64,
}

#[derive(Debug)]
enum Held {
    Append(Box<Record>, Option<oneshot::Sender<Result<Record, AppendError>>>, Told),
    Refusal(AppendError, oneshot::Sender<Result<Record, AppendError>>),
    Fence(StreamId, Incarnation, oneshot::Sender<Result<Fence, AppendError>>),
}

/// What the caller of an append that was written hears of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Truth,
    Failure,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryJournal {
    pub fn new() -> Self {
        let state = State {
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
        };
        let (durable, health) = (watch::Sender::new(Position::ZERO), watch::Sender::new(Health::Writable));
        Self { state: Mutex::new(state), durable, health }
    }

    /// The next `appends` are not written and answered with [`AppendError::Unavailable`].
    pub fn fail_next(&self, appends: u64) {
        self.state().failing = appends;
    }

    /// The next `appends` are written and answered with [`AppendError::Unavailable`].
    pub fn report_failure_next(&self, appends: u64) {
        self.state().reporting_failure = appends;
    }

    /// The next `appends` are written and never answered.
    pub fn drop_answers_next(&self, appends: u64) {
        self.state().dropping_answers = appends;
    }

    /// From now on nothing becomes durable and nobody is answered: a disk that takes its time.
    pub fn hold(&self) {
        self.state().holding = true;
    }

    /// How many appends, refusals and fences wait.
    pub fn held(&self) -> usize {
        self.state().held.len()
    }

    /// The oldest `count` of what waits is durable and answered now; the rest, and what comes, still waits.
    pub fn release_next(&self, count: usize) {
        let mut state = self.state();
        for _ in 0..count {
            let Some(held) = state.held.pop_front() else { return };
            self.settle(&mut state, held);
        }
    }

    /// All that waits is durable and answered now, and nothing waits any more.
    pub fn release(&self) {
        let mut state = self.state();
        state.holding = false;
        while let Some(held) = state.held.pop_front() {
            self.settle(&mut state, held);
        }
    }

    /// What waits is lost and answered with [`AppendError::Unavailable`], as after a failed write and a reopening.
    pub fn tear(&self) {
        let mut state = self.state();
        state.holding = false;
        state.gate.forget_staged();
        state.end = *self.durable.borrow();
        state.hash = state.records.last().map_or(HASH_OF_NOTHING, |last| last.hash);
        state.epoch += 1;
        for held in std::mem::take(&mut state.held) {
            held.refuse("the write was torn");
        }
    }

    /// Refuses everything until [`MemoryJournal::set_writable`]. What waits is torn.
    pub fn set_unavailable(&self, reason: &str) {
        self.tear();
        self.health.send_replace(Health::Unavailable { reason: reason.to_owned() });
    }

    pub fn set_writable(&self) {
        self.health.send_replace(Health::Writable);
    }

    /// Everything that is durable.
    pub fn records(&self) -> Vec<Record> {
        self.state().records.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusing(&self) -> Option<AppendError> {
        match &*self.health.borrow() {
            Health::Writable => None,
            Health::Unavailable { reason } => Some(AppendError::Unavailable(reason.clone())),
        }
    }

    fn queue(&self, state: &mut State, held: Held) {
        if state.holding || !state.held.is_empty() {
            state.held.push_back(held);
        } else {
            self.settle(state, held);
        }
    }

    fn settle(&self, state: &mut State, held: Held) {
        match held {
            Held::Append(record, answer, told) => {
                let record = *record;
                state.heads.0.insert(record.commit.stream, record.commit.head(record.position));
                state.records.push(record.clone());
                self.durable.send_replace(record.position);
                let answer_is = match told {
                    Told::Truth => Ok(record),
                    Told::Failure => Err(AppendError::Unavailable("reported failed, though written".into())),
                };
                answer.into_iter().for_each(|answer| drop(answer.send(answer_is.clone())));
            }
            Held::Refusal(error, answer) => drop(answer.send(Err(error))),
            Held::Fence(stream, incarnation, answer) => {
                let head = state.heads.0.get(&stream).copied();
                drop(answer.send(Ok(Fence { incarnation, head })));
            }
        }
    }
}

impl State {
    fn write(
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
}

fn take_one(left: &mut u64) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

impl Held {
    fn refuse(self, reason: &str) {
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

impl Journal for MemoryJournal {
    fn append(&self, incarnation: Incarnation, commit: Arc<Commit>) -> Appended {
        commit.check().unwrap_or_else(|what| panic!("a commit that must never be written: {what}"));
        let (answer, receiver) = oneshot::channel();
        let mut state = self.state();
        let failing = take_one(&mut state.failing).then(|| AppendError::Unavailable("told to fail".into()));
        if let Some(error) = self.refusing().or(failing) {
            drop(answer.send(Err(error)));
            return receiver;
        }
        let held = match state.write(incarnation, commit, answer) {
            Ok(written) => written,
            Err((refused, answer)) => Held::Refusal(refused, answer),
        };
        self.queue(&mut state, held);
        receiver
    }

    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        let (answer, receiver) = oneshot::channel();
        let mut state = self.state();
        if let Some(error) = self.refusing() {
            drop(answer.send(Err(error)));
        } else {
            let incarnation = state.gate.fence(stream);
            self.queue(&mut state, Held::Fence(stream, incarnation, answer));
        }
        receiver
    }

    fn head(&self, stream: StreamId) -> Option<Head> {
        self.state().heads.0.get(&stream).copied()
    }

    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        let state = self.state();
        let mut bytes = 0;
        let fits = |record: &&Record| {
            let first = bytes == 0;
            bytes += record.bytes.len();
            first || bytes <= bytes_max
        };
        let begin = (from.0.max(1) - 1) as usize;
        Ok(state.records.iter().skip(begin).take_while(fits).cloned().collect())
    }

    fn durable(&self) -> watch::Receiver<Position> {
        self.durable.subscribe()
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }
}
