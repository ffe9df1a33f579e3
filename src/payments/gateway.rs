//! The port to a payment provider: authorise, capture, void, refund, look up, and read what it tells by itself.
//!
//! Every call that has an effect carries a [`StepKey`]: the same key again is the same effect, once. A call whose answer
//! was lost is asked for again under its key, or looked up; its outcome is never assumed.

use futures_util::future::BoxFuture;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;

/// The provider's name for a payment or a refund; opaque here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(pub Box<str>);

/// Names one effect for ever: the checkout and the step. The provider's idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepKey(pub Box<str>);

/// Open a payment that will be captured by hand.
#[derive(Clone, Debug)]
pub struct Authorise {
    pub key: StepKey,
    /// The checkout, as the provider shall name it in everything that it tells about this payment.
    pub checkout: Box<str>,
    pub amount: Money,
    pub currency: Currency,
    pub description: String,
}

/// Take the money that was authorised, all of it, or give it free.
#[derive(Clone, Debug)]
pub struct CaptureOrVoid {
    pub key: StepKey,
    pub payment: Reference,
    pub amount: Money,
    pub currency: Currency,
}

/// Give back a part of what was captured.
#[derive(Clone, Debug)]
pub struct Refund {
    pub key: StepKey,
    /// How often it was asked for anew after it had waited for an operator. Still the same refund under its key: but a
    /// provider that repeats an old failure for ever may be asked under another one.
    pub retries: u32,
    pub payment: Reference,
    pub amount: Money,
    pub currency: Currency,
}

/// A payment that exists now, and how the buyer pays it. The way to pay is a secret of the buyer's: never logged,
/// never stored; [`PaymentGateway::look_up`] tells it again.
#[derive(Clone, Debug)]
pub struct Opened {
    pub payment: Reference,
    pub way: Option<WayToPay>,
    pub status: PaymentStatus,
}

#[derive(Clone, PartialEq, Eq)]
pub enum WayToPay {
    ClientSecret(Box<str>),
    RedirectUrl(Box<str>),
}

impl std::fmt::Debug for WayToPay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WayToPay(secret)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The buyer has not paid yet, or was declined and may try again.
    Waiting,
    /// The money is reserved and can be captured.
    Authorised,
    Captured,
    /// Given free, or timed out at the provider: it will never be captured.
    Voided,
}

/// All that the provider knows of one payment.
#[derive(Clone, Debug)]
pub struct PaymentState {
    pub payment: Reference,
    pub status: PaymentStatus,
    /// Why the last try to pay failed, in the provider's words for the buyer.
    pub declined: Option<String>,
    pub captured: Money,
    /// Of the payment, and so of all its amounts.
    pub currency: Currency,
    pub refunds: Vec<RefundState>,
    pub way: Option<WayToPay>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundState {
    pub refund: Reference,
    /// The key under which it was asked for, where the provider keeps it.
    pub key: Option<StepKey>,
    pub amount: Money,
    pub status: RefundStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

/// What a provider's message says, its signature verified. It may come in any order, any number of times, late, or
/// never: a hint to look again, never the only source of a truth.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The provider's id of the message.
    pub id: Box<str>,
    pub payment: Reference,
    /// As given in [`Authorise::checkout`], where the message carries it.
    pub checkout: Option<Box<str>>,
    pub kind: NoticeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Authorised,
    Declined(String),
    Captured,
    Voided,
    RefundSucceeded(Reference),
    RefundFailed(Reference),
    /// Genuine, and of no concern here.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The provider has decided: no, and under this key for ever.
    #[error("declined: {0}")]
    Declined(String),
    /// Certainly without effect; the same call may succeed later (too many requests, connection refused).
    #[error("not available: {0}")]
    Unavailable(String),
    /// Nobody knows whether it had its effect: time-out, connection lost, 5xx.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// An operator must act: wrong key, unknown account, a request that the provider does not understand.
    #[error("misconfigured: {0}")]
    Misconfigured(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    #[error("the signature is missing, wrong or too old")]
    Signature,
    #[error("not a message of this gateway: {0}")]
    Malformed(String),
}

/// A payment provider.
pub trait PaymentGateway: Send + Sync + 'static {
    /// Its name in addresses, settings, events and log lines: `simulated`, `stripe`.
    fn name(&self) -> &'static str;

    /// Whether it can charge exactly this amount, and give it back. An error says why not.
    fn takes(&self, amount: Money, currency: Currency) -> Result<(), String>;

    fn authorise(&self, request: Authorise) -> BoxFuture<'_, Result<Opened, GatewayError>>;

    /// `Ok` once the money is taken, and just that amount. Captured before under any key: `Ok` too. More than was asked
    /// for is of unknown outcome: a look tells how much it is.
    fn capture(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>>;

    /// `Ok` once it can never be captured. Voided before: `Ok` too.
    fn void(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>>;

    fn refund(&self, request: Refund) -> BoxFuture<'_, Result<RefundState, GatewayError>>;

    /// What is true of a payment now.
    fn look_up(&self, payment: &Reference) -> BoxFuture<'_, Result<PaymentState, GatewayError>>;

    /// Reads a message that claims to be from the provider. `headers`: by lower-case name.
    fn read_webhook(&self, headers: &[(String, String)], body: &[u8]) -> Result<Notice, WebhookError>;
}
