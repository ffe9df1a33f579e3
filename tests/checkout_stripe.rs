//! Checkouts through Stripe, where Stripe changes its mind: what is true there now is found out, whatever was answered.

use serde_json::{Value, json};

use super::checkout_stage::is_refunded;
use super::checkout_stripe_stand_in::Stripe;
use super::http_app::{TestApp, text, until};
use super::payments_stand_in::Reply;

fn paid(stripe: &Stripe, app: &TestApp, show: &str, seat: &str) -> Value {
    let (_, checkout) = app.checkout(show, &[seat]);
    stripe.buyer_pays(app);
    checkout
}

/// A checkout that is paid, cancelled, refunded and settled.
fn refunded(stripe: &Stripe, app: &TestApp) -> Value {
    let show = app.show();
    let checkout = app.until_status(&paid(stripe, app, &show, "A-1"), "completed");
    app.cancel_tickets(&show, &text(&checkout, "booking_id"), &[]);
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    app.until_ops("it is settled", |ops| ops["open"] == json!({}));
    checkout
}

fn nobody_is_needed(now: &Value) -> bool {
    now["needs_operator"] != true
}

#[test]
fn a_refund_that_fails_after_its_success_is_made_again() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let checkout = refunded(&stripe, &app);

    // Late, twice, and not true any more: a look undoes nothing.
    let mut told = stripe.book().refunds[0].clone();
    told["status"] = json!("failed");
    let looks = stripe.asked("GET", "/v1/payment_intents/");
    stripe.tells(&app, "refund.failed", &told);
    app.until_ops("somebody has looked", |_| stripe.asked("GET", "/v1/payment_intents/") > looks);
    app.until_ops("it is settled", |ops| ops["open"] == json!({}));
    assert_eq!(stripe.asked("POST", "/v1/refunds"), 1);

    stripe.book().refunds[0]["status"] = json!("failed");
    stripe.tells(&app, "refund.failed", &told);
    app.until_ops("it is made again", |_| stripe.asked("POST", "/v1/refunds") == 2);
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    app.until_ops("it is settled", |ops| ops["open"] == json!({}));
    stripe.tells(&app, "refund.failed", &told);
    let app = app.again();
    assert!(is_refunded(&app.standing(&checkout), 4_500));
    assert_eq!(stripe.asked("POST", "/v1/refunds"), 2);
    app.close_and_verify();
}

/// Nothing else would ever tell of it: the provider sends it again until it is answered well.
#[test]
fn a_message_of_a_refund_that_came_back_is_received_once_that_is_written_down() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let checkout = refunded(&stripe, &app);

    stripe.book().refunds[0]["status"] = json!("failed");
    let told = stripe.book().refunds[0].clone();
    stripe.answers(|asked, _| (asked.method == "GET").then(|| Reply::json(500, "{}")));
    let unheard = stripe.posts(&app, "refund.failed", &told);
    unheard.problem(503, "webhook_not_heeded");
    assert!(unheard.header("retry-after").is_some());
    let metrics = app.keyed("GET", "/metrics").send().text();
    assert!(metrics.contains("understudy_checkouts_in_trouble 1"), "{metrics}");

    stripe.answers(|_, _| None);
    until("the message is received", || stripe.posts(&app, "refund.failed", &told).status == 200);
    let written = app.keyed("GET", "/v1/ops/export").send().text();
    assert!(written.contains("refund_failed"), "{written}");
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    assert_eq!(stripe.asked("POST", "/v1/refunds"), 2);
    app.until_ops("it is settled", |ops| ops["open"] == json!({}));
    // Of a checkout that there is not, or that was refunded nothing, nothing is to be learned.
    let strangers = json!({"id": "re_9", "object": "refund", "status": "failed", "payment_intent": "pi_9",
        "metadata": {"step": format!("{}:refund:1", uuid::Uuid::now_v7())}});
    stripe.posts(&app, "refund.failed", &strangers).expect(200);
    app.close_and_verify();
}

