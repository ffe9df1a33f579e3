//! What buyers and their provider do to checkouts, as settings of a server of our own: its simulated gateway draws all of
//! it from the run's seed.

use clap::Args;

/// Shares are in percent of the payments, calls or messages concerned.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "payment_faults")]
pub struct PaymentFaults {
    /// Tries to pay that are declined; the buyer tries once more
    #[arg(long, default_value_t = 10)]
    pub declines_percent: u8,
    /// Payments that the provider does not take on at all
    #[arg(long, default_value_t = 5)]
    pub openings_refused_percent: u8,
    /// Calls that the provider turns away
    #[arg(long, default_value_t = 3)]
    pub unavailable_percent: u8,
    /// Calls that time out without effect
    #[arg(long, default_value_t = 3)]
    pub timeouts_before_percent: u8,
    /// Calls that time out, and had their effect
    #[arg(long, default_value_t = 5)]
    pub timeouts_after_percent: u8,
    /// Refunds that fail, and are to be made again
    #[arg(long, default_value_t = 10)]
    pub refund_failures_percent: u8,
    /// Messages that are lost
    #[arg(long, default_value_t = 5)]
    pub webhooks_lost_percent: u8,
    /// Messages that come twice
    #[arg(long, default_value_t = 20)]
    pub webhooks_doubled_percent: u8,
    /// Messages that come half a second late
    #[arg(long, default_value_t = 10)]
    pub webhooks_late_percent: u8,
    /// Messages that are overtaken by later ones
    #[arg(long, default_value_t = 20)]
    pub webhooks_reordered_percent: u8,
    /// What every call to the provider takes
    #[arg(long, default_value_t = 2)]
    pub payment_latency_ms: u32,
}

impl PaymentFaults {
    /// The clocks of checkouts are set to the length of a run: what waits for minutes in a house waits for seconds here.
    pub fn settings(&self, seed: u64, hold_seconds: u32) -> Vec<(String, String)> {
        let provider: [(&str, u32); 15] = [
            // Any number will do, as long as it is the run's.
            ("SEED", seed as u32),
            ("PAYS_AFTER_MS", 20),
            ("LATENCY_MS", self.payment_latency_ms),
            ("DECLINES_PERCENT", self.declines_percent.into()),
            ("OPENINGS_REFUSED_PERCENT", self.openings_refused_percent.into()),
            ("UNAVAILABLE_PERCENT", self.unavailable_percent.into()),
            ("TIMEOUTS_BEFORE_EFFECT_PERCENT", self.timeouts_before_percent.into()),
            ("TIMEOUTS_AFTER_EFFECT_PERCENT", self.timeouts_after_percent.into()),
            ("REFUND_FAILURES_PERCENT", self.refund_failures_percent.into()),
            ("WEBHOOKS_LOST_PERCENT", self.webhooks_lost_percent.into()),
            ("WEBHOOKS_DUPLICATED_PERCENT", self.webhooks_doubled_percent.into()),
            ("WEBHOOKS_LATE_PERCENT", self.webhooks_late_percent.into()),
            ("WEBHOOKS_LATE_MS", 500),
            ("WEBHOOKS_REORDERED_PERCENT", self.webhooks_reordered_percent.into()),
            ("WEBHOOKS_REORDERED_MS", 100),
        ];
        let runner: [(&str, u32); 6] = [
            ("EXTEND_SECONDS", hold_seconds),
            ("POLL_FIRST_SECONDS", 1),
            ("POLL_MAX_SECONDS", 4),
            ("RETRY_FIRST_MS", 10),
            ("RETRY_MAX_MS", 500),
            ("REFUND_AGAIN_FIRST_MS", 10),
        ];
        let provider = provider.map(|(name, value)| (format!("UNDERSTUDY__SIMULATED_PAYMENTS__{name}"), value));
        let runner = runner.map(|(name, value)| (format!("UNDERSTUDY__CHECKOUT__{name}"), value));
        let mut settings: Vec<(String, String)> =
            provider.into_iter().chain(runner).map(|(name, value)| (name, value.to_string())).collect();
        settings.push(("UNDERSTUDY__SIMULATED_PAYMENTS__PAYS".to_owned(), "by_webhook".to_owned()));
        settings
    }
}
