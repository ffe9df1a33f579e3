//! Stripe: a PaymentIntent per checkout, captured by hand; refunds; signed webhooks.
//!
//! Every call is made at most once by itself: when to ask again is the caller's decision. What it deliberately does not
//! do: keep cards, partial captures, disputes, connected accounts.

mod amount;
mod call;
mod client;
mod failure;
mod objects;
mod options;
mod webhook;
mod words;

use std::time::{SystemTime, UNIX_EPOCH};

pub use options::{BASE_URL, StripeOptions};

use self::client::Client;
use super::Secret;

#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    #[error("Stripe's secret key is missing, or has characters that no key has")]
    SecretKey,
    #[error("the secret of Stripe's webhooks is missing")]
    WebhookSecret,
    #[error("{0:?} is no address for Stripe: https://, or http:// on this machine for a stand-in")]
    BaseUrl(String),
    #[error("Stripe's {0} must be at least 1")]
    Zero(&'static str),
}

#[derive(Debug)]
pub struct StripeGateway {
    client: Client,
    webhook_secret: Secret,
    webhook_tolerance_seconds: u64,
    /// Seconds since 1970.
    clock: fn() -> u64,
}

impl StripeGateway {
    pub const NAME: &'static str = "stripe";

    /// Calls nobody yet: a wrong key shows at the first payment.
    pub fn open(options: &StripeOptions) -> Result<Self, StripeError> {
        options.check()?;
        Ok(Self {
            client: Client::new(options),
            webhook_secret: options.webhook_secret.clone(),
            webhook_tolerance_seconds: options.webhook_tolerance_seconds.into(),
            clock: || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        })
    }
}
