//! A checkout as its buyer sees it: the answer to its beginning, and what reads of it say.

use serde::Deserialize;
use uuid::Uuid;

use super::answers::decimal;

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CheckoutAnswer {
    pub checkout_id: Uuid,
    pub show_id: Uuid,
    pub hold_id: Uuid,
    pub status: String,
    pub needs_operator: bool,
    pub payment: PaymentAnswer,
    pub total: u64,
    #[serde(default)]
    pub booking_id: Option<Uuid>,
    /// Why it ended, or is about to end, without a booking.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub refunds: Vec<RefundAnswer>,
    #[serde(deserialize_with = "decimal")]
    pub position: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PaymentAnswer {
    /// Why the last try to pay failed.
    #[serde(default)]
    pub declined: Option<String>,
    #[serde(default)]
    pub captured: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RefundAnswer {
    pub amount: u64,
    pub status: String,
}

impl CheckoutAnswer {
    /// Money and tickets, or neither: nothing more will happen to it by itself.
    pub fn is_final(&self) -> bool {
        let refunded = self.refunds.iter().all(|refund| refund.status == "succeeded");
        matches!(self.status.as_str(), "completed" | "ended") && refunded
    }

    /// The provider took no payment on: the hold lives, and its buyer may try again.
    pub fn was_declined(&self) -> bool {
        self.status == "ended" && self.reason.as_deref() == Some("declined")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_final_once_its_refunds_are() {
        let read = |status: &str, refund: &str| -> CheckoutAnswer {
            let body = format!(
                r#"{{"checkout_id":"01900000-0000-7000-8000-000000000001","status":"{status}","needs_operator":false,
                "show_id":"01900000-0000-7000-8000-000000000002","hold_id":"01900000-0000-7000-8000-000000000003",
                "payment":{{"gateway":"simulated","captured":4500}},"total":4500,"currency":"EUR",
                "expires_at":"2026-01-01T00:00:00Z","refunds":[{{"amount":4500,"status":"{refund}"}}],"position":"7"}}"#
            );
            serde_json::from_str(&body).expect("valid")
        };
        assert!(read("completed", "succeeded").is_final());
        assert!(!read("completed", "pending").is_final());
        assert!(!read("capturing", "succeeded").is_final());
        assert_eq!(read("ended", "owed").payment.captured, Some(4_500));
    }
}
