//! The gateways that the contract is run over: the simulated one, and the Stripe adapter over HTTP against localstripe.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use iso_currency::Currency;
use understudy::domain::money::Money;
use understudy::payments::simulated::{Pays, SimulatedGateway, SimulatedOptions};
use understudy::payments::stripe::{StripeGateway, StripeOptions};
use understudy::payments::{
    Authorise, CaptureOrVoid, GatewayError, Opened, PaymentGateway, PaymentState, PaymentStatus, Reference, Refund,
    RefundState, Secret, StepKey,
};

use crate::payments_localstripe::{KEY, LocalStripe, front};
use crate::payments_stand_in::StandIn;
use crate::payments_stripe::kind;

pub const AMOUNT: u64 = 5_000;
pub const WEBHOOK_SECRET: &str = "whsec_contract";
const GOOD_CARD: &str = "4242424242424242";
const DECLINED_CARD: &str = "4000000000000341";

/// A gateway, and what its buyers do.
pub struct Subject {
    pub gateway: Arc<dyn PaymentGateway>,
    pub pays: Box<dyn Fn(&Reference)>,
    pub is_declined: Box<dyn Fn(&Reference)>,
    keys: AtomicU32,
}

fn simulated() -> Subject {
    let options = SimulatedOptions { pays: Pays::WhenTold, ..SimulatedOptions::default() };
    let (gateway, _errands) = SimulatedGateway::open(options, Secret::new("whsec"), None).expect("it opens");
    let (pays, declines) = (Arc::clone(&gateway), Arc::clone(&gateway));
    Subject {
        gateway,
        pays: Box::new(move |payment| assert_eq!(pays.pay(payment), Ok(PaymentStatus::Authorised))),
        is_declined: Box::new(move |payment| assert_eq!(declines.decline(payment, "no"), Ok(PaymentStatus::Waiting))),
        keys: AtomicU32::new(0),
    }
}

fn stripe(base_url: String) -> StripeGateway {
    let options = StripeOptions::new(Secret::new(KEY), Secret::new(WEBHOOK_SECRET));
    let options = StripeOptions { base_url, timeout_ms: 60_000, connect_timeout_ms: 30_000, ..options };
    StripeGateway::open(&options).expect("good options")
}

/// With the front, which lives as long as the subject is used.
pub fn over_localstripe(stripe_server: &Arc<LocalStripe>) -> (Subject, StandIn) {
    let front = front(Arc::clone(stripe_server));
    (behind(&front, stripe_server), front)
}

pub fn behind(front: &StandIn, stripe_server: &Arc<LocalStripe>) -> Subject {
    let (pays, declines) = (Arc::clone(stripe_server), Arc::clone(stripe_server));
    Subject {
        gateway: Arc::new(stripe(front.base_url())),
        pays: Box::new(move |payment| pays.pay(&payment.0, GOOD_CARD)),
        is_declined: Box::new(move |payment| declines.pay(&payment.0, DECLINED_CARD)),
        keys: AtomicU32::new(0),
    }
}

/// Over every gateway that can be had here.
pub async fn over_every_gateway(promise: impl AsyncFn(&Subject)) {
    println!("simulated");
    promise(&simulated()).await;
    if let Some(server) = LocalStripe::start() {
        println!("stripe, over localstripe");
        let (subject, _front) = over_localstripe(&Arc::new(server));
        promise(&subject).await;
    }
}

impl Subject {
    pub fn key(&self, step: &str) -> StepKey {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        StepKey(format!("checkout-{number}/{step}").into())
    }

    pub async fn authorise(&self, key: &StepKey, minor: u64) -> Result<Opened, GatewayError> {
        let request = Authorise {
            key: key.clone(),
            checkout: "checkout".into(),
            amount: Money::from_minor(minor),
            currency: Currency::EUR,
            description: "two seats".into(),
        };
        self.gateway.authorise(request).await
    }

    pub async fn opened(&self) -> Reference {
        self.authorise(&self.key("authorise"), AMOUNT).await.expect("opened").payment
    }

    pub async fn paid(&self) -> Reference {
        let payment = self.opened().await;
        (self.pays)(&payment);
        payment
    }

    pub async fn captured(&self) -> Reference {
        let payment = self.paid().await;
        self.capture(&self.key("capture"), &payment).await.expect("captured");
        payment
    }

    pub async fn capture(&self, key: &StepKey, payment: &Reference) -> Result<(), GatewayError> {
        self.gateway.capture(step(key, payment)).await
    }

    pub async fn void(&self, key: &StepKey, payment: &Reference) -> Result<(), GatewayError> {
        self.gateway.void(step(key, payment)).await
    }

    pub async fn refund(&self, key: &StepKey, payment: &Reference, minor: u64) -> Result<RefundState, GatewayError> {
        let (amount, currency) = (Money::from_minor(minor), Currency::EUR);
        let (key, payment) = (key.clone(), payment.clone());
        self.gateway.refund(Refund { key, retries: 0, payment, amount, currency }).await
    }

    pub async fn state(&self, payment: &Reference) -> PaymentState {
        self.gateway.look_up(payment).await.expect("it is there")
    }

    pub async fn status(&self, payment: &Reference) -> PaymentStatus {
        self.state(payment).await.status
    }
}

fn step(key: &StepKey, payment: &Reference) -> CaptureOrVoid {
    let (amount, currency) = (Money::from_minor(AMOUNT), Currency::EUR);
    CaptureOrVoid { key: key.clone(), payment: payment.clone(), amount, currency }
}

pub fn outcome<T>(answer: &Result<T, GatewayError>) -> &'static str {
    answer.as_ref().map_or_else(kind, |_| "ok")
}
