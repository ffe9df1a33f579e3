//! From a hold to a booking that is paid for, and everything that comes in between.

use serde_json::json;
use understudy::payments::PaymentStatus;

use super::checkout_stage::{NO_WEBHOOKS, WHEN_TOLD};
use super::http_app::{TestApp, text};

#[test]
fn a_hold_that_is_paid_for_becomes_a_booking() {
    let app = TestApp::start();
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1", "A-2"]);
    assert_eq!((&checkout["status"], &checkout["total"]), (&json!("completed"), &json!(9_000)));
    assert_eq!(checkout["payment"], json!({"gateway": "simulated", "captured": 9_000}));
    let booking = app.booking(&checkout);
    assert_eq!((&booking["status"], &booking["total"]), (&json!("confirmed"), &json!(9_000)));
    assert_eq!(booking["payment_reference"], format!("checkout:{}", text(&checkout, "checkout_id")));
    assert_eq!(app.kept(&checkout), 9_000);
    app.close_and_verify();
}

#[test]
fn the_buyer_is_told_how_to_pay_and_the_seats_are_booked_when_they_have() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    assert_eq!(checkout["status"], "awaiting_payment");
    assert!(text(&checkout["payment"], "client_secret").starts_with("sim_pay_"));
    assert_eq!(checkout["expires_at"], hold["expires_at"]);
    app.buyer_pays(&checkout);
    let completed = app.until_status(&checkout, "completed");
    assert!(completed["payment"]["client_secret"].is_null(), "{completed}");
    assert_eq!(app.kept(&checkout), 4_500);
    app.close_and_verify();
}

#[test]
fn a_payment_whose_message_is_lost_is_found_all_the_same() {
    let app = TestApp::with(&[WHEN_TOLD, NO_WEBHOOKS]);
    let (_, checkout) = app.checkout(&app.show(), &["A-1"]);
    app.buyer_pays(&checkout);
    app.clock.advance_seconds(10);
    app.until_status(&checkout, "completed");
    app.close_and_verify();
}

#[test]
fn the_same_key_is_the_same_checkout_and_a_hold_has_one_at_a_time() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let first = app.begin_checkout(&show, &hold, "tab-1").expect(202);
    let again = app.begin_checkout(&show, &hold, "tab-1").expect(202);
    assert_eq!(again, first);
    let problem = app.begin_checkout(&show, &hold, "tab-2").problem(409, "checkout_under_way");
    assert_eq!(problem["checkout_id"], first["checkout_id"]);
    let other = app.hold(&show, &json!({"seats": ["A-2"]})).expect(201);
    // Whoever has a hold has its keys too.
    assert_ne!(app.begin_checkout(&show, &other, "tab-1").expect(202)["checkout_id"], first["checkout_id"]);
    app.buyer_pays(&first);
    app.until_status(&first, "completed");
    assert_eq!(app.begin_checkout(&show, &hold, "tab-1").expect(202)["status"], "completed");
    app.begin_checkout(&show, &hold, "tab-2").problem(409, "hold_confirmed");
    app.close_and_verify();
}

#[test]
fn declined_the_hold_lives_on_and_the_buyer_may_try_again() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let (_, checkout) = app.checkout(&app.show(), &["A-1"]);
    app.provider().decline(&app.payment(&checkout).0, "the card has expired").expect("it is there");
    let declined = app.until(&checkout, "declined", |now| now["payment"]["declined"] == "the card has expired");
    assert_eq!(declined["status"], "awaiting_payment");
    app.buyer_pays(&checkout);
    let completed = app.until_status(&checkout, "completed");
    assert!(completed["payment"]["declined"].is_null());
    app.close_and_verify();
}

