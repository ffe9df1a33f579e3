//! Instants and durations, in the units that the log stores. Reading a clock is deliberately not here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const EPOCH: Self = Self(0);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    pub const fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds as i64 * 1_000_000))
    }

    /// Whole milliseconds from `self` until `later`; 0 when that has passed.
    pub const fn millis_until(self, later: Self) -> u64 {
        if later.0 <= self.0 {
            return 0;
        }
        // Rounded up, so that a timer set with it never fires just before its time.
        ((later.0 - self.0) as u64).div_ceil(1_000)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.as_microsecond())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC. An instant outside of jiff's range (years -9999 to 9999) is shown as its microseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_as_rfc_3339() {
        assert_eq!(Timestamp::from_micros(1_500_000).to_string(), "1970-01-01T00:00:01.5Z");
    }

    #[test]
    fn a_timer_is_rounded_up_so_that_it_never_fires_early() {
        let start = Timestamp::from_micros(0);
        assert_eq!(start.millis_until(Timestamp::from_micros(1)), 1);
        assert_eq!(start.millis_until(Timestamp::from_micros(-1)), 0);
    }
}
