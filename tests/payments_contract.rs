//! What every gateway promises, run over every gateway there is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::domain::money::Money;
use understudy::payments::{NoticeKind, PaymentStatus, Reference, RefundStatus, WebhookError};

use crate::payments_localstripe::LocalStripe;
use crate::payments_stand_in::{Reply, StandIn};
use crate::payments_subject::{AMOUNT, WEBHOOK_SECRET, outcome, over_every_gateway, over_localstripe};

const DEADLINE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_same_key_opens_one_payment_and_another_request_under_it_is_refused() {
    over_every_gateway(async |subject| {
        let key = subject.key("authorise");
        let first = subject.authorise(&key, AMOUNT).await.expect("opened");
        let again = subject.authorise(&key, AMOUNT).await.expect("opened");
        assert_eq!((&first.payment, &first.way), (&again.payment, &again.way));
        assert_eq!(outcome(&subject.authorise(&key, AMOUNT + 1).await), "misconfigured");
        assert_ne!(subject.opened().await, first.payment);
    })
    .await;
}

#[tokio::test]
async fn a_new_payment_waits_for_its_buyer_and_can_be_looked_up() {
    over_every_gateway(async |subject| {
        let opened = subject.authorise(&subject.key("authorise"), AMOUNT).await.expect("opened");
        assert_eq!(opened.status, PaymentStatus::Waiting);
        assert!(opened.way.is_some(), "the buyer has a way to pay");
        let state = subject.state(&opened.payment).await;
        assert_eq!((&state.payment, state.status, &state.way), (&opened.payment, opened.status, &opened.way));
        assert_eq!((state.captured, state.refunds, state.declined), (Money::ZERO, Vec::new(), None));
        assert!(!format!("{opened:?}").contains("_secret_"), "a way to pay is not shown");
    })
    .await;
}

#[tokio::test]
async fn a_buyer_who_was_declined_may_try_again() {
    over_every_gateway(async |subject| {
        let payment = subject.opened().await;
        (subject.is_declined)(&payment);
        let state = subject.state(&payment).await;
        assert_eq!(state.status, PaymentStatus::Waiting);
        assert!(state.declined.is_some() && state.way.is_some());
        assert_eq!(subject.void(&subject.key("void"), &payment).await, Ok(()));
    })
    .await;
}

#[tokio::test]
async fn a_paid_payment_is_captured_once_under_any_key() {
    over_every_gateway(async |subject| {
        let payment = subject.paid().await;
        let state = subject.state(&payment).await;
        assert_eq!((state.status, state.captured), (PaymentStatus::Authorised, Money::ZERO));
        let key = subject.key("capture");
        assert_eq!(subject.capture(&key, &payment).await, Ok(()));
        assert_eq!(subject.capture(&key, &payment).await, Ok(()));
        assert_eq!(subject.capture(&subject.key("capture-again"), &payment).await, Ok(()));
        let state = subject.state(&payment).await;
        assert_eq!((state.status, state.captured), (PaymentStatus::Captured, Money::from_minor(AMOUNT)));
    })
    .await;
}

#[tokio::test]
async fn a_capture_before_the_payment_is_declined_and_its_key_is_good_for_later() {
    over_every_gateway(async |subject| {
        let payment = subject.opened().await;
        let key = subject.key("capture");
        assert_eq!(outcome(&subject.capture(&key, &payment).await), "declined");
        assert_eq!(subject.status(&payment).await, PaymentStatus::Waiting);
        (subject.pays)(&payment);
        assert_eq!(subject.capture(&key, &payment).await, Ok(()));
        assert_eq!(subject.status(&payment).await, PaymentStatus::Captured);
    })
    .await;
}

#[tokio::test]
async fn a_voided_payment_can_never_be_captured() {
    over_every_gateway(async |subject| {
        for payment in [subject.opened().await, subject.paid().await] {
            let key = subject.key("void");
            assert_eq!(subject.void(&key, &payment).await, Ok(()));
            assert_eq!(subject.void(&key, &payment).await, Ok(()));
            assert_eq!(subject.void(&subject.key("void-again"), &payment).await, Ok(()));
            assert_eq!(outcome(&subject.capture(&subject.key("capture"), &payment).await), "declined");
            let state = subject.state(&payment).await;
            assert_eq!((state.status, state.captured), (PaymentStatus::Voided, Money::ZERO));
        }
    })
    .await;
}

