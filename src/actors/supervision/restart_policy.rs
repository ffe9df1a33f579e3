//! What to do after a death: pure, so that it can be tested without waiting.
//!
//! The first restart comes at once, the next ones back off. Deaths count as long as nothing was achieved between them:
//! a show that goes on answering between its crashes goes on living; one that only crashes is quarantined.

use std::collections::VecDeque;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub struct RestartPolicy {
    /// More deaths than this ...
    pub restarts_max: u32,
    /// ... within this time, with nothing answered in between, and the show is quarantined.
    pub within: Duration,
    pub backoff_first: Duration,
    pub backoff_max: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self {
            restarts_max: 10,
            within: Duration::from_secs(60),
            backoff_first: Duration::from_millis(10),
            backoff_max: Duration::from_millis(500),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Restart { after: Duration },
    Quarantine,
}

/// The deaths that count.
#[derive(Debug, Default)]
pub struct Restarts {
    deaths: VecDeque<Duration>,
}

impl Restarts {
    /// `now` is the time since any fixed moment; `achieved`: a command was answered in this life; `jitter` is from 0
    /// to 1 and keeps shows that died together from coming back together.
    pub fn after_death(&mut self, policy: &RestartPolicy, now: Duration, achieved: bool, jitter: f64) -> Verdict {
        if achieved {
            self.deaths.clear();
        }
        while self.deaths.front().is_some_and(|&at| at + policy.within < now) {
            self.deaths.pop_front();
        }
        self.deaths.push_back(now);
        let deaths = self.deaths.len() as u32;
        if deaths > policy.restarts_max {
            return Verdict::Quarantine;
        }
        if deaths == 1 {
            return Verdict::Restart { after: Duration::ZERO };
        }
        let doubled = policy.backoff_first.saturating_mul(1 << (deaths - 2).min(20));
        Verdict::Restart { after: doubled.min(policy.backoff_max).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0) }
    }

    pub fn forget(&mut self) {
        self.deaths.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_first_restart_comes_at_once_and_the_next_ones_back_off() {
        let policy = RestartPolicy::default();
        let mut restarts = Restarts::default();
        let mut next = || restarts.after_death(&policy, at(1), false, 1.0);
        assert_eq!(next(), Verdict::Restart { after: Duration::ZERO });
        assert_eq!(next(), Verdict::Restart { after: Duration::from_millis(10) });
        assert_eq!(next(), Verdict::Restart { after: Duration::from_millis(20) });
    }

    #[test]
    fn a_show_that_only_crashes_is_quarantined() {
        let policy = RestartPolicy::default();
        let mut restarts = Restarts::default();
        let verdicts: Vec<_> = (0..11).map(|i| restarts.after_death(&policy, at(i), false, 0.0)).collect();
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Quarantine).count(), 1);
        assert_eq!(verdicts[10], Verdict::Quarantine);
    }

    #[test]
    fn a_show_that_answers_between_its_crashes_is_not() {
        let policy = RestartPolicy::default();
        let mut restarts = Restarts::default();
        for i in 0..10_000 {
            let verdict = restarts.after_death(&policy, Duration::from_millis(i * 10), true, 0.5);
            assert_eq!(verdict, Verdict::Restart { after: Duration::ZERO });
        }
    }

    #[test]
    fn old_deaths_do_not_count() {
        let policy = RestartPolicy::default();
        let mut restarts = Restarts::default();
        for i in 0..100 {
            assert_ne!(restarts.after_death(&policy, at(i * 30), false, 0.5), Verdict::Quarantine);
        }
    }
}
