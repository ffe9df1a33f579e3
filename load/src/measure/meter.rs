//! The figures of one thread of buyers; those of all threads are added up at the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Latency, Live, Timeline};
use crate::api::{AnswerKind, CallKind};

#[derive(Debug)]
pub struct Meter {
    start: Instant,
    live: Arc<Live>,
    pub latencies: BTreeMap<CallKind, Latency>,
    /// Attempts by call, status and code.
    pub answers: BTreeMap<(CallKind, u16), BTreeMap<String, u64>>,
    pub timeline: Timeline,
    pub tickets_sold: u64,
}

impl Meter {
    pub fn new(start: Instant, live: Arc<Live>) -> Self {
        Self {
            start,
            live,
            latencies: BTreeMap::new(),
            answers: BTreeMap::new(),
            timeline: Timeline::default(),
            tickets_sold: 0,
        }
    }

    /// One attempt was answered, or lost (`status` 0).
    pub fn attempt(&mut self, call: CallKind, status: u16, code: &str) {
        let codes = self.answers.entry((call, status)).or_default();
        match codes.get_mut(code) {
            Some(count) => *count += 1,
            None => drop(codes.insert(code.to_owned(), 1)),
        }
        let kind = AnswerKind::of(status, code);
        self.live.answered(call, kind);
        if kind.may_be_retried() {
            self.timeline.failed(self.start.elapsed(), kind);
        }
    }

    /// A call has its final answer, `latency` after it should have begun.
    pub fn finished(&mut self, call: CallKind, kind: AnswerKind, latency: Duration) {
        self.latencies.entry(call).or_insert_with(|| Latency::with_digits(3)).record(latency);
        self.live.finished(latency);
        if !kind.may_be_retried() {
            self.timeline.finished(self.start.elapsed(), kind, latency);
        }
    }

    pub fn sold(&mut self, tickets: u64) {
        self.tickets_sold += tickets;
        self.live.sold(tickets);
    }

    pub fn add(&mut self, other: &Self) {
        for (call, latency) in &other.latencies {
            self.latencies.entry(*call).or_insert_with(|| Latency::with_digits(3)).add(latency);
        }
        for (answer, codes) in &other.answers {
            let mine = self.answers.entry(*answer).or_default();
            for (code, count) in codes {
                *mine.entry(code.clone()).or_default() += count;
            }
        }
        self.timeline.add(&other.timeline);
        self.tickets_sold += other.tickets_sold;
    }
}
