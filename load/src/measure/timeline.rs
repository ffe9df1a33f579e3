//! What happened in each quarter of a second.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Latency;
use crate::api::AnswerKind;

pub const STEP: Duration = Duration::from_millis(250);
/// An hour and a bit; what comes later is counted in the last step.
const STEPS_MAX: usize = 16_000;

#[derive(Clone, Debug, Default)]
pub struct Timeline(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    counts: [u64; 5],
    latency: Latency,
}

/// One step, as reports have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Since the start of the run.
    pub seconds: f64,
    /// Calls a second that ended in this step, by what came of them.
    pub successes: f64,
    pub refusals: f64,
    /// 503s, lost and unexpected answers: attempts, not calls.
    pub failures: f64,
    pub p50_us: u64,
    pub p99_us: u64,
}

impl Timeline {
    /// Of one call that has its final answer.
    pub fn finished(&mut self, since_start: Duration, kind: AnswerKind, latency: Duration) {
        let step = self.step(since_start);
        step.counts[kind as usize] += 1;
        step.latency.record(latency);
    }

    /// Of one attempt that will be tried again.
    pub fn failed(&mut self, since_start: Duration, kind: AnswerKind) {
        self.step(since_start).counts[kind as usize] += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.grow(other.0.len());
        for (step, more) in self.0.iter_mut().zip(&other.0) {
            step.latency.add(&more.latency);
            for (count, plus) in step.counts.iter_mut().zip(more.counts) {
                *count += plus;
            }
        }
    }

    pub fn moments(&self) -> Vec<Moment> {
        let rate = |count: u64| count as f64 / STEP.as_secs_f64();
        let moment = |(number, step): (usize, &Step)| Moment {
            seconds: number as f64 * STEP.as_secs_f64(),
            successes: rate(step.counts[AnswerKind::Success as usize]),
            refusals: rate(step.counts[AnswerKind::Refusal as usize]),
            failures: rate(step.counts[AnswerKind::Unavailable as usize..].iter().sum()),
            p50_us: step.latency.quantile_us(0.5),
            p99_us: step.latency.quantile_us(0.99),
        };
        self.0.iter().enumerate().map(moment).collect()
    }

    fn step(&mut self, since_start: Duration) -> &mut Step {
        let number = (since_start.as_millis() / STEP.as_millis()) as usize;
        let number = number.min(STEPS_MAX - 1);
        self.grow(number + 1);
        &mut self.0[number]
    }

    fn grow(&mut self, steps: usize) {
        while self.0.len() < steps {
            self.0.push(Step { counts: [0; 5], latency: Latency::with_digits(2) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_quarter_of_a_second_has_its_own_counts() {
        let mut timeline = Timeline::default();
        timeline.finished(Duration::from_millis(10), AnswerKind::Success, Duration::from_millis(1));
        timeline.failed(Duration::from_millis(600), AnswerKind::Lost);
        let mut other = Timeline::default();
        other.finished(Duration::from_millis(20), AnswerKind::Refusal, Duration::from_millis(3));
        other.add(&timeline);
        let moments = other.moments();
        assert_eq!(moments.len(), 3);
        assert_eq!((moments[0].successes, moments[0].refusals, moments[0].failures), (4.0, 4.0, 0.0));
        assert_eq!((moments[2].seconds, moments[2].failures), (0.5, 4.0));
    }
}
