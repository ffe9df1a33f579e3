//! Figures that can be looked at while the run goes on: counters that any thread may bump and read.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::api::{AnswerKind, CallKind};

/// Four latency classes to each doubling: coarse, but it costs one addition.
const CLASSES: usize = 128;

#[derive(Debug)]
pub struct Live {
    answers: [AtomicU64; 5],
    /// Commands among the successes.
    accepted: AtomicU64,
    tickets: AtomicU64,
    latencies: [AtomicU64; CLASSES],
}

/// A look at [`Live`]; the difference of two is what happened between them.
#[derive(Clone, Debug)]
pub struct LiveFigures {
    pub successes: u64,
    pub refusals: u64,
    pub failures: u64,
    pub unexpected: u64,
    pub tickets: u64,
    latencies: [u64; CLASSES],
}

impl Default for Live {
    fn default() -> Self {
        let zeros = || std::array::from_fn(|_| AtomicU64::new(0));
        Self {
            answers: std::array::from_fn(|_| AtomicU64::new(0)),
            accepted: AtomicU64::new(0),
            tickets: AtomicU64::new(0),
            latencies: zeros(),
        }
    }
}

impl Live {
    pub fn answered(&self, call: CallKind, kind: AnswerKind) {
        self.answers[kind as usize].fetch_add(1, Relaxed);
        if call.is_command() && kind == AnswerKind::Success {
            self.accepted.fetch_add(1, Relaxed);
        }
    }

    /// Commands accepted so far: while it grows, the server sells.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    pub fn finished(&self, latency: Duration) {
        let micros = (latency.as_micros() as f64).max(1.0);
        let class = (micros.log2() * 4.0) as usize;
        self.latencies[class.min(CLASSES - 1)].fetch_add(1, Relaxed);
    }

    pub fn sold(&self, tickets: u64) {
        self.tickets.fetch_add(tickets, Relaxed);
    }

    pub fn figures(&self) -> LiveFigures {
        let answers = |kind: AnswerKind| self.answers[kind as usize].load(Relaxed);
        LiveFigures {
            successes: answers(AnswerKind::Success),
            refusals: answers(AnswerKind::Refusal),
            failures: answers(AnswerKind::Unavailable) + answers(AnswerKind::Lost),
            unexpected: answers(AnswerKind::Unexpected),
            tickets: self.tickets.load(Relaxed),
            latencies: std::array::from_fn(|class| self.latencies[class].load(Relaxed)),
        }
    }
}

impl LiveFigures {
    pub fn calls(&self) -> u64 {
        self.successes + self.refusals + self.failures + self.unexpected
    }

    /// The 99th percentile of the calls that ended since `earlier`, to a fifth of its value.
    pub fn p99_since(&self, earlier: &Self) -> Duration {
        let counts: Vec<u64> = self.latencies.iter().zip(&earlier.latencies).map(|(now, then)| now - then).collect();
        let rank = (counts.iter().sum::<u64>() as f64 * 0.99) as u64;
        let mut seen = 0;
        for (class, count) in counts.iter().enumerate() {
            seen += count;
            if seen > rank {
                return Duration::from_micros(2f64.powf((class as f64 + 1.0) / 4.0) as u64);
            }
        }
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_live_percentile_is_near_the_true_one() {
        let live = Live::default();
        let before = live.figures();
        for millis in 1..=1000 {
            live.finished(Duration::from_millis(millis));
        }
        let p99 = live.figures().p99_since(&before);
        assert!((Duration::from_millis(900)..Duration::from_millis(1250)).contains(&p99), "{p99:?}");
    }
}
