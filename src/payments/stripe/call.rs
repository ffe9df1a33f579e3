//! The port over Stripe's API.
//!
//! Stripe forgets keys after a day or more, and repeats what it once answered to a key, a failure too. So a refund is
//! looked for among the payment's refunds before it is asked for, and a capture or a void that only met an old failure
//! is made again without its key: the intent's own state lets it happen once. An opening whose key has an old failure of
//! unknown outcome can never learn more under it, and says so instead of waiting for ever.

use std::cmp::Ordering;

use futures_util::future::{BoxFuture, FutureExt};
use iso_currency::Currency;

use super::StripeGateway;
use super::amount::{currency, from_stripe, to_stripe};
use super::client::{Call, Failed};
use super::failure::of_question;
use super::objects::{self, CHECKOUT, List, PaymentIntent, STEP};
use super::webhook;
use crate::domain::money::Money;
use crate::payments::{
    Authorise, CaptureOrVoid, GatewayError, Notice, Opened, PaymentGateway, PaymentState, PaymentStatus, Reference,
    Refund, RefundState, StepKey, WebhookError,
};

/// Refunds per question, and questions per payment.
const PAGE: usize = 100;
const PAGES_MAX: usize = 20;

impl PaymentGateway for StripeGateway {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn takes(&self, amount: Money, currency: Currency) -> Result<(), String> {
        to_stripe(amount, currency).map(drop)
    }

    fn authorise(&self, request: Authorise) -> BoxFuture<'_, Result<Opened, GatewayError>> {
        async move {
            let amount = to_stripe(request.amount, request.currency).map_err(|reason| match request.amount {
                Money::ZERO => GatewayError::Misconfigured(reason),
                // Nobody can ever pay it.
                _ => GatewayError::Declined(reason),
            })?;
            let form = vec![
                ("amount".to_owned(), amount.to_string()),
                ("currency".to_owned(), request.currency.code().to_ascii_lowercase()),
                ("capture_method".to_owned(), "manual".to_owned()),
                ("description".to_owned(), request.description),
                (format!("metadata[{CHECKOUT}]"), request.checkout.into()),
            ];
            let call = Call::Post { path: "/v1/payment_intents".into(), form, key: Some(request.key) };
            let intent: PaymentIntent = self.client.call(call).await.map_err(never_opened)?;
            let status = intent.status()?;
            if intent.amount != amount || intent.currency()? != request.currency {
                let (amount, currency) = (intent.amount, intent.currency);
                let other = format!("Stripe opened a payment of {amount} {currency}, which nobody asked for");
                return Err(GatewayError::Misconfigured(other));
            }
            Ok(Opened { payment: intent.reference(), way: intent.way(status), status })
        }
        .boxed()
    }

    fn capture(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        async move {
            let amount = to_stripe(request.amount, request.currency).map_err(GatewayError::Misconfigured)?.to_string();
            let form = vec![("amount_to_capture".to_owned(), amount)];
            self.settle(&request, "capture", form, PaymentStatus::Captured).await
        }
        .boxed()
    }

    fn void(&self, request: CaptureOrVoid) -> BoxFuture<'_, Result<(), GatewayError>> {
        async move { self.settle(&request, "cancel", Vec::new(), PaymentStatus::Voided).await }.boxed()
    }

    fn refund(&self, request: Refund) -> BoxFuture<'_, Result<RefundState, GatewayError>> {
        async move {
            let amount = to_stripe(request.amount, request.currency).map_err(GatewayError::Misconfigured)?;
            let form = vec![
                ("payment_intent".to_owned(), request.payment.0.to_string()),
                ("amount".to_owned(), amount.to_string()),
                (format!("metadata[{STEP}]"), request.key.0.to_string()),
            ];
            let mut retry = 0;
            loop {
                let known = self.refunds(&request.payment).await?;
                if let Some(known) = known.into_iter().find(|refund| refund.key.as_ref() == Some(&request.key)) {
                    return same_refund(known, request.amount, &request.key);
                }
                let key = Some(asked_under(&request.key, retry));
                let call = Call::Post { path: "/v1/refunds".into(), form: form.clone(), key };
                match self.client.call::<objects::Refund>(call).await {
                    Ok(refund) if currency(&refund.currency)? == request.currency => {
                        return same_refund(refund.state()?, request.amount, &request.key);
                    }
                    Ok(objects::Refund { currency, .. }) => {
                        let what = format!("Stripe refunds in another currency: {currency}");
                        return Err(GatewayError::Misconfigured(what));
                    }
                    // What is repeated has ended: nothing is under way under that key any more.
                    Err(Failed { error: GatewayError::Unknown(_), is_replayed: true }) if retry < request.retries => {
                        retry += 1;
                    }
                    Err(Failed { error, .. }) => return Err(error),
                }
            }
        }
        .boxed()
    }

    fn look_up(&self, payment: &Reference) -> BoxFuture<'_, Result<PaymentState, GatewayError>> {
        let payment = payment.clone();
        async move {
            let intent = self.intent(&payment).await?;
            let status = intent.status()?;
            let (captured, refunds) = match status {
                PaymentStatus::Captured => {
                    (from_stripe(intent.amount_received, &intent.currency)?, self.refunds(&payment).await?)
                }
                PaymentStatus::Waiting | PaymentStatus::Authorised | PaymentStatus::Voided => (Money::ZERO, Vec::new()),
            };
            let (way, declined, currency) = (intent.way(status), intent.declined(), intent.currency()?);
            Ok(PaymentState { payment, status, declined, captured, currency, refunds, way })
        }
        .boxed()
    }

    fn read_webhook(&self, headers: &[(String, String)], body: &[u8]) -> Result<Notice, WebhookError> {
        let now = (self.clock)();
        webhook::verify(headers, body, &self.webhook_secret, now, self.webhook_tolerance_seconds)?;
        webhook::read(body)
    }
}