/// Nobody has to see to a refund that waits for the end of an outage; one whose outcome stays unknown is a person's.
#[test]
fn a_refund_waits_for_a_provider_that_is_down_and_gives_up_on_one_that_does_not_say() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let show = app.show();
    let checkout = app.until_status(&paid(&stripe, &app, &show, "A-1"), "completed");
    stripe.answers(|asked, _| asked.path.starts_with("/v1/refunds").then(|| Reply::json(500, "{}")));
    app.cancel_tickets(&show, &text(&checkout, "booking_id"), &[]);
    // Default tries for unknown outcomes: 20.
    app.until_ops("it was tried often", |ops| ops["in_trouble"][0]["failures"].as_u64() > Some(25));
    assert!(nobody_is_needed(&app.standing(&checkout)));
    assert_eq!(stripe.asked("POST", "/v1/refunds"), 0);

    stripe.answers(|asked, _| (asked.method == "POST").then(|| Reply::json(500, "{}")));
    app.until(&checkout, "an operator is needed", |now| now["needs_operator"] == true);
    assert_eq!(stripe.asked("POST", "/v1/refunds"), 20);
    // Old answers are repeated under their keys, for ever.
    stripe.answers(|asked, _| {
        let is_new = asked.header("idempotency-key").is_none_or(|key| key.contains(":retry-"));
        let headers = vec![("idempotent-replayed".into(), "true".into())];
        (!is_new).then(|| Reply::Answer { status: 500, headers, body: b"{}".to_vec() })
    });
    let retry = format!("/v1/ops/checkouts/{}/retry", text(&checkout, "checkout_id"));
    app.keyed("POST", &retry).send().expect(200);
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    app.close_and_verify();
}

#[test]
fn ordinary_late_messages_of_a_settled_checkout_cost_no_look() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let show = app.show();
    app.until_status(&paid(&stripe, &app, &show, "A-1"), "completed");
    app.until_ops("it is settled", |ops| ops["open"] == json!({}));
    let looks = stripe.asked("GET", "");
    let intent = stripe.book().intents.values().next().expect("one").clone();
    for kind in ["payment_intent.succeeded", "payment_intent.canceled", "charge.refunded"] {
        stripe.tells(&app, kind, &intent);
    }
    // Of another payment, whatever checkout it names.
    let id = text(&intent["metadata"], "checkout");
    let refund = json!({"id": "re_9", "object": "refund", "status": "failed", "payment_intent": "pi_9",
        "metadata": {"step": format!("{id}:refund:1:0")}});
    stripe.tells(&app, "refund.failed", &refund);
    paid(&stripe, &app, &show, "A-2");
    app.until_ops("the next is paid", |_| stripe.asked("POST", "/capture") == 2);
    // The look of the message that the second was paid for.
    assert!(stripe.asked("GET", "") <= looks + 1, "{looks}");
    app.close_and_verify();
}

/// Stripe repeats that answer to the key of the capture, whatever becomes of the payment.
#[test]
fn a_capture_that_was_answered_with_processing_is_looked_after() {
    for (status, ends_as) in [("succeeded", "completed"), ("canceled", "ended")] {
        let stripe = Stripe::start();
        let app = stripe.app();
        stripe.answers(|asked, book| {
            let processing = |intent: &mut Value| {
                intent["status"] = json!("processing");
                Reply::json(200, &intent.to_string())
            };
            asked.path.ends_with("/capture").then(|| {
                let intent = book.intents.values_mut().next().expect("one");
                if intent["status"] == "requires_capture" {
                    processing(intent)
                } else {
                    processing(&mut intent.clone())
                }
            })
        });
        let checkout = paid(&stripe, &app, &app.show(), "A-1");
        app.until_ops("it was tried again", |_| stripe.asked("POST", "/capture") > 1);
        assert_eq!(app.standing(&checkout)["status"], "capturing");
        {
            let mut book = stripe.book();
            let intent = book.intents.values_mut().next().expect("one");
            intent["status"] = json!(status);
            intent["amount_received"] = if status == "succeeded" { intent["amount"].clone() } else { json!(0) };
        }
        app.until_status(&checkout, ends_as);
        app.close_and_verify();
    }
}