#[test]
fn declined_at_once_the_checkout_ends_and_the_hold_may_have_another() {
    let app = TestApp::with(&[("UNDERSTUDY__SIMULATED_PAYMENTS__DECLINES_PERCENT", "100")]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    assert_eq!((&checkout["status"], &checkout["reason"]), (&json!("ended"), &json!("declined")));
    let again = app.begin_checkout(&show, &hold, "another-try").expect(202);
    assert_ne!(again["checkout_id"], checkout["checkout_id"]);
    app.confirm(&show, &hold).expect(201);
    app.close_and_verify();
}

#[test]
fn a_hold_is_extended_while_its_buyer_pays_up_to_its_cap_and_then_given_up() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    app.clock.advance_seconds(580);
    let extended = app.until(&checkout, "extended", |now| now["expires_at"] != hold["expires_at"]);
    assert_eq!(extended["expires_at"], "2026-03-01T12:15:00Z");
    app.clock.advance_seconds(3_000);
    let ended = app.until_status(&checkout, "ended");
    assert_eq!(ended["reason"], "abandoned");
    assert_eq!(app.payment(&checkout).1.status, PaymentStatus::Voided);
    app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    app.close_and_verify();
}

#[test]
fn paid_after_the_hold_has_expired_the_same_seats_are_taken_again() {
    let app = TestApp::with(&[WHEN_TOLD, NO_WEBHOOKS]);
    let (_, checkout) = app.checkout(&app.show(), &["A-1", "A-2"]);
    app.buyer_pays(&checkout);
    app.clock.advance_seconds(20_000);
    let completed = app.until_status(&checkout, "completed");
    let seats: Vec<_> = app.booking(&completed)["tickets"]
        .as_array()
        .map_or_else(Vec::new, |tickets| tickets.iter().map(|ticket| text(ticket, "seat")).collect());
    assert_eq!(seats, ["A-1", "A-2"]);
    assert_eq!(app.kept(&checkout), 9_000);
    app.close_and_verify();
}

#[test]
fn paid_for_a_hold_that_was_given_back_the_money_is_given_free() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    let path = format!("/v1/shows/{show}/holds/{}", text(&hold, "hold_id"));
    app.open("DELETE", &path).header("Hold-Token", &text(&hold, "hold_token")).send().expect(200);
    app.buyer_pays(&checkout);
    let ended = app.until_status(&checkout, "ended");
    assert_eq!(ended["reason"], "hold_released");
    assert_eq!(app.kept(&checkout), 0);
    app.close_and_verify();
}

#[test]
fn sold_at_the_counter_meanwhile_there_is_one_booking_and_no_money_is_taken_twice() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    app.confirm(&show, &hold).expect(201);
    app.buyer_pays(&checkout);
    let ended = app.until_status(&checkout, "ended");
    assert_eq!(ended["reason"], "hold_confirmed");
    assert_eq!(app.kept(&checkout), 0);
    app.close_and_verify();
}

#[test]
fn what_costs_nothing_is_booked_without_a_payment() {
    let app = TestApp::start();
    let show = app.show_with(&json!({"prices": {"Stalls": 0}}));
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    assert_eq!((&checkout["status"], &checkout["total"]), (&json!("completed"), &json!(0)));
    assert!(app.provider().ledger().payments.is_empty());
    app.close_and_verify();
}

#[test]
fn a_provider_that_times_out_and_repeats_itself_takes_the_money_once() {
    let app = TestApp::with(&[
        ("UNDERSTUDY__SIMULATED_PAYMENTS__TIMEOUTS_AFTER_EFFECT_PERCENT", "30"),
        ("UNDERSTUDY__SIMULATED_PAYMENTS__TIMEOUTS_BEFORE_EFFECT_PERCENT", "20"),
        ("UNDERSTUDY__SIMULATED_PAYMENTS__WEBHOOKS_DUPLICATED_PERCENT", "50"),
        ("UNDERSTUDY__CHECKOUT__RETRY_FIRST_MS", "1"),
        ("UNDERSTUDY__CHECKOUT__RETRY_MAX_MS", "5"),
    ]);
    let show = app.show();
    for seat in ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"] {
        let (_, checkout) = app.checkout(&show, &[seat]);
        app.until_status(&checkout, "completed");
        assert_eq!(app.kept(&checkout), 4_500);
    }
    assert_eq!(app.provider().ledger().payments.len(), 6);
    app.close_and_verify();
}