impl StripeGateway {
    /// Captures or cancels. Where Stripe says no, the payment's state says what that means.
    async fn settle(
        &self,
        request: &CaptureOrVoid,
        verb: &str,
        form: Vec<(String, String)>,
        goal: PaymentStatus,
    ) -> Result<(), GatewayError> {
        let path = format!("/v1/payment_intents/{}/{verb}", part_of_path(&request.payment)?);
        let keyed = Call::Post { path: path.clone(), form: form.clone(), key: Some(request.key.clone()) };
        let mut answer = self.client.call(keyed).await;
        if answer.as_ref().is_err_and(|failed: &Failed| failed.is_replayed) {
            answer = self.client.call(Call::Post { path, form, key: None }).await;
        }
        let error = match answer {
            Ok(intent) => return reached(&intent, request, goal),
            Err(Failed { error, .. }) => error,
        };
        match error {
            GatewayError::Unavailable(_) | GatewayError::Unknown(_) => Err(error),
            GatewayError::Declined(_) | GatewayError::Misconfigured(_) => {
                let Ok(intent) = self.intent(&request.payment).await else { return Err(error) };
                match intent.status()? {
                    status if status == goal => reached(&intent, request, goal),
                    PaymentStatus::Captured => {
                        Err(GatewayError::Declined("the payment was captured; refund it".into()))
                    }
                    PaymentStatus::Voided => Err(GatewayError::Declined("the payment was voided".into())),
                    // It is being processed: neither paid nor free, for now.
                    PaymentStatus::Waiting if goal == PaymentStatus::Voided || intent.is_processing() => {
                        Err(GatewayError::Unavailable(error.to_string()))
                    }
                    PaymentStatus::Waiting => Err(GatewayError::Declined("the buyer has not paid yet".into())),
                    // Its buyer was just paying: what was processed is authorised now, and may be cancelled.
                    PaymentStatus::Authorised
                        if goal == PaymentStatus::Voided && matches!(error, GatewayError::Declined(_)) =>
                    {
                        Err(GatewayError::Unavailable(error.to_string()))
                    }
                    PaymentStatus::Authorised => Err(error),
                }
            }
        }
    }

