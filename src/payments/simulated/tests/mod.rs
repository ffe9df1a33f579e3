//! Given / when / then for the simulated provider: what it does by chance, and what a restart finds again. What every
//! gateway must do is in `tests/payments_contract.rs`.

mod book_file;
mod buyers;
mod faults;
mod messages;
mod refunds;

use std::future::Future;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use iso_currency::Currency;

use super::*;
use crate::domain::money::Money;
use crate::payments::{
    Authorise, CaptureOrVoid, Notice, NoticeKind, Opened, PaymentGateway, Refund, RefundState, StepKey, WebhookError,
};

fn gateway(options: SimulatedOptions) -> (Arc<SimulatedGateway>, Errands) {
    opened(options, None)
}

fn opened(options: SimulatedOptions, file: Option<&Path>) -> (Arc<SimulatedGateway>, Errands) {
    let options = SimulatedOptions { counts_effects: true, ..options };
    SimulatedGateway::open(options, Secret::new("whsec"), file).expect("it opens")
}

/// Without latency a call is over at once, or with the one write that it shares with others.
fn now<T>(mut call: impl Future<Output = T> + Unpin) -> T {
    let mut polls = (0..2).map(|_| call.poll_unpin(&mut Context::from_waker(Waker::noop())));
    match polls.find(Poll::is_ready) {
        Some(Poll::Ready(answer)) => answer,
        Some(Poll::Pending) | None => panic!("a call without latency waits"),
    }
}

fn request(key: &str) -> Authorise {
    Authorise {
        key: StepKey(key.into()),
        checkout: "checkout 1".into(),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
        description: "two seats".into(),
    }
}

fn authorise(gateway: &SimulatedGateway, key: &str) -> Result<Opened, GatewayError> {
    now(gateway.authorise(request(key)))
}

fn step(key: &str, payment: &Reference) -> CaptureOrVoid {
    CaptureOrVoid {
        key: StepKey(key.into()),
        payment: payment.clone(),
        amount: Money::from_minor(5_000),
        currency: Currency::EUR,
    }
}

fn refund(gateway: &SimulatedGateway, key: &str, payment: &Reference, minor: u64) -> Result<RefundState, GatewayError> {
    let amount = Money::from_minor(minor);
    let (key, payment) = (StepKey(key.into()), payment.clone());
    now(gateway.refund(Refund { key, retries: 0, payment, amount, currency: Currency::EUR }))
}

fn messages(errands: &mut Errands) -> Vec<Arc<WebhookMessage>> {
    let errands = errands.take().into_iter();
    errands
        .filter_map(|errand| match errand.kind {
            ErrandKind::Deliver { message, .. } => Some(message),
            ErrandKind::BuyerPays(_) | ErrandKind::RefundEnds { .. } => None,
        })
        .collect()
}

fn notices(gateway: &SimulatedGateway, errands: &mut Errands) -> Vec<Notice> {
    let read =
        |message: Arc<WebhookMessage>| gateway.read_webhook(&message.headers, &message.body).expect("it is genuine");
    messages(errands).into_iter().map(read).collect()
}

fn kinds(gateway: &SimulatedGateway, errands: &mut Errands) -> Vec<NoticeKind> {
    notices(gateway, errands).into_iter().map(|notice| notice.kind).collect()
}
