//! The wall clock: the same that the server on this machine stamps its commits with, so that the two can be compared.

use std::time::{SystemTime, UNIX_EPOCH};

/// Microseconds since 1970.
pub fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is past 1970");
    i64::try_from(since.as_micros()).expect("the year is before 294,000")
}
