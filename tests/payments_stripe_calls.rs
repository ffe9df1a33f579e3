//! What the Stripe adapter asks for, and what it makes of Stripe's answers.

use iso_currency::Currency;
use understudy::domain::money::Money;
use understudy::payments::{
    Authorise, CaptureOrVoid, PaymentGateway, PaymentStatus, Reference, Refund, RefundStatus, StepKey,
};

use crate::payments_stand_in::{Asked, Reply, StandIn};
use crate::payments_stripe::{authorise, intent, kind, patient, refund, step};

#[tokio::test]
async fn a_payment_is_opened_as_stripe_wants_it() {
    let stand_in = StandIn::start(|_: &Asked| Reply::json(200, &intent("requires_payment_method")));
    let opened = patient(stand_in.base_url()).authorise(authorise()).await.expect("opened");
    assert_eq!((&*opened.payment.0, opened.status), ("pi_1", PaymentStatus::Waiting));
    let asked = stand_in.asked().remove(0);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/payment_intents"));
    assert_eq!(asked.header("authorization"), Some("Bearer sk_test_hostile"));
    assert_eq!(asked.header("idempotency-key"), Some("checkout-1/authorise"));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(asked.header("stripe-version").is_some());
    let form: Vec<&str> = asked.body.split('&').collect();
    for pair in ["amount=5000", "currency=eur", "capture_method=manual", "metadata%5Bcheckout%5D=checkout-1"] {
        assert!(form.contains(&pair), "{pair} in {form:?}");
    }
    assert_eq!(form.len(), 5, "the description cannot add parameters: {form:?}");
}

