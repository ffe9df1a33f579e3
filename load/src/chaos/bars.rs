//! What is asked of the figures of a run with faults.

use std::time::Duration;

use clap::Args;

use crate::history::{Fault, FaultKind};
use crate::measure::Summary;
use crate::report::duration;

#[derive(Args, Clone, Debug, Default)]
pub struct Bars {
    /// Every answer is to be a success or a refusal: for runs in which the process lives and the disk is well
    #[arg(long)]
    pub no_errors: bool,
    /// The 99th percentile may be so many times that of a run without faults, which is made first
    #[arg(long)]
    pub p99_times: Option<f64>,
    /// After each kill the server is to be ready within so many milliseconds
    #[arg(long)]
    pub ready_within_ms: Option<u64>,
    /// After a disk fault it is to sell again within so many milliseconds
    #[arg(long)]
    pub selling_within_ms: Option<u64>,
}

impl Bars {
    /// `quiet`: the run without faults.
    pub fn judge(&self, summary: &Summary, quiet: Option<&Summary>) -> Vec<(bool, String)> {
        let mut lines = Vec::new();
        if self.no_errors {
            let errors = summary.errors();
            lines.push((errors == 0, format!("every answer is a success or a refusal ({errors} are not)")));
        }
        if let (Some(times), Some(quiet)) = (self.p99_times, quiet) {
            let (with, without) = (summary.all.p99_us, quiet.all.p99_us.max(1));
            let is = with as f64 / without as f64;
            let words = format!(
                "the p99 is {} with faults, {} without: {is:.1} times (bar: {times:.1})",
                duration(with),
                duration(without),
            );
            lines.push((is <= times, words));
        }
        let slowest = |ms: Option<u64>, what: &str, of: fn(&Fault) -> Option<i64>| {
            let limit = Duration::from_millis(ms?);
            let longest = summary.faults.iter().filter_map(of).max().unwrap_or(0).unsigned_abs();
            let count = summary.faults.iter().filter_map(of).count();
            let words = format!("{what} within {limit:?}: at most {} ({count} times)", duration(longest));
            Some((Duration::from_micros(longest) <= limit && count > 0, words))
        };
        lines.extend(slowest(self.ready_within_ms, "ready after a kill", |fault| {
            (fault.kind == FaultKind::ProcessKilled).then_some(fault.recovered_us - fault.started_us)
        }));
        lines.extend(slowest(self.selling_within_ms, "selling again once the disk is well", |fault| {
            let disk = matches!(fault.kind, FaultKind::DiskFull | FaultKind::DiskFailing | FaultKind::DiskSlow);
            disk.then_some(fault.recovered_us - fault.ended_us)
        }));
        lines
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::measure::{Live, Meter};

    #[test]
    fn a_slow_restart_misses_its_bar_and_a_run_without_kills_shows_nothing() {
        let meter = Meter::new(Instant::now(), Arc::new(Live::default()));
        let killed = |took| Fault {
            kind: FaultKind::ProcessKilled,
            detail: String::new(),
            started_us: 0,
            ended_us: took,
            recovered_us: took,
        };
        let bars = Bars { ready_within_ms: Some(3_000), ..Bars::default() };
        let judge = |faults| bars.judge(&Summary::of("", "", &meter, Duration::from_secs(1), 0, faults), None)[0].0;
        assert!(judge(vec![killed(2_900_000)]));
        assert!(!judge(vec![killed(2_900_000), killed(3_100_000)]));
        assert!(!judge(vec![]));
    }
}
