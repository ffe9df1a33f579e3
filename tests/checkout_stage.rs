//! What tests of checkouts do over HTTP: begin one, see how it stands, wait until it stands as expected.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use understudy::domain::money::Money;
use understudy::payments::simulated::PaymentTotals;
use understudy::payments::{PaymentStatus, Reference};

use super::http_app::{TestApp, text};
use super::http_client::Answer;

/// Buyers pay when the test says so.
pub const WHEN_TOLD: (&str, &str) = ("UNDERSTUDY__SIMULATED_PAYMENTS__PAYS", "when_told");
pub const NO_WEBHOOKS: (&str, &str) = ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_LOST_PERCENT", "100");

const DEADLINE: Duration = Duration::from_secs(30);

impl TestApp {
    pub fn begin_checkout(&self, show: &str, hold: &Value, key: &str) -> Answer {
        let path = format!("/v1/shows/{show}/holds/{}/checkout", text(hold, "hold_id"));
        let call = self.open("POST", &path).header("Hold-Token", &text(hold, "hold_token"));
        call.header("Idempotency-Key", key).send()
    }

    /// A hold of these seats and its checkout.
    pub fn checkout(&self, show: &str, seats: &[&str]) -> (Value, Value) {
        let hold = self.hold(show, &json!({"seats": seats})).expect(201);
        let checkout = self.begin_checkout(show, &hold, &format!("key-of-{}", seats[0])).expect(202);
        (hold, checkout)
    }

    pub fn standing(&self, checkout: &Value) -> Value {
        self.get(&format!("/v1/checkouts/{}", text(checkout, "checkout_id")))
    }

    /// The checkout, once that holds of it.
    pub fn until(&self, checkout: &Value, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let standing = self.standing(checkout);
            if holds(&standing) {
                return standing;
            }
            assert!(Instant::now() < deadline, "waited until {what}; it is {standing}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn until_status(&self, checkout: &Value, status: &str) -> Value {
        self.until(checkout, status, |standing| standing["status"] == status)
    }

    /// What operators see, once that holds of it.
    pub fn until_ops(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let ops = self.get("/v1/ops/checkouts");
            if holds(&ops) {
                return ops;
            }
            assert!(Instant::now() < deadline, "waited until {what}; it is {ops}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn buyer_pays(&self, checkout: &Value) {
        self.provider().pay(&self.payment(checkout).0).expect("the payment is there");
    }

    /// What the provider has of it.
    pub fn payment(&self, checkout: &Value) -> (Reference, PaymentTotals) {
        let id = text(checkout, "checkout_id");
        let mut payments = self.provider().ledger().payments.into_iter();
        payments.find(|(_, totals)| *totals.checkout == *id).expect("the payment is there")
    }

    /// What the buyer has paid in the end.
    pub fn kept(&self, checkout: &Value) -> u64 {
        let (_, totals) = self.payment(checkout);
        assert_ne!(totals.status, PaymentStatus::Authorised, "the money is neither taken nor given free");
        totals.captured.checked_sub(totals.refunded).map_or_else(|| panic!("{totals:?}"), Money::minor)
    }

    pub fn cancel_tickets(&self, show: &str, booking: &str, tickets: &[&Value]) {
        let path = format!("/v1/shows/{show}/bookings/{booking}/cancel");
        let body = if tickets.is_empty() { json!({}) } else { json!({"tickets": tickets}) };
        self.post(&path, &body).expect(200);
    }

    /// The booking, once the view has it.
    pub fn booking(&self, checkout: &Value) -> Value {
        self.get_after(checkout, &format!("/v1/bookings/{}", text(checkout, "booking_id")))
    }
}

/// Whether all its refunds have succeeded, and come to this.
pub fn is_refunded(standing: &Value, total: u64) -> bool {
    let refunds = standing["refunds"].as_array().cloned().unwrap_or_default();
    let sum: u64 = refunds.iter().filter_map(|refund| refund["amount"].as_u64()).sum();
    sum == total && refunds.iter().all(|refund| refund["status"] == "succeeded")
}