    async fn intent(&self, payment: &Reference) -> Result<PaymentIntent, GatewayError> {
        let path = format!("/v1/payment_intents/{}", part_of_path(payment)?);
        let intent = self.client.call(Call::Get { path, query: Vec::new() }).await;
        intent.map_err(|failed| of_question(failed.error))
    }

    async fn refunds(&self, payment: &Reference) -> Result<Vec<RefundState>, GatewayError> {
        let mut refunds: Vec<RefundState> = Vec::new();
        for _ in 0..PAGES_MAX {
            let mut query = vec![("payment_intent", payment.0.to_string()), ("limit", PAGE.to_string())];
            if let Some(last) = refunds.last() {
                query.push(("starting_after", last.refund.0.to_string()));
            }
            let page = self.client.call(Call::Get { path: "/v1/refunds".into(), query }).await;
            let page: List<objects::Refund> = page.map_err(|failed| of_question(failed.error))?;
            let is_empty = page.data.is_empty();
            for refund in page.data {
                refunds.push(refund.state()?);
            }
            if !page.has_more || is_empty {
                return Ok(refunds);
            }
        }
        Err(GatewayError::Misconfigured(format!("{} has more refunds than anybody reads", payment.0)))
    }
}

/// Where somebody else has captured a part of it, by the dashboard, there is no payment for the tickets.
fn reached(intent: &PaymentIntent, request: &CaptureOrVoid, goal: PaymentStatus) -> Result<(), GatewayError> {
    if intent.status()? != goal {
        return Err(GatewayError::Unknown(format!("the payment is {} after the call", intent.status)));
    }
    match goal {
        PaymentStatus::Captured => just(intent, request),
        PaymentStatus::Waiting | PaymentStatus::Authorised | PaymentStatus::Voided => Ok(()),
    }
}

fn just(intent: &PaymentIntent, request: &CaptureOrVoid) -> Result<(), GatewayError> {
    if intent.currency()? != request.currency {
        let currency = &intent.currency;
        return Err(GatewayError::Misconfigured(format!("Stripe captured in another currency: {currency}")));
    }
    match from_stripe(intent.amount_received, &intent.currency)?.cmp(&request.amount) {
        Ordering::Less => Err(GatewayError::Declined("less than the price was captured".into())),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(GatewayError::Unknown("more than the price was captured".into())),
    }
}

/// Whatever Stripe opened then, nobody was told how to pay it: it can be given up.
fn never_opened(failed: Failed) -> GatewayError {
    match failed {
        Failed { error: GatewayError::Unknown(text), is_replayed: true } => {
            GatewayError::Declined(format!("Stripe repeats an old failure: {text}"))
        }
        Failed { error, .. } => error,
    }
}

/// Stripe saves what it answered under a key, a 500 too, and repeats that for a day or more. Such a refund stays unknown until
/// it is asked for again, by an operator for the most part: then under another key, and only where the old one has nothing
/// but its old failure to say. Each time it is looked for first, by its step.
fn asked_under(key: &StepKey, retry: u32) -> StepKey {
    match retry {
        0 => key.clone(),
        retry => StepKey(format!("{}:retry-{retry}", key.0).into()),
    }
}

fn same_refund(known: RefundState, amount: Money, key: &StepKey) -> Result<RefundState, GatewayError> {
    if known.amount == amount {
        return Ok(known);
    }
    Err(GatewayError::Misconfigured(format!("not the refund that was first made under {}", key.0)))
}

/// References come back from the journal and from messages; none of Stripe's can leave its place in the path.
fn part_of_path(payment: &Reference) -> Result<&str, GatewayError> {
    let is_plain = !payment.0.is_empty() && payment.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let wrong = || GatewayError::Misconfigured(format!("{:?} is no payment of Stripe's", payment.0));
    is_plain.then_some(&*payment.0).ok_or_else(wrong)
}
