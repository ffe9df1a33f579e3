//! What a checkout asks of its payment provider, and what the answers mean. An outcome that is not known is never
//! assumed: the same call is made again under its key.

use std::sync::Arc;

use super::{Inner, Step};
use crate::domain::checkout::{Checkout, GatewayReference, Input, Paid, RefundAnswer, RefundSight, Sight};
use crate::domain::money::{Money, currency};
use crate::payments::{
    Authorise, CaptureOrVoid, GatewayError, Opened, PaymentGateway, PaymentState, PaymentStatus, Reference, Refund,
    RefundState, RefundStatus, StepKey, WayToPay,
};

impl Inner {
    pub(super) async fn open(&self, checkout: &Checkout, key: &str, amount: Money) -> (Step, Option<WayToPay>) {
        let gateway = match self.gateway_of(checkout) {
            Ok(gateway) => gateway,
            Err(step) => return (step, None),
        };
        if let Err(reason) = takes(gateway, checkout) {
            let show = checkout.begun().show_id;
            tracing::warn!(checkout = %checkout.id(), %show, reason, "no checkout of this show's prices can be paid");
            return (Step::Came(Input::OpeningRefused { reason }), None);
        }
        let request = Authorise {
            key: StepKey(key.into()),
            checkout: checkout.id().to_string().into(),
            amount,
            currency: currency_of(checkout),
            description: format!("{} tickets", checkout.begun().prices.len()),
        };
        match gateway.authorise(request).await {
            Ok(Opened { payment, way, status }) => {
                let paid = match status {
                    PaymentStatus::Waiting => Paid::Waiting,
                    PaymentStatus::Authorised => Paid::Authorised,
                    PaymentStatus::Voided => Paid::Voided,
                    // How much of it, only a look can tell.
                    PaymentStatus::Captured => match gateway.look_up(&payment).await {
                        Ok(state) if state.currency != currency_of(checkout) => return (other_currency(&state), None),
                        Ok(state) => paid(&state),
                        Err(error) => return (failed(error), None),
                    },
                };
                (Step::Came(Input::Opened { payment: GatewayReference(payment.0), paid }), way)
            }
            Err(GatewayError::Declined(reason)) => (Step::Came(Input::OpeningRefused { reason }), None),
            Err(error) => (failed(error), None),
        }
    }

    pub(super) async fn look(&self, checkout: &Checkout, payment: &GatewayReference) -> (Step, Option<WayToPay>) {
        let gateway = match self.gateway_of(checkout) {
            Ok(gateway) => gateway,
            Err(step) => return (step, None),
        };
        match gateway.look_up(&Reference(payment.0.clone())).await {
            Ok(state) if state.currency != currency_of(checkout) => (other_currency(&state), None),
            Ok(mut state) => {
                let way = state.way.take();
                (Step::Came(Input::Seen(sight(state))), way)
            }
            Err(error) => (failed(error), None),
        }
    }

    pub(super) async fn capture(
        &self,
        checkout: &Checkout,
        key: &str,
        payment: &GatewayReference,
        amount: Money,
    ) -> Step {
        let gateway = match self.gateway_of(checkout) {
            Ok(gateway) => gateway,
            Err(step) => return step,
        };
        match gateway.capture(whole(checkout, key, payment, amount)).await {
            Ok(()) => Step::Came(Input::Captured),
            Err(GatewayError::Declined(reason)) => Step::Came(Input::CaptureRefused { reason }),
            Err(error) => self.unless_settled(checkout, payment, failed(error)).await,
        }
    }

    /// A call that did not go well may have had its effect, or the payment may have lapsed meanwhile: then the call that
    /// is made again would only repeat its first answer.
    async fn unless_settled(&self, checkout: &Checkout, payment: &GatewayReference, failed: Step) -> Step {
        match self.look(checkout, payment).await.0 {
            Step::Came(Input::Seen(sight)) if matches!(sight.paid, Paid::Captured(_) | Paid::Voided) => {
                Step::Came(Input::Seen(sight))
            }
            Step::Came(_) | Step::Failed(_) | Step::Unknown(_) | Step::Hopeless(_) => failed,
        }
    }

