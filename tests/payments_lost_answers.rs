//! Answers of Stripe's that are lost after their effect: the same key again finds the effect, and makes no second one.

use std::sync::Arc;

use understudy::domain::money::Money;
use understudy::payments::PaymentStatus;

use crate::payments_localstripe::{LocalStripe, front_that_loses_answers};
use crate::payments_subject::{AMOUNT, behind, outcome};

#[tokio::test]
async fn every_step_whose_answer_was_lost_is_found_again_under_its_key() {
    let Some(server) = LocalStripe::start() else { return };
    let server = Arc::new(server);
    let front = front_that_loses_answers(Arc::clone(&server));
    let subject = behind(&front, &server);

    let key = subject.key("authorise");
    assert_eq!(outcome(&subject.authorise(&key, AMOUNT).await), "unknown");
    let payment = subject.authorise(&key, AMOUNT).await.expect("opened").payment;
    (subject.pays)(&payment);

    let key = subject.key("capture");
    assert_eq!(outcome(&subject.capture(&key, &payment).await), "unknown");
    assert_eq!(
        subject.status(&payment).await,
        PaymentStatus::Captured,
        "what is true can be seen before it is asked again"
    );
    assert_eq!(outcome(&subject.capture(&key, &payment).await), "ok");

    let key = subject.key("refund");
    assert_eq!(outcome(&subject.refund(&key, &payment, 2_000).await), "unknown");
    let refund = subject.refund(&key, &payment, 2_000).await.expect("refunded");

    let state = subject.state(&payment).await;
    assert_eq!((state.captured, state.refunds.len()), (Money::from_minor(AMOUNT), 1));
    assert_eq!((&state.refunds[0].refund, state.refunds[0].amount), (&refund.refund, Money::from_minor(2_000)));
    let (_, all) = server.call("GET", "/v1/payment_intents", "");
    assert_eq!(all["data"].as_array().map(Vec::len), Some(1), "one payment was opened: {all}");
}
