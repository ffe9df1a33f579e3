//! Confirming, taking again what has expired, and giving the money back where no seats are to be had.

use super::script::*;
use crate::domain::checkout::{CheckoutBegun, CheckoutEvent, EndReason, Input, NoSeats, Paid};
use crate::domain::plan::SeatIndex;

fn authorised() -> Vec<Input> {
    vec![opened(), seen(Paid::Authorised)]
}

fn with(mut inputs: Vec<Input>, more: &[Input]) -> Vec<Input> {
    inputs.extend_from_slice(more);
    inputs
}

#[test]
fn paid_after_expiry_takes_the_same_seats_again_under_another_hold() {
    let hold_id = id().retaken_hold(0);
    let retaking = given(&authorised())
        .when(Input::ConfirmRefused(NoSeats::Expired))
        .then(&[CheckoutEvent::RetakeBegun { hold_id, equal_seats: false }]);
    assert_eq!(next(&retaking.checkout), "retake");
    let seats = vec![SeatIndex(4), SeatIndex(5)];
    let again = retaking.when(Input::Retaken { seats: seats.clone() }).then(&[CheckoutEvent::SeatsRetaken { seats }]);
    assert_eq!(next(&again.checkout), "confirm");
    again.when(confirmed()).then(&[CheckoutEvent::SeatsConfirmed { booking_id: id().booking() }]);
}

#[test]
fn where_the_same_seats_are_gone_seats_as_good_are_taken_if_the_organiser_allows_it() {
    let expired = with(authorised(), &[Input::ConfirmRefused(NoSeats::Expired)]);
    let hold_id = id().retaken_hold(1);
    let equal =
        given(&expired).when(Input::RetakeRefused).then(&[CheckoutEvent::RetakeBegun { hold_id, equal_seats: true }]);
    assert_eq!(next(&equal.checkout), "retake equal");
    let why = EndReason::SeatsLost(NoSeats::Unavailable);
    equal.when(Input::RetakeRefused).then(&[CheckoutEvent::VoidBegun { why }]);
    let strict = CheckoutBegun { equal_seats: false, ..begun() };
    given_begun(strict, &expired).when(Input::RetakeRefused).then(&[CheckoutEvent::VoidBegun { why }]);
}

#[test]
fn a_hold_that_expires_again_and_again_is_given_up() {
    let mut given = given(&authorised());
    for _ in 0..3 {
        given.learns(&Input::ConfirmRefused(NoSeats::Expired));
        given.learns(&Input::Retaken { seats: vec![] });
    }
    let why = EndReason::SeatsLost(NoSeats::Expired);
    given.when(Input::ConfirmRefused(NoSeats::Expired)).then(&[CheckoutEvent::VoidBegun { why }]);
}

#[test]
fn the_second_of_two_payments_for_a_hold_finds_it_sold_and_is_given_free() {
    let why = EndReason::SeatsLost(NoSeats::Sold);
    given(&authorised())
        .when(Input::ConfirmRefused(NoSeats::Sold))
        .then(&[CheckoutEvent::VoidBegun { why }])
        .when(Input::Voided)
        .then(&[CheckoutEvent::CheckoutEnded { why }]);
}

#[test]
fn the_second_of_two_payments_that_is_captured_already_is_refunded_whole() {
    let captured = [opened(), seen(Paid::Captured(money(380)))];
    let why = EndReason::SeatsLost(NoSeats::Sold);
    let after = given(&captured)
        .when(Input::ConfirmRefused(NoSeats::Sold))
        .then(&[CheckoutEvent::CheckoutEnded { why }, CheckoutEvent::RefundOwed { number: 1, amount: money(380) }]);
    assert_eq!(next(&after.checkout), "refund");
}

#[test]
fn a_payment_that_turns_out_captured_while_it_is_voided_is_refunded() {
    let voiding = with(authorised(), &[Input::ConfirmRefused(NoSeats::Sold)]);
    given(&voiding).when(seen(Paid::Captured(money(380)))).then(&[
        CheckoutEvent::PaymentCaptured { amount: money(380) },
        CheckoutEvent::CheckoutEnded { why: EndReason::SeatsLost(NoSeats::Sold) },
        CheckoutEvent::RefundOwed { number: 1, amount: money(380) },
    ]);
}

#[test]
fn a_confirmation_that_is_under_way_is_waited_for_whatever_is_seen_at_the_provider() {
    for paid in [Paid::Voided, Paid::Waiting, Paid::Authorised] {
        let after = given(&authorised()).when(seen(paid)).nothing();
        assert_eq!(next(&after.checkout), "confirm");
    }
}

#[test]
fn tickets_without_money_are_taken_back() {
    let capturing = with(authorised(), &[confirmed()]);
    let refused = Input::CaptureRefused { reason: "expired".into() };
    let undoing = given(&capturing).when(refused).then(&[CheckoutEvent::CaptureRefused { reason: "expired".into() }]);
    assert_eq!(next(&undoing.checkout), "undo");
    let why = EndReason::CaptureRefused;
    let voiding =
        undoing.when(Input::BookingUndone).then(&[CheckoutEvent::BookingUndone, CheckoutEvent::VoidBegun { why }]);
    assert_eq!(voiding.checkout.booking_id(), None);
    voiding.when(Input::Voided).then(&[CheckoutEvent::CheckoutEnded { why }]);
    given(&capturing)
        .when(seen(Paid::Voided))
        .then(&[CheckoutEvent::CaptureRefused { reason: "voided by the provider".into() }]);
}

#[test]
fn money_that_comes_while_the_booking_is_taken_back_goes_back_too() {
    let undoing = with(authorised(), &[confirmed(), Input::CaptureRefused { reason: "expired".into() }]);
    given(&undoing)
        .when(seen(Paid::Captured(money(380))))
        .then(&[CheckoutEvent::PaymentCaptured { amount: money(380) }])
        .when(Input::BookingUndone)
        .then(&[
            CheckoutEvent::BookingUndone,
            CheckoutEvent::CheckoutEnded { why: EndReason::CaptureRefused },
            CheckoutEvent::RefundOwed { number: 1, amount: money(380) },
        ]);
}
