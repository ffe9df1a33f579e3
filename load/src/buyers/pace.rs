//! When buyers come.

use std::time::Duration;

/// Open loop: buyers come when they come, and a slow server meets a queue. Closed loop: each comes again when done,
/// which finds the ceiling but hides the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    Open { buyers_per_second: f64 },
    Closed { buyers: usize },
}

impl Pace {
    /// One of `threads` equal parts.
    pub fn part(self, thread: usize, threads: usize) -> Self {
        match self {
            Self::Open { buyers_per_second } => Self::Open { buyers_per_second: buyers_per_second / threads as f64 },
            Self::Closed { buyers } => {
                let more = usize::from(thread < buyers % threads);
                Self::Closed { buyers: buyers / threads + more }
            }
        }
    }

    pub fn describe(self) -> String {
        match self {
            Self::Open { buyers_per_second } => format!("open loop, {buyers_per_second:.0} buyers/s"),
            Self::Closed { buyers } => format!("closed loop, {buyers} buyers"),
        }
    }
}

/// Time until the next of many independent arrivals: exponential, so that they come in bunches as people do.
pub fn gap(random: &mut fastrand::Rng, per_second: f64) -> Duration {
    // 1 - f64() is in (0, 1], so that the logarithm is finite.
    Duration::from_secs_f64(-(1.0 - random.f64()).ln() / per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_crowd_is_divided_without_losing_anyone() {
        let parts = (0..3).map(|thread| Pace::Closed { buyers: 8 }.part(thread, 3));
        let buyers: Vec<usize> =
            parts.map(|part| if let Pace::Closed { buyers } = part { buyers } else { 0 }).collect();
        assert_eq!(buyers, [3, 3, 2]);
    }

    #[test]
    fn arrivals_keep_their_rate() {
        let mut random = fastrand::Rng::with_seed(7);
        let total: Duration = (0..100_000).map(|_| gap(&mut random, 1000.0)).sum();
        assert!((98.0..102.0).contains(&total.as_secs_f64()), "{total:?}");
    }
}
