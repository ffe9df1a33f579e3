//! The Stripe adapter before a stand-in, and what it is asked for in the tests.

use iso_currency::Currency;
use understudy::domain::money::Money;
use understudy::payments::stripe::{StripeGateway, StripeOptions};
use understudy::payments::{Authorise, CaptureOrVoid, GatewayError, Reference, Refund, Secret, StepKey};

pub const KEY: &str = "sk_test_hostile";
const TIMEOUT_MS: u32 = 3_000;

pub fn hasty(base_url: String) -> StripeGateway {
    let options = StripeOptions::new(Secret::new(KEY), Secret::new("whsec_hostile"));
    let options = StripeOptions { base_url, timeout_ms: TIMEOUT_MS, calls_at_once_max: 2, ..options };
    StripeGateway::open(&options).expect("good options")
}

pub fn patient(base_url: String) -> StripeGateway {
    let options = StripeOptions::new(Secret::new(KEY), Secret::new("whsec_hostile"));
    StripeGateway::open(&StripeOptions { base_url, timeout_ms: 30_000, ..options }).expect("good options")
}

pub fn authorise() -> Authorise {
    Authorise {
        key: StepKey("checkout-1/authorise".into()),
        checkout: "checkout-1".into(),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
        description: "2 seats & more".into(),
    }
}

pub fn step() -> CaptureOrVoid {
    CaptureOrVoid {
        key: StepKey("checkout-1/step".into()),
        payment: Reference("pi_1".into()),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
    }
}

pub fn refund() -> Refund {
    Refund {
        key: StepKey("checkout-1/refund".into()),
        retries: 0,
        payment: Reference("pi_1".into()),
        amount: Money::from_minor(1_000),
        currency: Currency::EUR,
    }
}

pub fn intent(status: &str) -> String {
    format!(
        r#"{{"id":"pi_1","object":"payment_intent","status":"{status}","currency":"eur","amount":5000,
        "amount_received":{},"client_secret":"pi_1_secret_1","last_payment_error":null}}"#,
        if status == "succeeded" { 5_000 } else { 0 }
    )
}

pub fn kind(error: &GatewayError) -> &'static str {
    match error {
        GatewayError::Declined(_) => "declined",
        GatewayError::Unavailable(_) => "unavailable",
        GatewayError::Unknown(_) => "unknown",
        GatewayError::Misconfigured(_) => "misconfigured",
    }
}
