//! A histogram of microseconds.

use std::time::Duration;

use hdrhistogram::Histogram;

/// A call that takes longer than this counts as this long; nobody in a queue waits ten minutes.
const LONGEST_US: u64 = 600_000_000;

#[derive(Clone, Debug)]
pub struct Latency(Histogram<u32>);

impl Latency {
    /// Two significant digits are enough for a picture, three for a table.
    pub fn with_digits(digits: u8) -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, digits).expect("the bounds are valid"))
    }

    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(LONGEST_US);
        self.0.saturating_record(micros);
    }

    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all have the same bounds");
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Microseconds; 0 where nothing was recorded.
    pub fn quantile_us(&self, quantile: f64) -> u64 {
        if self.0.is_empty() { 0 } else { self.0.value_at_quantile(quantile) }
    }

    pub fn max_us(&self) -> u64 {
        self.0.max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_what_was_recorded() {
        let mut latency = Latency::with_digits(3);
        assert_eq!(latency.quantile_us(0.99), 0);
        for millis in 1..=100 {
            latency.record(Duration::from_millis(millis));
        }
        assert!((49_900..=50_100).contains(&latency.quantile_us(0.5)));
        assert!((99_900..=100_100).contains(&latency.max_us()));
        latency.record(Duration::from_secs(100_000));
        assert_eq!(latency.count(), 101);
    }
}