#[tokio::test]
async fn a_capture_that_is_refused_because_it_was_done_is_done() {
    for (state, expected) in [
        ("succeeded", Ok(())),
        ("canceled", Err("declined")),
        ("requires_payment_method", Err("declined")),
        ("requires_capture", Err("declined")),
    ] {
        let stand_in = StandIn::start(move |asked: &Asked| match asked.method.as_str() {
            "GET" => Reply::json(200, &intent(state)),
            _ => Reply::json(400, r#"{"error":{"code":"payment_intent_unexpected_state"}}"#),
        });
        let captured = patient(stand_in.base_url()).capture(step()).await;
        assert_eq!(captured.as_ref().map_err(kind).copied(), expected, "{state}");
    }
}

#[tokio::test]
async fn a_void_while_the_payment_is_processed_may_be_asked_for_again() {
    // It may have been authorised by the time that somebody looks.
    for state in ["processing", "requires_capture"] {
        let stand_in = StandIn::start(move |asked: &Asked| match asked.method.as_str() {
            "GET" => Reply::json(200, &intent(state)),
            _ => Reply::json(400, r#"{"error":{"code":"payment_intent_unexpected_state"}}"#),
        });
        let voided = patient(stand_in.base_url()).void(step()).await;
        assert_eq!(voided.as_ref().map_err(kind), Err("unavailable"), "{state}");
    }
}

/// Stripe, where every keyed call failed long ago and is answered so for ever, and which has no refunds.
fn stuck() -> StandIn {
    StandIn::start(|asked: &Asked| match asked.header("idempotency-key") {
        Some(_) => Reply::Answer {
            status: 500,
            headers: vec![("idempotent-replayed".into(), "true".into())],
            body: b"{}".to_vec(),
        },
        None if asked.path.starts_with("/v1/refunds") => Reply::json(200, r#"{"data":[],"has_more":false}"#),
        None => Reply::json(200, &intent("succeeded")),
    })
}

#[tokio::test]
async fn a_capture_whose_old_failure_is_repeated_is_made_again_without_its_key() {
    let stand_in = stuck();
    assert_eq!(patient(stand_in.base_url()).capture(step()).await, Ok(()));
    let asked = stand_in.asked();
    let calls: Vec<_> =
        asked.iter().map(|call| (call.method.as_str(), call.path.as_str(), call.header("idempotency-key"))).collect();
    let path = "/v1/payment_intents/pi_1/capture";
    assert_eq!(calls, [("POST", path, Some("checkout-1/step")), ("POST", path, None)]);
    assert_eq!(asked[0].body, asked[1].body, "it is the same capture");
}

#[tokio::test]
async fn an_old_failure_that_is_repeated_is_not_unknown_for_ever() {
    let stand_in = stuck();
    let gateway = patient(stand_in.base_url());
    let opened = gateway.authorise(authorise()).await.map(drop);
    assert_eq!(opened.as_ref().map_err(kind), Err("declined"), "nobody can pay what was opened then");
    // Whoever asked for it waits, and then for a person to look before money goes out twice.
    let refunded = gateway.refund(refund()).await.map(drop);
    assert_eq!(refunded.as_ref().map_err(kind), Err("unknown"));
    let again = gateway.refund(Refund { retries: 2, ..refund() }).await.map(drop);
    assert_eq!(again.as_ref().map_err(kind), Err("unknown"));
    assert_eq!(
        keys_of_refunds(&stand_in),
        ["checkout-1/refund", "checkout-1/refund", "checkout-1/refund:retry-1", "checkout-1/refund:retry-2"]
    );
}

/// What has not ended yet may still be done: under another key it would be done twice.
#[tokio::test]
async fn a_refund_that_may_be_under_way_is_never_asked_for_under_another_key() {
    let stand_in = StandIn::start(|asked: &Asked| match asked.method.as_str() {
        "GET" => Reply::json(200, r#"{"data":[],"has_more":false}"#),
        _ => Reply::json(500, "{}"),
    });
    let gateway = patient(stand_in.base_url());
    for retries in 0..3 {
        let refunded = gateway.refund(Refund { retries, ..refund() }).await.map(drop);
        assert_eq!(refunded.as_ref().map_err(kind), Err("unknown"));
    }
    assert_eq!(keys_of_refunds(&stand_in), ["checkout-1/refund"; 3]);
}

/// Whatever its key, it is the same refund by its step.
fn keys_of_refunds(stand_in: &StandIn) -> Vec<String> {
    let asked = stand_in.asked().into_iter();
    let made = asked.filter(|call| (call.method.as_str(), call.path.as_str()) == ("POST", "/v1/refunds"));
    let key = |call: Asked| {
        let step = "metadata%5Bstep%5D=checkout-1%2Frefund";
        assert!(call.body.split('&').any(|pair| pair == step), "{}", call.body);
        call.header("idempotency-key").expect("it has one").to_owned()
    };
    made.map(key).collect()
}

#[tokio::test]
async fn a_refund_that_stripe_has_is_found_on_whatever_page_it_stands() {
    let stand_in = StandIn::start(|asked: &Asked| {
        assert_eq!(asked.method, "GET", "it is there already");
        let (id, step, has_more) = match asked.path.contains("starting_after=re_1") {
            false => ("re_1", "another/refund", true),
            true => ("re_2", "checkout-1/refund", false),
        };
        let refund = format!(
            r#"{{"id":"{id}","amount":1000,"currency":"eur","status":"pending","metadata":{{"step":"{step}"}}}}"#
        );
        Reply::json(200, &format!(r#"{{"object":"list","data":[{refund}],"has_more":{has_more}}}"#))
    });
    let gateway = patient(stand_in.base_url());
    let found = gateway.refund(refund()).await.expect("found");
    assert_eq!((&*found.refund.0, found.status), ("re_2", RefundStatus::Pending));
    let other = gateway.refund(Refund { amount: Money::from_minor(2_000), ..refund() }).await;
    assert_eq!(other.as_ref().map_err(kind).map(drop), Err("misconfigured"));
}

#[tokio::test]
async fn what_cannot_be_asked_is_not_sent() {
    let stand_in = StandIn::start(|_: &Asked| Reply::json(200, "{}"));
    let gateway = patient(stand_in.base_url());
    let elsewhere = Reference("pi_1/../../v1/accounts?x=".into());
    let looked_up = gateway.look_up(&elsewhere).await.map(drop);
    assert_eq!(looked_up.as_ref().map_err(kind), Err("misconfigured"));
    let captured = gateway.capture(CaptureOrVoid { payment: elsewhere, ..step() }).await;
    assert_eq!(captured.as_ref().map_err(kind), Err("misconfigured"));
    let long = Authorise { key: StepKey("k".repeat(256).into()), ..authorise() };
    assert_eq!(gateway.authorise(long).await.map(drop).as_ref().map_err(kind), Err("misconfigured"));
    assert!(stand_in.asked().is_empty());
}

/// The organiser's prices are wrong then: no operator can do anything for the one checkout.
#[tokio::test]
async fn an_amount_that_stripe_cannot_charge_is_declined_and_known_before() {
    let stand_in = StandIn::start(|_: &Asked| {
        let reason = r#"{"error":{"type":"invalid_request_error","param":"currency","message":"Invalid currency"}}"#;
        Reply::json(400, reason)
    });
    let gateway = patient(stand_in.base_url());
    for (minor, currency) in [(500, Currency::UGX), (5_124, Currency::KWD)] {
        let amount = Money::from_minor(minor);
        assert!(gateway.takes(amount, currency).is_err(), "{currency:?}");
        let opened = gateway.authorise(Authorise { amount, currency, ..authorise() }).await.map(drop);
        assert_eq!(opened.as_ref().map_err(kind), Err("declined"), "{currency:?}");
    }
    assert!(stand_in.asked().is_empty());
    assert_eq!(gateway.takes(Money::from_minor(5_120), Currency::KWD), Ok(()));
    let not_taken = gateway.authorise(authorise()).await.map(drop);
    assert_eq!(not_taken.as_ref().map_err(kind), Err("declined"));
}

#[tokio::test]
async fn a_payment_of_another_amount_or_currency_is_no_payment() {
    for (right, wrong) in [(r#""amount":5000"#, r#""amount":500"#), (r#""eur""#, r#""jpy""#)] {
        let answer = intent("succeeded").replace(right, wrong);
        assert_ne!(answer, intent("succeeded"));
        let stand_in = StandIn::start(move |_: &Asked| Reply::json(200, &answer));
        let gateway = patient(stand_in.base_url());
        let opened = gateway.authorise(authorise()).await.map(drop);
        assert_eq!(opened.as_ref().map_err(kind), Err("misconfigured"), "{wrong}");
        let captured = gateway.capture(step()).await;
        // What counts of a capture is what was received.
        let expected = if wrong.contains("jpy") { Err("misconfigured") } else { Ok(()) };
        assert_eq!(captured.as_ref().map_err(kind).copied(), expected, "{wrong}");
    }
}

#[tokio::test]
async fn a_capture_of_more_than_was_asked_for_is_looked_at() {
    let answer = intent("succeeded").replace(r#""amount_received":5000"#, r#""amount_received":6000"#);
    let stand_in = StandIn::start(move |_: &Asked| Reply::json(200, &answer));
    let captured = patient(stand_in.base_url()).capture(step()).await;
    assert_eq!(captured.as_ref().map_err(kind), Err("unknown"));
}

#[tokio::test]
async fn a_capture_that_is_still_processed_is_neither_made_nor_refused() {
    let stand_in = StandIn::start(|asked: &Asked| match asked.method.as_str() {
        "GET" => Reply::json(200, &intent("processing")),
        _ => Reply::json(400, r#"{"error":{"code":"payment_intent_unexpected_state"}}"#),
    });
    let captured = patient(stand_in.base_url()).capture(step()).await;
    assert_eq!(captured.as_ref().map_err(kind), Err("unavailable"));
}

#[tokio::test]
async fn a_refund_that_is_answered_with_another_one_is_an_operators() {
    for (amount, currency) in [(1, "eur"), (1_000, "jpy")] {
        let stand_in = StandIn::start(move |asked: &Asked| match asked.method.as_str() {
            "GET" => Reply::json(200, r#"{"data":[],"has_more":false}"#),
            _ => {
                let refund =
                    format!(r#"{{"id":"re_1","amount":{amount},"currency":"{currency}","status":"succeeded"}}"#);
                Reply::json(200, &refund)
            }
        });
        let refunded = patient(stand_in.base_url()).refund(refund()).await.map(drop);
        assert_eq!(refunded.as_ref().map_err(kind), Err("misconfigured"), "{amount} {currency}");
    }
}
