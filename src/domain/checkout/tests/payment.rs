//! Opening, waiting, declining, abandoning.

use super::script::*;
use crate::domain::checkout::{CheckoutEvent, EndReason, Input, NoSeats, Paid, Sight, Stage};

#[test]
fn a_checkout_opens_its_payment_first_and_then_waits() {
    let checkout = given(&[]).checkout;
    assert_eq!(next(&checkout), "open");
    let after = given(&[]).when(opened()).then(&[CheckoutEvent::PaymentOpened { payment: reference("pay") }]);
    assert_eq!(next(&after.checkout), "await payment");
}

#[test]
fn a_payment_that_is_authorised_as_it_is_opened_is_both_at_once() {
    let paid = Input::Opened { payment: reference("pay"), paid: Paid::Authorised };
    let opened = CheckoutEvent::PaymentOpened { payment: reference("pay") };
    given(&[]).when(paid).then(&[opened, CheckoutEvent::PaymentAuthorised]);
}

#[test]
fn the_order_is_authorise_then_confirm_then_capture() {
    let mut given = given(&[opened()]);
    let mut order = vec![];
    for input in [seen(Paid::Authorised), confirmed(), Input::Captured] {
        given.learns(&input);
        order.push(next(&given.checkout));
    }
    assert_eq!(order, ["confirm", "capture", "nothing"]);
    assert_eq!(given.checkout.stage(), Stage::Completed);
}

#[test]
fn a_declined_buyer_may_try_again_while_the_hold_lives() {
    let declined = Input::Seen(Sight { paid: Paid::Waiting, declined: Some("no funds".into()), refunds: vec![] });
    let after = given(&[opened()])
        .when(declined.clone())
        .then(&[CheckoutEvent::PaymentDeclined { reason: "no funds".into() }])
        .when(declined)
        .nothing()
        .when(seen(Paid::Authorised))
        .then(&[CheckoutEvent::PaymentAuthorised]);
    assert_eq!(after.checkout.declined(), None);
}

#[test]
fn a_payment_that_the_provider_refuses_to_open_ends_the_checkout_and_frees_the_hold_for_another() {
    let after = given(&[]).when(Input::OpeningRefused { reason: "closed".into() }).given_ended(EndReason::Declined);
    assert!(!after.checkout.is_live());
    assert_eq!(next(&after.checkout), "nothing");
}

#[test]
fn nobody_paid_until_the_hold_expired_so_the_payment_is_closed_before_it_can_be_paid() {
    let waiting = given(&[opened()]).at(599).when(seen(Paid::Waiting)).nothing();
    let closing =
        waiting.at(600).when(seen(Paid::Waiting)).then(&[CheckoutEvent::VoidBegun { why: EndReason::Abandoned }]);
    assert_eq!(next(&closing.checkout), "void");
    closing.when(Input::Voided).then(&[CheckoutEvent::CheckoutEnded { why: EndReason::Abandoned }]);
}

#[test]
fn a_hold_is_extended_up_to_its_cap_and_then_looked_at_a_last_time() {
    let extended = given(&[opened()])
        .when(Input::HoldExtended { expires_at: at(900) })
        .then(&[CheckoutEvent::HoldExtended { expires_at: at(900) }]);
    extended
        .when(Input::ExtensionRefused(NoSeats::Expired))
        .then(&[CheckoutEvent::HoldAtItsCap])
        .at(700)
        .when(seen(Paid::Waiting))
        .nothing()
        .when(Input::ExtensionRefused(NoSeats::Expired))
        .nothing();
}

#[test]
fn a_buyer_who_gives_the_hold_back_cannot_pay_for_it_any_more() {
    let why = EndReason::SeatsLost(NoSeats::Released);
    given(&[opened()]).when(Input::ExtensionRefused(NoSeats::Released)).then(&[CheckoutEvent::VoidBegun { why }]);
}

#[test]
fn a_failure_notice_after_success_changes_nothing() {
    let failed = || Input::Seen(Sight { paid: Paid::Waiting, declined: Some("late".into()), refunds: vec![] });
    for stage in [&completed()[..3], &completed()[..]] {
        given(stage).when(failed()).nothing();
    }
    given(&completed()).when(seen(Paid::Voided)).nothing();
}

#[test]
fn whatever_comes_twice_happens_once() {
    let mut given = given(&[]);
    for input in completed() {
        assert!(!given.learns(&input).is_empty(), "{input:?}");
        assert_eq!(given.learns(&input), [], "{input:?}");
    }
}

impl super::script::Then {
    #[track_caller]
    fn given_ended(self, why: EndReason) -> Given {
        let given = self
            .then(&[CheckoutEvent::PaymentDeclined { reason: "closed".into() }, CheckoutEvent::CheckoutEnded { why }]);
        assert_eq!(given.checkout.why(), Some(why));
        given
    }
}

#[test]
fn a_payment_that_is_opened_after_its_show_was_cancelled_is_offered_to_nobody() {
    let opened_event = CheckoutEvent::PaymentOpened { payment: reference("pay") };
    let void = CheckoutEvent::VoidBegun { why: EndReason::ShowCancelled };
    given(&[Input::ShowCancelled]).when(opened()).then(&[opened_event, void]);
}
