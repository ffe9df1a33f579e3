//! The port over the simulated provider: each call meets its latency and its fault, and has its effect or not.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use iso_currency::Currency;
use tokio::time::sleep;

use super::chance::Chance;
use super::provider::{Provider, reference};
use super::{Pays, SimulatedGateway, SimulatedOptions, message};
use crate::domain::money::Money;
use crate::payments::signature::sign;
use crate::payments::{
    Authorise, CaptureOrVoid, GatewayError, Notice, Opened, PaymentGateway, PaymentState, PaymentStatus, Reference,
    Refund, RefundState, RefundStatus, WayToPay, WebhookError,
};

#[derive(Clone, Copy)]
enum Fault {
    Unavailable,
    TimeoutBeforeEffect,
    TimeoutAfterEffect,
}

impl PaymentGateway for SimulatedGateway {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn takes(&self, _: Money, _: Currency) -> Result<(), String> {
        Ok(())
    }

    fn authorise(&self, request: Authorise) -> BoxFuture<'_, Result<Opened, GatewayError>> {
        let key = request.key.clone();
        self.call(key.0.clone(), move |provider| {
            let payment = reference("sim_pay", &key);
            let is_new = provider.book.get(&payment).is_none();
            let status = match self.options.pays {
                Pays::AtOnce => PaymentStatus::Authorised,
                Pays::WhenTold | Pays::ByWebhook => PaymentStatus::Waiting,
            };
            let declines = self.chance.happens(self.options.declines_percent, "decline", &key.0, 0);
            let refuses = self.chance.happens(self.options.openings_refused_percent, "opening", &key.0, 0);
            if is_new && refuses {
                return Err(GatewayError::Declined("the payment is not taken on".into()));
            }
            if is_new && declines && self.options.pays == Pays::AtOnce {
                return Err(GatewayError::Declined("the card was declined".into()));
            }
            let change = provider.authorise(request, status)?;
            self.follow_up(provider, change.as_ref());
            let PaymentState { payment, way, status, .. } = self.state(provider, &payment)?;
            Ok(Opened { payment, way, status })
        })
        .boxed()
    }

    fn capture(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        self.call(request.key.0.clone(), move |provider| {
            let change = provider.capture(request)?;
            self.follow_up(provider, change.as_ref());
            Ok(())
        })
        .boxed()
    }

    fn void(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        self.call(request.key.0.clone(), move |provider| {
            let change = provider.void(request)?;
            self.follow_up(provider, change.as_ref());
            Ok(())
        })
        .boxed()
    }

    fn refund(&self, request: Refund) -> BoxFuture<'_, Result<RefundState, GatewayError>> {
        let key = request.key.clone();
        self.call(key.0.clone(), move |provider| {
            let refund = reference("sim_ref", &key);
            let payment = request.payment.clone();
            let status = match self.options.refunds_after_ms {
                0 => self.end_of_refund(&refund),
                _ => RefundStatus::Pending,
            };
            let change = provider.refund(request, status)?;
            self.follow_up(provider, change.as_ref());
            let known = provider.payment(&payment)?.refunds.iter().find(|known| known.refund == refund);
            Ok(known.expect("it was there or was recorded just now").clone())
        })
        .boxed()
    }

    fn look_up(&self, payment: &Reference) -> BoxFuture<'_, Result<PaymentState, GatewayError>> {
        let payment = payment.clone();
        self.call(format!("look up {}", payment.0).into(), move |provider| self.state(provider, &payment)).boxed()
    }

    fn read_webhook(&self, headers: &[(String, String)], body: &[u8]) -> Result<Notice, WebhookError> {
        message::read(headers, body, &self.secret)
    }
}

impl SimulatedGateway {
    /// A time-out after the effect hides whatever the answer was, a decline too.
    async fn call<T>(
        &self,
        name: Box<str>,
        act: impl FnOnce(&mut Provider) -> Result<T, GatewayError> + Send,
    ) -> Result<T, GatewayError> {
        let options = &self.options;
        let has_chances = options.has_faults() || options.latency_jitter_ms > 0;
        let attempt = if has_chances { self.provider().attempt(&name) } else { 0 };
        let jitter_ms = self.up_to(options.latency_jitter_ms, "latency", &name, attempt);
        wait(options.latency_ms.saturating_add(jitter_ms)).await;
        match fault(options, self.chance, &name, attempt) {
            None => {
                let answer = act(&mut self.provider());
                self.written().await?;
                answer
            }
            Some(Fault::Unavailable) => Err(GatewayError::Unavailable("too many requests".into())),
            Some(Fault::TimeoutBeforeEffect) => {
                wait(options.timeout_ms).await;
                Err(GatewayError::Unknown("timed out".into()))
            }
            Some(Fault::TimeoutAfterEffect) => {
                drop(act(&mut self.provider()));
                self.written().await?;
                wait(options.timeout_ms).await;
                Err(GatewayError::Unknown("timed out".into()))
            }
        }
    }

    /// One write for all calls that are under way on this thread.
    async fn written(&self) -> Result<(), GatewayError> {
        if self.provider().is_written() {
            return Ok(());
        }
        tokio::task::yield_now().await;
        self.provider().write()
    }

    fn state(&self, provider: &Provider, payment: &Reference) -> Result<PaymentState, GatewayError> {
        let known = provider.payment(payment)?;
        let way = match known.status {
            PaymentStatus::Waiting => {
                let proof = sign(&self.secret, &[b"way to pay ", payment.0.as_bytes()]);
                Some(WayToPay::ClientSecret(format!("{}_secret_{}", payment.0, &proof[..24]).into()))
            }
            PaymentStatus::Authorised | PaymentStatus::Captured | PaymentStatus::Voided => None,
        };
        Ok(PaymentState {
            payment: payment.clone(),
            status: known.status,
            declined: known.declined.as_deref().map(str::to_owned),
            captured: known.captured(),
            currency: known.currency,
            refunds: known.refunds.clone(),
            way,
        })
    }
}

fn fault(options: &SimulatedOptions, chance: Chance, name: &str, attempt: u32) -> Option<Fault> {
    if !options.has_faults() {
        return None;
    }
    let mut drawn = chance.below(100, "fault", name, attempt);
    let shares = [
        (options.unavailable_percent, Fault::Unavailable),
        (options.timeouts_before_effect_percent, Fault::TimeoutBeforeEffect),
        (options.timeouts_after_effect_percent, Fault::TimeoutAfterEffect),
    ];
    shares.into_iter().find_map(|(percent, fault)| {
        let is_hit = drawn < u64::from(percent);
        drawn = drawn.saturating_sub(percent.into());
        is_hit.then_some(fault)
    })
}

async fn wait(milliseconds: u32) {
    if milliseconds > 0 {
        sleep(Duration::from_millis(milliseconds.into())).await;
    }
}