#[test]
fn a_message_makes_a_capture_look_that_waits_for_an_operator() {
    for (status, ends_as) in [("succeeded", "completed"), ("canceled", "ended")] {
        let stripe = Stripe::start();
        let app = stripe.app();
        stripe.answers(|asked, _| asked.path.ends_with("/capture").then(|| Reply::json(403, "{}")));
        let checkout = paid(&stripe, &app, &app.show(), "A-1");
        app.until(&checkout, "an operator is needed", |now| now["needs_operator"] == true);
        let intent = {
            let mut book = stripe.book();
            let intent = book.intents.values_mut().next().expect("one");
            intent["status"] = json!(status);
            intent["amount_received"] = if status == "succeeded" { intent["amount"].clone() } else { json!(0) };
            intent.clone()
        };
        stripe.tells(&app, &format!("payment_intent.{status}"), &intent);
        let ended = app.until_status(&checkout, ends_as);
        assert!(nobody_is_needed(&ended), "{ended}");
        app.close_and_verify();
    }
}

#[test]
fn a_capture_of_more_than_the_price_gives_the_rest_back() {
    let stripe = Stripe::start();
    let app = stripe.app();
    stripe.answers(|asked, book| {
        if !asked.path.ends_with("/capture") {
            return None;
        }
        let intent = book.intents.values_mut().next().expect("one");
        (intent["status"], intent["amount_received"]) = (json!("succeeded"), json!(5_000));
        Some(Reply::json(200, &intent.to_string()))
    });
    let checkout = paid(&stripe, &app, &app.show(), "A-1");
    let completed = app.until(&checkout, "the rest is refunded", |now| is_refunded(now, 500));
    assert_eq!((&completed["status"], &completed["payment"]["captured"]), (&json!("completed"), &json!(5_000)));
    app.close_and_verify();
}

#[test]
fn a_payment_in_another_currency_is_never_a_payment() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let (_, checkout) = app.checkout(&app.show(), &["A-1"]);
    stripe.book().intents.values_mut().next().expect("one")["currency"] = json!("jpy");
    stripe.buyer_pays(&app);
    let standing = app.until(&checkout, "an operator is needed", |now| now["needs_operator"] == true);
    assert_eq!(standing["status"], "awaiting_payment");
    app.close_and_verify();
}

/// Stripe counts dinars in steps of ten: neither that total nor a part of the other one could ever be paid or given back.
#[test]
fn prices_that_the_provider_cannot_charge_end_the_checkout_and_not_the_hold() {
    let stripe = Stripe::start();
    let app = stripe.app();
    let show = app.show_with(&json!({"currency": "KWD", "prices": {"Stalls": 5124, "Circle": 5126, "Pit": 10}}));
    for (seats, keys) in [(json!(["A-1"]), ["one", "two"]), (json!(["A-2", "B-1"]), ["three", "four"])] {
        let hold = app.hold(&show, &json!({"seats": seats})).expect(201);
        for key in keys {
            let checkout = app.begin_checkout(&show, &hold, key).expect(202);
            let ended = app.until_status(&checkout, "ended");
            assert!(nobody_is_needed(&ended), "{ended}");
            // Buyers read it.
            assert!(text(&ended["payment"], "declined").starts_with("Stripe cannot take 5124 minor units"), "{ended}");
        }
    }
    assert_eq!(stripe.asked("POST", "/v1/payment_intents"), 0);
    app.until_ops("nothing is open", |ops| ops["open"] == json!({}));
    app.close_and_verify();
}
