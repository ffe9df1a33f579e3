//! The report's figures as plain values: what is printed, written as JSON, and drawn.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Latency, Meter, Moment};
use crate::api::AnswerKind;
use crate::history::Fault;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    pub title: String,
    pub seconds: f64,
    /// How the buyers came: `open loop, 4000 buyers/s`.
    pub arrivals: String,
    pub tickets_sold: u64,
    pub all: CallFigures,
    pub calls: Vec<CallFigures>,
    pub answers: Vec<AnswerCount>,
    pub timeline: Vec<Moment>,
    pub faults: Vec<Fault>,
    /// Microseconds since 1970: places the faults on the timeline.
    pub started_us: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallFigures {
    pub call: String,
    pub count: u64,
    pub per_second: f64,
    pub p50_us: u64,
    pub p90_us: u64,
    pub p99_us: u64,
    pub p999_us: u64,
    pub max_us: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerCount {
    pub call: String,
    pub status: u16,
    pub code: String,
    pub stands_for: String,
    pub count: u64,
}

impl Summary {
    pub fn of(title: &str, arrivals: &str, meter: &Meter, took: Duration, started_us: i64, faults: Vec<Fault>) -> Self {
        let seconds = took.as_secs_f64();
        let mut all = Latency::with_digits(3);
        let mut calls = Vec::new();
        for (call, latency) in &meter.latencies {
            all.add(latency);
            calls.push(CallFigures::of(call.name(), latency, seconds));
        }
        let mut answers = Vec::new();
        for ((call, status), codes) in &meter.answers {
            for (code, &count) in codes {
                let stands_for = AnswerKind::of(*status, code).name().to_owned();
                let (call, code) = (call.name().to_owned(), code.clone());
                answers.push(AnswerCount { call, status: *status, code, stands_for, count });
            }
        }
        Self {
            title: title.to_owned(),
            seconds,
            arrivals: arrivals.to_owned(),
            tickets_sold: meter.tickets_sold,
            all: CallFigures::of("all", &all, seconds),
            calls,
            answers,
            timeline: meter.timeline.moments(),
            faults,
            started_us,
        }
    }

    /// Answers that are neither a success nor a refusal.
    pub fn errors(&self) -> u64 {
        let fine = [AnswerKind::Success.name(), AnswerKind::Refusal.name()];
        self.answers.iter().filter(|answer| !fine.contains(&&*answer.stands_for)).map(|answer| answer.count).sum()
    }
}

impl CallFigures {
    pub fn of(call: &str, latency: &Latency, seconds: f64) -> Self {
        Self {
            call: call.to_owned(),
            count: latency.count(),
            per_second: latency.count() as f64 / seconds.max(1e-9),
            p50_us: latency.quantile_us(0.5),
            p90_us: latency.quantile_us(0.9),
            p99_us: latency.quantile_us(0.99),
            p999_us: latency.quantile_us(0.999),
            max_us: latency.max_us(),
        }
    }
}
