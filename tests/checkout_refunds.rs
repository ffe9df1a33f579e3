//! Money that goes back: cancelled tickets, cancelled shows, and refunds that the provider does not make.

use serde_json::{Value, json};

use super::checkout_stage::is_refunded;
use super::http_app::{TestApp, text};

#[test]
fn cancelled_tickets_are_refunded_to_the_cent_whatever_the_order() {
    let app = TestApp::start();
    let show = app.show();
    let hold =
        app.hold(&show, &json!({"seats": ["A-1", "B-1"], "general_admission": [{"area": "Pit", "quantity": 2}]}));
    let checkout = app.begin_checkout(&show, &hold.expect(201), "k").expect(202);
    let booking = app.booking(&checkout);
    let tickets: Vec<&Value> = booking["tickets"].as_array().expect("tickets").iter().collect();
    let id = text(&checkout, "booking_id");
    app.cancel_tickets(&show, &id, &[&tickets[1]["ticket_id"]]);
    app.until(&checkout, "the circle is refunded", |now| is_refunded(now, 3_000));
    app.cancel_tickets(&show, &id, &[&tickets[3]["ticket_id"], &tickets[0]["ticket_id"]]);
    app.until(&checkout, "two more are refunded", |now| is_refunded(now, 3_000 + 1_500 + 4_500));
    assert_eq!(app.kept(&checkout), 1_500);
    app.cancel_tickets(&show, &id, &[]);
    app.until(&checkout, "all is refunded", |now| is_refunded(now, 10_500));
    assert_eq!(app.kept(&checkout), 0);
    app.close_and_verify();
}

#[test]
fn a_cancelled_show_is_refunded_whole_and_operators_see_how_far_it_is() {
    let app = TestApp::start();
    let show = app.show();
    let mut checkouts = Vec::new();
    for seat in ["A-1", "A-2", "A-3", "B-1"] {
        checkouts.push(app.checkout(&show, &[seat]).1);
    }
    app.cancel_tickets(&show, &text(&checkouts[0], "booking_id"), &[]);
    app.keyed("POST", &format!("/v1/shows/{show}/cancel")).send().expect(200);
    for checkout in &checkouts {
        let total = checkout["total"].as_u64().expect("an amount");
        app.until(checkout, "it is refunded", |now| is_refunded(now, total));
        assert_eq!(app.kept(checkout), 0);
    }
    let sweeps = app.until_ops("the sweep is done", |ops| ops["sweeps"][0]["open"] == 0);
    assert_eq!(sweeps["sweeps"], json!([{"show_id": show, "checkouts": 4, "open": 0}]));
    app.close_and_verify();
}

#[test]
fn a_refund_that_keeps_failing_waits_for_an_operator_and_is_never_dropped() {
    let app = TestApp::with(&[("UNDERSTUDY__SIMULATED_PAYMENTS__REFUND_FAILURES_PERCENT", "100")]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    let (_, other) = app.checkout(&show, &["A-2"]);
    app.cancel_tickets(&show, &text(&checkout, "booking_id"), &[]);
    app.until(&checkout, "an operator is needed", |now| now["needs_operator"] == true);
    let ops = app.until_ops("it is seen", |ops| ops["needs_operator_count"] == 1);
    assert_eq!(ops["in_trouble"][0]["checkout_id"], checkout["checkout_id"]);
    assert_eq!(ops["in_trouble"][0]["refunds_open"], 4_500);
    let retry = |checkout: &Value| {
        app.keyed("POST", &format!("/v1/ops/checkouts/{}/retry", text(checkout, "checkout_id"))).send()
    };
    assert_eq!(retry(&checkout).expect(200)["needs_operator"], true);
    retry(&other).problem(409, "nothing_to_retry");
    let app = app.again();
    assert_eq!(app.standing(&checkout)["needs_operator"], true);
    app.close_and_verify();
}

/// An account that has no balance has some later, and not in the next millisecond.
#[test]
fn a_refund_that_failed_is_not_asked_for_again_at_once() {
    let failures = "UNDERSTUDY__SIMULATED_PAYMENTS__REFUND_FAILURES_PERCENT";
    let app = TestApp::with(&[(failures, "100"), ("UNDERSTUDY__CHECKOUT__REFUND_AGAIN_FIRST_MS", "3600000")]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    app.cancel_tickets(&show, &text(&checkout, "booking_id"), &[]);
    let ops = app.until_ops("it is seen", |ops| ops["in_trouble"][0]["refunds_open"] == 4_500);
    let reason = text(&ops["in_trouble"][0], "reason");
    assert!(reason.starts_with("a refund failed and is asked for again: "), "{reason}");
    assert_eq!(ops["needs_operator_count"], 0, "there was one try, and not five");
    let retry = || app.keyed("POST", &format!("/v1/ops/checkouts/{}/retry", text(&checkout, "checkout_id"))).send();
    for _ in 2..=4 {
        assert_eq!(retry().expect(200)["needs_operator"], false, "an operator may ask at once; it failed again");
    }
    let app = app.again_with(failures, "0");
    app.until(&checkout, "it is refunded by whoever begins anew", |now| is_refunded(now, 4_500));
    app.close_and_verify();
}

#[test]
fn a_refund_that_takes_its_time_is_waited_for() {
    let app = TestApp::with(&[("UNDERSTUDY__SIMULATED_PAYMENTS__REFUNDS_AFTER_MS", "50")]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    app.cancel_tickets(&show, &text(&checkout, "booking_id"), &[]);
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    app.close_and_verify();
}
