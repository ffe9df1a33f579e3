//! The runner's bounds and paces.

use std::time::Duration;

#[derive(Clone, Debug)]
pub struct CheckoutOptions {
    /// The name of the gateway that new checkouts are paid through. `None`: there are no new ones.
    pub gateway: Option<String>,
    /// Whether seats of the same category may stand in for seats that were lost to an expiry.
    pub equal_seats: bool,
    /// What a hold is extended by while its buyer is paying.
    pub extend_seconds: u32,
    /// A waiting payment is looked at after this time, then after twice the time each time; by the house's clock.
    pub poll_first_seconds: u32,
    pub poll_max_seconds: u32,
    /// A step that failed is tried again after this time, then after twice the time each time.
    pub retry_first: Duration,
    pub retry_max: Duration,
    /// A refund that certainly failed is asked for again after this time, then after four times the time each time: an
    /// account without balance has some again in minutes, not at once.
    pub refund_again_first: Duration,
    /// A refund that has failed so often without a certain answer waits for an operator.
    pub refund_tries_max: u32,
    /// How long the answer to a new checkout waits for the payment to be opened.
    pub answer_wait: Duration,
    /// Checkouts that are open at once.
    pub open_max: usize,
}

/// A step that waits for an operator is tried again by itself after this time, then after twice the time each time: what
/// was wrong may have been the provider's, and be over.
const STUCK_RETRY_FIRST: Duration = Duration::from_secs(5 * 60);
const STUCK_RETRY_MAX: Duration = Duration::from_secs(6 * 60 * 60);

pub fn stuck_retry_after(retries: u32) -> Duration {
    STUCK_RETRY_FIRST.saturating_mul(1 << retries.min(20)).min(STUCK_RETRY_MAX)
}

impl Default for CheckoutOptions {
    fn default() -> Self {
        Self {
            gateway: Some("simulated".into()),
            equal_seats: false,
            extend_seconds: 300,
            poll_first_seconds: 5,
            poll_max_seconds: 60,
            retry_first: Duration::from_millis(100),
            retry_max: Duration::from_secs(60),
            refund_again_first: Duration::from_secs(5),
            refund_tries_max: 20,
            answer_wait: Duration::from_secs(5),
            open_max: 200_000,
        }
    }
}

impl CheckoutOptions {
    pub fn retry_after(&self, failures: u32) -> Duration {
        let doubled = self.retry_first.saturating_mul(1 << failures.saturating_sub(1).min(20));
        doubled.min(self.retry_max)
    }

    pub fn refund_again_after(&self, failures: u32) -> Duration {
        self.refund_again_first.saturating_mul(1 << (2 * failures.saturating_sub(1)).min(20))
    }

    pub fn poll_after_seconds(&self, polls: u32) -> u32 {
        self.poll_first_seconds.saturating_mul(1 << polls.min(20)).min(self.poll_max_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_or_waits_is_asked_less_and_less_often() {
        let options = CheckoutOptions::default();
        let retries: Vec<u128> = (1..=4).map(|failures| options.retry_after(failures).as_millis()).collect();
        assert_eq!(retries, [100, 200, 400, 800]);
        assert_eq!(options.retry_after(u32::MAX), options.retry_max);
        let minutes = [0, 1, 6, u32::MAX].map(|retries| stuck_retry_after(retries).as_secs() / 60);
        assert_eq!(minutes, [5, 10, 320, 360]);
        let refunds: Vec<u64> = (1..=4).map(|failures| options.refund_again_after(failures).as_secs()).collect();
        assert_eq!(refunds, [5, 20, 80, 320]);
        let polls: Vec<u32> = (0..6).map(|polls| options.poll_after_seconds(polls)).collect();
        assert_eq!(polls, [5, 10, 20, 40, 60, 60]);
    }
}