    /// What cannot be voided may have been captured: that is looked at before anything is believed.
    pub(super) async fn void(&self, checkout: &Checkout, key: &str, payment: &GatewayReference, amount: Money) -> Step {
        let gateway = match self.gateway_of(checkout) {
            Ok(gateway) => gateway,
            Err(step) => return step,
        };
        match gateway.void(whole(checkout, key, payment, amount)).await {
            Ok(()) => Step::Came(Input::Voided),
            Err(GatewayError::Declined(reason)) => match self.look(checkout, payment).await.0 {
                Step::Came(Input::Seen(sight)) if matches!(sight.paid, Paid::Waiting | Paid::Authorised) => {
                    Step::Hopeless(reason)
                }
                seen => seen,
            },
            Err(error) => self.unless_settled(checkout, payment, failed(error)).await,
        }
    }

    pub(super) async fn refund(&self, checkout: &Checkout, number: u32, refund: Refund) -> Step {
        let gateway = match self.gateway_of(checkout) {
            Ok(gateway) => gateway,
            Err(step) => return step,
        };
        let answer = match gateway.refund(refund).await {
            Ok(state) => answer(&state),
            Err(GatewayError::Declined(reason)) => RefundAnswer::Failed(reason),
            Err(error) => return failed(error),
        };
        Step::Came(Input::RefundAnswered { number, answer })
    }

    /// The gateway that the checkout was begun with, whatever is configured for new ones.
    fn gateway_of(&self, checkout: &Checkout) -> Result<&Arc<dyn PaymentGateway>, Step> {
        let name = &checkout.begun().gateway;
        self.gateway(name).ok_or_else(|| Step::Hopeless(format!("the payment gateway {name:?} is not configured")))
    }
}

fn failed(error: GatewayError) -> Step {
    match error {
        GatewayError::Unavailable(_) => Step::Failed(error.to_string()),
        GatewayError::Unknown(_) => Step::Unknown(error.to_string()),
        GatewayError::Declined(_) | GatewayError::Misconfigured(_) => Step::Hopeless(error.to_string()),
    }
}

/// The total, and each price by itself: it may have to be given back.
fn takes(gateway: &Arc<dyn PaymentGateway>, checkout: &Checkout) -> Result<(), String> {
    let prices = checkout.begun().prices.iter().copied().filter(|price| *price > Money::ZERO);
    prices.chain([checkout.total()]).try_for_each(|amount| gateway.takes(amount, currency_of(checkout)))
}

/// Whatever was paid, it was not for these tickets.
fn other_currency(state: &PaymentState) -> Step {
    let code = state.currency.code();
    Step::Hopeless(format!("the payment {} is in another currency than was asked for: {code}", state.payment.0))
}

fn whole(checkout: &Checkout, key: &str, payment: &GatewayReference, amount: Money) -> CaptureOrVoid {
    let (payment, currency) = (Reference(payment.0.clone()), currency_of(checkout));
    CaptureOrVoid { key: StepKey(key.into()), payment, amount, currency }
}

pub(super) fn currency_of(checkout: &Checkout) -> iso_currency::Currency {
    currency(&checkout.begun().currency).expect("a show is scheduled in a currency that is known")
}

fn sight(state: PaymentState) -> Sight {
    let paid = paid(&state);
    let refunds = state.refunds.iter().map(|refund| RefundSight {
        refund: GatewayReference(refund.refund.0.clone()),
        key: refund.key.as_ref().map(|key| key.0.to_string()),
        amount: refund.amount,
        answer: answer(refund),
    });
    Sight { paid, refunds: refunds.collect(), declined: state.declined }
}

fn paid(state: &PaymentState) -> Paid {
    match state.status {
        PaymentStatus::Waiting => Paid::Waiting,
        PaymentStatus::Authorised => Paid::Authorised,
        PaymentStatus::Captured => Paid::Captured(state.captured),
        PaymentStatus::Voided => Paid::Voided,
    }
}

fn answer(refund: &RefundState) -> RefundAnswer {
    match refund.status {
        RefundStatus::Pending => RefundAnswer::Pending(GatewayReference(refund.refund.0.clone())),
        RefundStatus::Succeeded => RefundAnswer::Succeeded,
        RefundStatus::Failed => RefundAnswer::Failed("the provider could not make it".into()),
    }
}
