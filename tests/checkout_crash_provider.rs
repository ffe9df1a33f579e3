//! The provider of the crash points: the simulated one, over trapdoors, with troubles of its own that are switched on and
//! off. What it answers follows from the key alone, so that a call that is repeated is answered as before.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, ready};
use iso_currency::Currency;
use understudy::domain::money::Money;
use understudy::payments::simulated::SimulatedGateway;
use understudy::payments::{
    Authorise, CaptureOrVoid, GatewayError, Notice, NoticeKind, Opened, PaymentGateway, PaymentState, PaymentStatus,
    Reference, Refund, RefundState, RefundStatus, WebhookError,
};

use super::checkout_crash_traps::{Payers, Traps, over_trap};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// Everything is turned away.
    OutOfReach,
    /// Captures are refused for ever.
    NoCaptures,
    /// Captures are not understood: an operator has to see to it.
    Misconfigured,
    /// The first opening is refused, under its key for ever.
    FirstCardRefused,
    /// Refunds fail so often before they are made.
    RefundsFail(u32),
    /// The first call under each key has its effect and is not answered.
    TimesOut,
}

#[derive(Default)]
struct Switches {
    out_of_reach: AtomicBool,
    no_captures: AtomicBool,
    misconfigured: AtomicBool,
    first_card_refused: AtomicBool,
    refunds_fail: AtomicU32,
    times_out: AtomicBool,
}

pub struct TrappedGateway {
    pub inner: Arc<SimulatedGateway>,
    pub traps: Arc<Traps>,
    switches: Switches,
    payers: Payers,
    timed_out: Mutex<HashSet<Box<str>>>,
    refused_key: Mutex<Option<Box<str>>>,
}

type Answer<'a, T> = BoxFuture<'a, Result<T, GatewayError>>;

impl TrappedGateway {
    pub fn new(inner: Arc<SimulatedGateway>, traps: Arc<Traps>) -> Self {
        let switches = Switches::default();
        let (payers, timed_out, refused_key) = (Payers::default(), Mutex::default(), Mutex::default());
        Self { inner, traps, switches, payers, timed_out, refused_key }
    }

    pub fn begin(&self, trouble: Trouble) {
        self.switch(trouble, true);
    }

    pub fn mend(&self) {
        for trouble in [
            Trouble::OutOfReach,
            Trouble::NoCaptures,
            Trouble::Misconfigured,
            Trouble::FirstCardRefused,
            Trouble::RefundsFail(0),
            Trouble::TimesOut,
        ] {
            self.switch(trouble, false);
        }
        *self.refused_key.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn switch(&self, trouble: Trouble, on: bool) {
        let switches = &self.switches;
        let switch = match trouble {
            Trouble::RefundsFail(times) => return switches.refunds_fail.store(times, Ordering::Release),
            Trouble::OutOfReach => &switches.out_of_reach,
            Trouble::NoCaptures => &switches.no_captures,
            Trouble::Misconfigured => &switches.misconfigured,
            Trouble::FirstCardRefused => &switches.first_card_refused,
            Trouble::TimesOut => &switches.times_out,
        };
        switch.store(on, Ordering::Release);
    }

    /// A call under this key, or for this checkout.
    fn call<'a, T: Send + 'a>(&'a self, key: Box<str>, call: Answer<'a, T>) -> Answer<'a, T> {
        if self.switches.out_of_reach.load(Ordering::Acquire) {
            return ready(Err(GatewayError::Unavailable("out of reach".into()))).boxed();
        }
        let point = self.traps.step_of(&key);
        let call = async move {
            let answer = call.await;
            let is_first = || self.timed_out.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
            if self.switches.times_out.load(Ordering::Acquire) && is_first() {
                return Err(GatewayError::Unknown("timed out".into()));
            }
            answer
        };
        over_trap(&self.traps, point, call.boxed())
    }

    fn refuses(&self, key: &str) -> bool {
        let mut refused = self.refused_key.lock().unwrap_or_else(PoisonError::into_inner);
        self.switches.first_card_refused.load(Ordering::Acquire) && &**refused.get_or_insert_with(|| key.into()) == key
    }
}

impl PaymentGateway for TrappedGateway {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn takes(&self, amount: Money, currency: Currency) -> Result<(), String> {
        self.inner.takes(amount, currency)
    }

    fn authorise(&self, request: Authorise) -> BoxFuture<'_, Result<Opened, GatewayError>> {
        let (key, checkout) = (request.key.0.clone(), request.checkout.clone());
        let refused = self.refuses(&key);
        self.call(
            key,
            async move {
                if refused {
                    return Err(GatewayError::Declined("the card was declined".into()));
                }
                let opened = self.inner.authorise(request).await?;
                self.payers.note(&opened.payment.0, &checkout);
                Ok(opened)
            }
            .boxed(),
        )
    }

    fn capture(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        let key = request.key.0.clone();
        self.call(
            key,
            async move {
                if self.switches.no_captures.load(Ordering::Acquire) {
                    return Err(GatewayError::Declined("the account was closed".into()));
                }
                if self.switches.misconfigured.load(Ordering::Acquire) {
                    return Err(GatewayError::Misconfigured("the key is not known".into()));
                }
                self.inner.capture(request).await
            }
            .boxed(),
        )
    }

    fn void(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        self.call(request.key.0.clone(), self.inner.void(request))
    }

    /// How often it has failed is the end of its key.
    fn refund(&self, request: Refund) -> BoxFuture<'_, Result<RefundState, GatewayError>> {
        let key = request.key.0.clone();
        let failures: u32 = key.rsplit(':').next().and_then(|text| text.parse().ok()).expect("a key ends in a number");
        let fails = failures < self.switches.refunds_fail.load(Ordering::Acquire);
        self.call(
            key,
            async move {
                if fails {
                    let refund = Reference("no_refund".into());
                    let status = RefundStatus::Failed;
                    return Ok(RefundState { refund, key: Some(request.key), amount: request.amount, status });
                }
                self.inner.refund(request).await
            }
            .boxed(),
        )
    }

    fn look_up(&self, payment: &Reference) -> BoxFuture<'_, Result<PaymentState, GatewayError>> {
        self.call(self.payers.of(&payment.0), self.inner.look_up(payment))
    }

    /// The message is the checkout's id and nothing else: a hint to look.
    fn read_webhook(&self, _: &[(String, String)], body: &[u8]) -> Result<Notice, WebhookError> {
        let checkout: Box<str> = String::from_utf8_lossy(body).into();
        let (payment, kind) = (Reference("".into()), NoticeKind::Other("look".into()));
        Ok(Notice { id: checkout.clone(), payment, checkout: Some(checkout), kind })
    }
}

impl TrappedGateway {
    /// The payment of a checkout, once it is opened.
    pub fn payment_of(&self, checkout: &str) -> Option<Reference> {
        let payments = self.inner.ledger().payments;
        payments.into_iter().find(|(_, totals)| &*totals.checkout == checkout).map(|(payment, _)| payment)
    }

    /// All that is pending at the provider comes to its end.
    pub async fn end_refunds(&self, payment: &Reference, status: RefundStatus) -> usize {
        let state = self.inner.look_up(payment).await.expect("the payment is there");
        assert_eq!(state.status, PaymentStatus::Captured, "only what was captured is refunded");
        let pending: Vec<_> = state.refunds.iter().filter(|refund| refund.status == RefundStatus::Pending).collect();
        for refund in &pending {
            self.inner.end_refund(payment, &refund.refund, status).expect("it is pending");
        }
        pending.len()
    }
}
