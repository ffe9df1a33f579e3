//! Checkouts over crashes and restarts, and who may see them.

use serde_json::json;
use understudy::actors::CheckoutCrashMode;
use understudy::app::STORE_DIR;

use super::checkout_stage::{NO_WEBHOOKS, WHEN_TOLD, is_refunded};
use super::http_app::{TestApp, plan, text, until};
use super::store_support::raw;

#[test]
fn a_restart_finds_all_that_was_open_and_the_buyer_can_still_pay() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (_, paid_before) = app.checkout(&show, &["A-1"]);
    let (_, open) = app.checkout(&show, &["A-2"]);
    app.buyer_pays(&paid_before);
    app.until_status(&paid_before, "completed");
    let app = app.again();
    let found = app.standing(&open);
    assert_eq!(found["status"], "awaiting_payment");
    assert_eq!(found["payment"]["client_secret"], open["payment"]["client_secret"]);
    assert_eq!(app.standing(&paid_before)["status"], "completed");
    app.buyer_pays(&open);
    app.until_status(&open, "completed");
    app.close_and_verify();
}

/// The money may be taken there, and nobody here can see it: somebody has to bring the gateway back.
#[test]
fn who_waits_for_a_buyer_at_a_gateway_that_is_gone_waits_for_an_operator_until_it_is_back() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    let app = app.again_with("UNDERSTUDY__PAYMENTS__GATEWAY", "none");
    let ops = app.until_ops("an operator is asked for", |ops| {
        // It is looked for the payment now and then.
        app.clock.advance_seconds(1);
        ops["needs_operator_count"] == 1
    });
    let named = &ops["in_trouble"][0];
    assert_eq!((&named["checkout_id"], &named["needs_operator"]), (&checkout["checkout_id"], &json!(true)));
    assert!(text(named, "reason").contains("not configured"), "{named}");
    let standing = app.standing(&checkout);
    assert_eq!((&standing["status"], &standing["needs_operator"]), (&json!("awaiting_payment"), &json!(true)));
    // Tried again at once, and no further: it is still not there.
    let path = format!("/v1/ops/checkouts/{}/retry", text(&checkout, "checkout_id"));
    let retried = app.keyed("POST", &path).send().expect(200);
    assert_eq!((&retried["status"], &retried["needs_operator"]), (&json!("awaiting_payment"), &json!(true)));

    let app = app.again_with("UNDERSTUDY__PAYMENTS__GATEWAY", "simulated");
    app.buyer_pays(&checkout);
    app.until_status(&checkout, "completed");
    let ops = app.until_ops("nobody is needed", |ops| ops["needs_operator_count"] == 0);
    assert_eq!(ops["in_trouble"], json!([]));
    app.close_and_verify();
}

#[test]
fn what_was_paid_and_cancelled_while_the_server_was_down_is_seen_to_at_its_start() {
    let app = TestApp::with(&[WHEN_TOLD, NO_WEBHOOKS]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    app.buyer_pays(&checkout);
    let clock = app.clock.clone();
    let app = app.again();
    clock.advance_seconds(100_000);
    let completed = app.until_status(&checkout, "completed");
    app.cancel_tickets(&show, &text(&completed, "booking_id"), &[]);
    let app = app.again();
    app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
    app.close_and_verify();
}

#[test]
fn a_drive_and_a_runner_that_die_are_replaced_and_nothing_is_done_twice() {
    let app = TestApp::with(&[("UNDERSTUDY__CHECKOUT__RETRY_FIRST_MS", "1")]);
    let show = app.show();
    let modes = ["drive", "runner", "drive_after_action", "drive_after_append", "runner", "drive"];
    let life = app.checkouts.life().expect("it has begun");
    for (seat, mode) in (1..).zip(modes) {
        let crashed = app.post("/v1/ops/checkouts/crash", &json!({"mode": mode})).expect(200);
        assert_eq!(crashed["mode"], mode);
        assert!(crashed["life"].as_u64() >= Some(1), "{crashed}");
        let (_, checkout) = app.checkout(&show, &[&format!("A-{seat}")]);
        app.until_status(&checkout, "completed");
        assert_eq!(app.kept(&checkout), 4_500);
    }
    assert_eq!(app.checkouts.report().drive_deaths, 4);
    until("the runner has died twice", || app.checkouts.life() == Some(life + 2));
    app.close_and_verify();
}

/// Nobody else would ever drive it again.
#[test]
fn an_open_checkout_that_its_view_has_lost_without_a_word_goes_on_after_the_next_start() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    let app = app.again_after(|data| {
        let db = raw(&data.join(STORE_DIR));
        let names: Vec<_> = db.tree_names().into_iter().filter(|name| name.starts_with(b"view/checkouts/")).collect();
        assert_eq!(names.len(), 1, "the view of checkouts: {names:?}");
        let view = db.open_tree(&names[0]).expect("it is there");
        let entries: Vec<_> = view.scan_prefix(b"eo").keys().map(|key| key.expect("sled is well")).collect();
        assert_eq!(entries.len(), 1);
        entries.into_iter().for_each(|key| drop(view.remove(key).expect("sled is well")));
        db.flush().expect("sled is well");
    });
    app.buyer_pays(&checkout);
    app.until_status(&checkout, "completed");
    app.close_and_verify();
}

