//! Where a checkout stands, in the words in which its buyer is told.

use serde_json::Value;
use uuid::Uuid;

use crate::api::CheckoutAnswer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Opening,
    AwaitingPayment,
    Confirming,
    Retaking,
    Capturing,
    Undoing,
    Voiding,
    Completed,
    Ended,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub stage: Stage,
    pub declined: Option<String>,
    pub captured: Option<u64>,
    pub booking_id: Option<Uuid>,
    pub reason: Option<&'static str>,
    pub refunds: Vec<RefundLine>,
    /// Its own step waits for an operator.
    pub is_stuck: bool,
    /// Of the hold, as far as it knows.
    pub expires_at: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RefundLine {
    pub amount: u64,
    /// As it is told.
    pub status: &'static str,
    /// What it was before it began to wait for an operator.
    pub before: &'static str,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::AwaitingPayment => "awaiting_payment",
            Self::Confirming => "confirming",
            Self::Retaking => "retaking",
            Self::Capturing => "capturing",
            Self::Undoing => "undoing",
            Self::Voiding => "voiding",
            Self::Completed => "completed",
            Self::Ended => "ended",
        }
    }
}

impl State {
    /// Nothing is left to be done.
    pub fn is_final(&self) -> bool {
        let refunded = self.refunds.iter().all(|refund| refund.status == "succeeded");
        matches!(self.stage, Stage::Completed | Stage::Ended) && refunded && !self.is_stuck
    }

    pub fn needs_operator(&self) -> bool {
        self.is_stuck || self.refunds.iter().any(|refund| refund.status == "needs_operator")
    }

    /// Asked for, whether done or not.
    pub fn refunds_total(&self) -> u64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    pub fn refunded(&self) -> u64 {
        self.refunds.iter().filter(|refund| refund.status == "succeeded").map(|refund| refund.amount).sum()
    }

    /// Whether this is what the buyer was told.
    pub fn was_told(&self, answer: &CheckoutAnswer) -> bool {
        let refunds = || self.refunds.iter().map(|refund| (refund.amount, refund.status));
        answer.status == self.stage.name()
            && answer.needs_operator == self.needs_operator()
            && answer.payment.declined == self.declined
            && answer.payment.captured == self.captured
            && answer.booking_id == self.booking_id
            && answer.reason.as_deref() == self.reason
            && refunds().eq(answer.refunds.iter().map(|refund| (refund.amount, refund.status.as_str())))
    }
}

/// The journal's reason in the words of the API. `None`: there is no such reason.
pub fn reason(why: &Value) -> Option<&'static str> {
    match (why.as_str(), why["seats_lost"].as_str()) {
        (Some("declined"), _) => Some("declined"),
        (Some("abandoned"), _) => Some("abandoned"),
        (Some("payment_lapsed"), _) => Some("payment_lapsed"),
        (Some("capture_refused"), _) => Some("capture_refused"),
        (Some("show_cancelled"), _) => Some("show_cancelled"),
        (_, Some("expired")) => Some("hold_expired"),
        (_, Some("released")) => Some("hold_released"),
        (_, Some("sold")) => Some("hold_confirmed"),
        (_, Some("unavailable")) => Some("seats_unavailable"),
        _ => None,
    }
}
