//! Medians, and ratios to doing nothing.

use std::collections::BTreeMap;
use std::fmt;

use super::hammer::Pass;
use super::scenarios::Scenario;
use crate::report::{Table, duration, rate};

#[derive(Default)]
pub struct Measured(BTreeMap<Scenario, Vec<Pass>>);

impl Measured {
    pub fn add(&mut self, scenario: Scenario, pass: Pass) {
        println!("  {:<50} {:>8}/s", scenario.name(), rate(pass.per_second));
        self.0.entry(scenario).or_default().push(pass);
    }

    /// The pass whose rate is the median's.
    pub fn median(&self, scenario: Scenario) -> Option<Pass> {
        let mut passes = self.0.get(&scenario)?.clone();
        passes.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        passes.get(passes.len() / 2).copied()
    }

    /// To the no-op of the same round, in the median: the machine is another one from minute to minute. 0 where either was
    /// not measured.
    pub fn ratio(&self, scenario: Scenario) -> f64 {
        let (Some(passes), Some(noops)) = (self.0.get(&scenario), self.0.get(&Scenario::Noop)) else { return 0.0 };
        let mut ratios: Vec<f64> =
            passes.iter().zip(noops).map(|(pass, noop)| pass.per_second / noop.per_second).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or_default()
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["", "per second", "of no-op", "p50", "p99", "client's CPU"]);
        for &scenario in self.0.keys() {
            let Some(pass) = self.median(scenario) else { continue };
            table.row(vec![
                scenario.name().to_owned(),
                rate(pass.per_second),
                format!("{:.2}", self.ratio(scenario)),
                duration(pass.p50_us),
                duration(pass.p99_us),
                format!("{:.1} us", pass.client_us),
            ]);
        }
        table.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_those_within_a_round() {
        let mut measured = Measured::default();
        let pass = |per_second| Pass { per_second, p50_us: 1, p99_us: 2, client_us: 0.0 };
        [100.0, 300.0, 200.0].into_iter().for_each(|rate| measured.add(Scenario::Noop, pass(rate)));
        [1.0, 150.0, 110.0].into_iter().for_each(|rate| measured.add(Scenario::Hold, pass(rate)));
        assert_eq!(measured.ratio(Scenario::Hold), 0.5);
        assert_eq!(measured.ratio(Scenario::SeatMap), 0.0);
    }
}