#[tokio::test]
async fn a_captured_payment_cannot_be_voided() {
    over_every_gateway(async |subject| {
        let payment = subject.captured().await;
        assert_eq!(outcome(&subject.void(&subject.key("void"), &payment).await), "declined");
        let state = subject.state(&payment).await;
        assert_eq!((state.status, state.captured), (PaymentStatus::Captured, Money::from_minor(AMOUNT)));
    })
    .await;
}

#[tokio::test]
async fn refunds_have_one_effect_per_key_and_are_never_more_than_what_was_captured() {
    over_every_gateway(async |subject| {
        let payment = subject.captured().await;
        let key = subject.key("refund");
        let first = subject.refund(&key, &payment, 2_000).await.expect("refunded");
        assert_eq!((first.amount, first.key.as_ref()), (Money::from_minor(2_000), Some(&key)));
        assert_eq!(first.status, RefundStatus::Succeeded);
        let again = subject.refund(&key, &payment, 2_000).await.expect("the same");
        assert_eq!(again.refund, first.refund);
        assert_eq!(outcome(&subject.refund(&key, &payment, 2_001).await), "misconfigured");
        assert_eq!(outcome(&subject.refund(&subject.key("too-much"), &payment, 3_001).await), "declined");
        let rest = subject.refund(&subject.key("rest"), &payment, 3_000).await.expect("refunded");
        assert_eq!(outcome(&subject.refund(&subject.key("one-more"), &payment, 1).await), "declined");

        let state = subject.state(&payment).await;
        let mut refunds: Vec<_> = state.refunds.iter().map(|refund| (&refund.refund, refund.amount.minor())).collect();
        refunds.sort_by_key(|(_, minor)| *minor);
        assert_eq!(refunds, [(&first.refund, 2_000), (&rest.refund, 3_000)]);
        assert_eq!(state.captured, Money::from_minor(AMOUNT), "what was captured stays what it was");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_captured_is_not_refunded() {
    over_every_gateway(async |subject| {
        for payment in [subject.opened().await, subject.paid().await] {
            assert_eq!(outcome(&subject.refund(&subject.key("refund"), &payment, 1_000).await), "declined");
            assert!(subject.state(&payment).await.refunds.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_no_amount_to_pay_or_to_refund() {
    over_every_gateway(async |subject| {
        assert_eq!(outcome(&subject.authorise(&subject.key("authorise"), 0).await), "misconfigured");
        let payment = subject.captured().await;
        assert_eq!(outcome(&subject.refund(&subject.key("refund"), &payment, 0).await), "misconfigured");
        assert!(subject.state(&payment).await.refunds.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_nobody_knows_is_a_case_for_an_operator() {
    over_every_gateway(async |subject| {
        let nobodys = Reference("pi_nobodys".into());
        assert_eq!(outcome(&subject.gateway.look_up(&nobodys).await), "misconfigured");
        assert_eq!(outcome(&subject.capture(&subject.key("capture"), &nobodys).await), "misconfigured");
        assert_eq!(outcome(&subject.void(&subject.key("void"), &nobodys).await), "misconfigured");
        assert_eq!(outcome(&subject.refund(&subject.key("refund"), &nobodys, 1_000).await), "misconfigured");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_signed_is_refused() {
    over_every_gateway(async |subject| {
        let read = subject.gateway.read_webhook(&[], b"{}").map(drop);
        assert_eq!(read, Err(WebhookError::Signature));
    })
    .await;
}

#[tokio::test]
async fn a_message_of_localstripe_is_genuine_and_names_its_checkout() {
    let Some(server) = LocalStripe::start() else { return };
    let server = Arc::new(server);
    let mailbox = StandIn::start(|_| Reply::json(200, "{}"));
    server.tell(&mailbox.base_url(), WEBHOOK_SECRET);
    let (subject, _front) = over_localstripe(&server);
    let payment = subject.captured().await;

    let deadline = Instant::now() + DEADLINE;
    let message = loop {
        if let Some(message) = mailbox.asked().into_iter().find(|asked| asked.body.contains("payment_intent.succeeded"))
        {
            break message;
        }
        assert!(Instant::now() < deadline, "no message came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let notice = subject.gateway.read_webhook(&message.headers, message.body.as_bytes()).expect("it is genuine");
    assert_eq!((notice.payment, notice.kind), (payment, NoticeKind::Captured));
    assert_eq!(notice.checkout.as_deref(), Some("checkout"));
    let touched = message.body.replace("succeeded", "Succeeded");
    let read = subject.gateway.read_webhook(&message.headers, touched.as_bytes()).map(drop);
    assert_eq!(read, Err(WebhookError::Signature));
}
