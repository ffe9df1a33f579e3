//! How the simulated provider and its buyers behave. The default: no faults, no latency, everybody pays at once.

use serde::{Deserialize, Serialize};

use super::SimulatedError;

/// When the buyer pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    /// A payment is authorised, or declined, in the answer to its opening.
    #[default]
    AtOnce,
    /// When [`super::SimulatedGateway::pay`] is called.
    WhenTold,
    /// By itself, `pays_after_ms` after the opening; a webhook tells.
    ByWebhook,
}

/// Shares are in percent of the calls or messages concerned. What is drawn depends on the seed, the step and the number
/// of the try, never on what happens beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedOptions {
    pub seed: u64,
    pub pays: Pays,
    pub pays_after_ms: u32,
    /// How often a buyer who was declined tries in all, under [`Pays::ByWebhook`].
    pub buyer_tries_max: u32,
    pub declines_percent: u8,
    /// Payments that are refused when they are opened. Under the same key for ever; another checkout draws again.
    pub openings_refused_percent: u8,
    /// Refunds that end as failed. Under the same key for ever; another key draws again.
    pub refund_failures_percent: u8,
    /// 0: a refund has ended when it is answered. Else it is pending for so long, and a webhook tells its end.
    pub refunds_after_ms: u32,
    pub latency_ms: u32,
    /// At most so much more latency.
    pub latency_jitter_ms: u32,
    /// Turned away, certainly without effect.
    pub unavailable_percent: u8,
    pub timeouts_before_effect_percent: u8,
    pub timeouts_after_effect_percent: u8,
    pub timeout_ms: u32,
    /// Without: the provider never tells anything by itself.
    pub webhooks: bool,
    pub webhooks_lost_percent: u8,
    pub webhooks_duplicated_percent: u8,
    pub webhooks_late_percent: u8,
    pub webhooks_late_ms: u32,
    /// Held back by up to `webhooks_reordered_ms`, so that later ones overtake them.
    pub webhooks_reordered_percent: u8,
    pub webhooks_reordered_ms: u32,
    /// About 350 bytes each. Past this, the oldest payment that is neither waiting nor authorised is forgotten: it can no
    /// longer be refunded or looked up. Where they all wait, twice as many are the end: no more can be opened.
    pub payments_max: u32,
    /// Counts the effects of every key, for ever. For tests.
    pub counts_effects: bool,
}

impl Default for SimulatedOptions {
    fn default() -> Self {
        Self {
            seed: 0,
            pays: Pays::AtOnce,
            pays_after_ms: 0,
            buyer_tries_max: 2,
            declines_percent: 0,
            openings_refused_percent: 0,
            refund_failures_percent: 0,
            refunds_after_ms: 0,
            latency_ms: 0,
            latency_jitter_ms: 0,
            unavailable_percent: 0,
            timeouts_before_effect_percent: 0,
            timeouts_after_effect_percent: 0,
            timeout_ms: 0,
            webhooks: true,
            webhooks_lost_percent: 0,
            webhooks_duplicated_percent: 0,
            webhooks_late_percent: 0,
            webhooks_late_ms: 0,
            webhooks_reordered_percent: 0,
            webhooks_reordered_ms: 0,
            payments_max: 250_000,
            counts_effects: false,
        }
    }
}

impl SimulatedOptions {
    pub(super) fn check(&self) -> Result<(), SimulatedError> {
        let faults =
            [self.unavailable_percent, self.timeouts_before_effect_percent, self.timeouts_after_effect_percent];
        let sums = [
            ("the faults of a call", faults.iter().map(|share| u32::from(*share)).sum()),
            ("declines_percent", u32::from(self.declines_percent)),
            ("openings_refused_percent", u32::from(self.openings_refused_percent)),
            ("refund_failures_percent", u32::from(self.refund_failures_percent)),
            ("webhooks_lost_percent", u32::from(self.webhooks_lost_percent)),
            ("webhooks_duplicated_percent", u32::from(self.webhooks_duplicated_percent)),
            ("webhooks_late_percent", u32::from(self.webhooks_late_percent)),
            ("webhooks_reordered_percent", u32::from(self.webhooks_reordered_percent)),
        ];
        match sums.into_iter().find(|(_, percent)| *percent > 100) {
            Some((name, percent)) => Err(SimulatedError::Share { name, percent }),
            None => Ok(()),
        }
    }

    pub(super) fn has_faults(&self) -> bool {
        self.unavailable_percent + self.timeouts_before_effect_percent + self.timeouts_after_effect_percent > 0
    }
}
