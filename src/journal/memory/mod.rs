//! A journal in memory that does as it is told: for tests of everything that stands on a journal.
//!
//! Records have the same bytes as on disk and pass the same gate. Nothing happens by itself: an append is durable at
//! once, or when [`MemoryJournal::release`] says so. It is deliberately no stand-in for a disk in production.

mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};

use self::state::{Held, State, take_one};
use super::codec::HASH_OF_NOTHING;
use super::{AppendError, Appended, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError, Record};
use crate::domain::StreamId;

/// The journal and its switches in one; share it in an `Arc` and keep one for yourself.
#[derive(Debug)]
pub struct MemoryJournal {
    state: Mutex<State>,
    durable: watch::Sender<Position>,
    health: watch::Sender<Health>,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryJournal {
    pub fn new() -> Self {
        let (durable, health) = (watch::Sender::new(Position::ZERO), watch::Sender::new(Health::Writable));
        Self { state: Mutex::default(), durable, health }
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
            state.settle(held, &self.durable);
        }
    }

    /// All that waits is durable and answered now, and nothing waits any more.
    pub fn release(&self) {
        let mut state = self.state();
        state.holding = false;
        while let Some(held) = state.held.pop_front() {
            state.settle(held, &self.durable);
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
        state.queue(held, &self.durable);
        receiver
    }

    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        let (answer, receiver) = oneshot::channel();
        let mut state = self.state();
        if let Some(error) = self.refusing() {
            drop(answer.send(Err(error)));
        } else {
            let incarnation = state.gate.fence(stream);
            state.queue(Held::Fence(stream, incarnation, answer), &self.durable);
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

    fn recent(&self, stream: StreamId, after: Position) -> Option<Vec<Record>> {
        let state = self.state();
        let records = state.records.iter().skip(after.0 as usize);
        Some(records.filter(|record| record.commit.stream == stream).cloned().collect())
    }

    fn durable(&self) -> watch::Receiver<Position> {
        self.durable.subscribe()
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }
}