/// Its log has been taken over from the drive that died: nobody may write it as if it had not.
#[test]
fn tickets_are_refunded_though_a_drive_of_their_checkout_had_died() {
    let app = TestApp::with(&[("UNDERSTUDY__CHECKOUT__RETRY_FIRST_MS", "1")]);
    let show = app.show();
    for (seat, mode) in [("A-1", "drive"), ("A-2", "drive_after_action"), ("A-3", "drive_after_append")] {
        let deaths = app.checkouts.report().drive_deaths;
        app.post("/v1/ops/checkouts/crash", &json!({"mode": mode})).expect(200);
        let (_, checkout) = app.checkout(&show, &[seat]);
        let completed = app.until_status(&checkout, "completed");
        app.cancel_tickets(&show, &text(&completed, "booking_id"), &[]);
        app.until(&checkout, "it is refunded", |now| is_refunded(now, 4_500));
        assert_eq!(app.checkouts.report().drive_deaths, deaths + 1);
    }
    app.close_and_verify();
}

#[test]
fn the_runner_dies_while_buyers_are_waited_for_and_knows_them_afterwards() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    let life = app.checkouts.crash(CheckoutCrashMode::Runner);
    app.buyer_pays(&checkout);
    app.until_status(&checkout, "completed");
    app.begin_checkout(&show, &hold, "another").problem(409, "hold_confirmed");
    until("the runner has died", || app.checkouts.life() == Some(life + 1));
    app.close_and_verify();
}

#[test]
fn a_checkout_is_seen_by_who_has_its_holds_token_or_a_key() {
    let app = TestApp::start();
    let show = app.show();
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    let (other, _) = app.checkout(&show, &["A-2"]);
    let path = format!("/v1/checkouts/{}", text(&checkout, "checkout_id"));
    app.open("GET", &path).send().problem(400, "hold_token_required");
    let with_token = |hold| app.open("GET", &path).header("Hold-Token", &text(hold, "hold_token")).send();
    with_token(&other).problem(403, "hold_token_invalid");
    assert_eq!(with_token(&hold).expect(200), app.standing(&checkout));
    let nobody = "/v1/checkouts/00000000-0000-7000-8000-000000000000";
    app.open("GET", nobody).send().problem(404, "checkout_not_found");
    // A show is no checkout.
    app.open("GET", &format!("/v1/checkouts/{show}")).send().problem(404, "checkout_not_found");
}

#[test]
fn only_who_owns_the_hold_begins_its_checkout() {
    let app = TestApp::start();
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"]})).expect(201);
    let path = format!("/v1/shows/{show}/holds/{}/checkout", text(&hold, "hold_id"));
    app.keyed("POST", &path).send().problem(400, "hold_token_required");
    app.open("POST", &path).header("Hold-Token", "0".repeat(64).as_str()).send().problem(403, "hold_token_invalid");
    let owned = || app.open("POST", &path).header("Hold-Token", &text(&hold, "hold_token"));
    owned().json(&json!({"amount": 1})).send().problem(422, "invalid_body");
    app.clock.advance_seconds(601);
    owned().send().problem(410, "hold_expired");
}

#[test]
fn a_message_that_is_not_the_providers_is_refused() {
    let app = TestApp::start();
    let path = "/v1/payments/simulated/webhooks";
    app.open("POST", path).body("{}").send().problem(403, "webhook_not_genuine");
    let signed = |signature: &str| app.open("POST", path).header("Simulated-Signature", signature).body("{}").send();
    signed("v1=00").problem(403, "webhook_not_genuine");
    signed("\u{fe}").problem(403, "webhook_not_genuine");
    app.open("POST", "/v1/payments/nobody/webhooks").body("{}").send().problem(404, "gateway_not_found");
}

/// A show keeps a thousand endings in mind. Whoever paid in time while the server was down pays for the seats all the same.
#[test]
fn a_hold_whose_end_the_show_has_forgotten_is_taken_again_for_who_has_paid() {
    let app = TestApp::with(&[WHEN_TOLD, NO_WEBHOOKS]);
    let venue = json!({"name": "Lyceum", "plan": plan(),
        "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 2_000}]});
    let venue = text(&app.post("/v1/venues", &venue).expect(201), "venue_id");
    let show = app.show_with(&json!({"venue_id": venue}));
    let (_, checkout) = app.checkout(&show, &["A-1"]);
    app.clock.advance_seconds(1);
    for _ in 0..1_030 {
        app.hold(&show, &json!({"general_admission": [{"area": "Pit", "quantity": 1}]})).expect(201);
    }
    app.buyer_pays(&checkout);
    let clock = app.clock.clone();
    let app = app.again();
    clock.advance_seconds(100_000);
    let completed =
        app.until(&checkout, "it has come to its end", |now| now["status"] == "completed" || now["status"] == "ended");
    assert_eq!(completed["status"], "completed", "{completed}");
    app.close_and_verify();
}

#[test]
fn a_hold_that_its_buyer_has_extended_to_its_cap_is_paid_for_until_then() {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show_with(&json!({"hold_seconds": 60}));
    let (hold, checkout) = app.checkout(&show, &["A-1"]);
    let path = format!("/v1/shows/{show}/holds/{}", text(&hold, "hold_id"));
    let extend = app.open("PATCH", &path).header("Hold-Token", &text(&hold, "hold_token"));
    let extended = extend.json(&json!({"extend_seconds": 3_600})).send().expect(200);
    app.clock.advance_seconds(61);
    app.until(&checkout, "it knows", |now| now["expires_at"] == extended["expires_at"]);
    app.clock.advance_seconds(120);
    assert_eq!(app.standing(&checkout)["status"], "awaiting_payment");
    app.buyer_pays(&checkout);
    app.until_status(&checkout, "completed");
    app.close_and_verify();
}
