//! Cancelled tickets, a cancelled show, and refunds that fail.

use super::script::*;
use crate::domain::checkout::{CheckoutEvent, CheckoutRefusal, Input, Paid, RefundAnswer, RefundSight, Sight};

fn cancel(tickets: &[u16]) -> Input {
    Input::TicketsCancelled { tickets: tickets.to_vec() }
}

/// As a provider has it that keeps no keys.
fn refund(name: &str, answer: RefundAnswer) -> RefundSight {
    RefundSight { refund: reference(name), key: None, amount: money(100), answer }
}

/// A look that finds refunds under the keys of their tries: of number 1, with this many failures before.
fn seen_tries(tries: &[(u32, RefundAnswer)]) -> Input {
    let refunds = tries.iter().map(|(failures, answer)| {
        let key = Some(format!("{}:refund:1:{failures}", id()));
        let refund = reference(&format!("re_{failures}"));
        RefundSight { refund, key, amount: money(100), answer: answer.clone() }
    });
    Input::Seen(Sight { paid: Paid::Captured(money(380)), declined: None, refunds: refunds.collect() })
}

fn owed(number: u32, amount: u64) -> CheckoutEvent {
    CheckoutEvent::RefundOwed { number, amount: money(amount) }
}

#[test]
fn cancelled_tickets_are_refunded_exactly_those_and_once() {
    given(&completed())
        .when(cancel(&[1]))
        .then(&[CheckoutEvent::TicketsCancelled { tickets: vec![1] }, owed(1, 250)])
        .when(cancel(&[1]))
        .nothing()
        .when(cancel(&[2, 1]))
        .then(&[CheckoutEvent::TicketsCancelled { tickets: vec![2] }, owed(2, 30)])
        .when(cancel(&[7]))
        .nothing();
}

#[test]
fn tickets_that_are_cancelled_before_the_money_is_taken_are_refunded_after_it() {
    let capturing = &completed()[..3];
    given(capturing)
        .when(cancel(&[0]))
        .then(&[CheckoutEvent::TicketsCancelled { tickets: vec![0] }])
        .when(Input::Captured)
        .then(&[CheckoutEvent::PaymentCaptured { amount: money(380) }, owed(1, 100)]);
}

#[test]
fn a_cancel_that_is_read_before_the_answer_that_there_is_a_booking_is_not_missed() {
    given(&completed()[..2]).when(cancel(&[0])).then(&[CheckoutEvent::TicketsCancelled { tickets: vec![0] }]);
}

#[test]
fn a_cancelled_show_refunds_what_is_left_of_every_booking() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    let after = given.when(Input::ShowCancelled).then(&[CheckoutEvent::ShowCancelled, owed(2, 280)]);
    after
        .when(Input::ShowCancelled)
        .nothing()
        .when(cancel(&[1]))
        .then(&[CheckoutEvent::TicketsCancelled { tickets: vec![1] }]);
}

#[test]
fn a_show_that_is_cancelled_while_the_money_is_taken_is_refunded_after_it() {
    given(&completed()[..3])
        .when(Input::ShowCancelled)
        .then(&[CheckoutEvent::ShowCancelled])
        .when(Input::Captured)
        .then(&[CheckoutEvent::PaymentCaptured { amount: money(380) }, owed(1, 380)]);
}

#[test]
fn each_try_of_a_refund_that_certainly_failed_has_a_key_of_its_own_and_the_others_keep_theirs() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    let first = given.checkout.next();
    assert_eq!(first, given.checkout.next());
    given.learns(&answered(1, failed("balance")));
    assert_ne!(first, given.checkout.next());
}

#[test]
fn a_refund_that_keeps_failing_waits_for_an_operator_keeps_nobody_back_and_is_never_dropped() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&cancel(&[1]));
    for _ in 0..5 {
        assert!(!given.checkout.needs_operator());
        given.learns(&answered(1, failed("balance")));
    }
    assert!(given.checkout.needs_operator());
    assert_eq!(next(&given.checkout), "refund");
    given.learns(&answered(2, RefundAnswer::Succeeded));
    assert_eq!(next(&given.checkout), "nothing");
    let mut retried = given.when(Input::RetryAsked).then(&[CheckoutEvent::RetryAsked]);
    assert_eq!(next(&retried.checkout), "refund");
    retried.learns(&answered(1, failed("balance")));
    assert!(retried.checkout.needs_operator(), "an operator's retry is one try");
    retried.learns(&Input::RetryAsked);
    retried
        .when(answered(1, RefundAnswer::Succeeded))
        .then(&[CheckoutEvent::RefundSucceeded { number: 1 }])
        .when(answered(1, failed("late")))
        .nothing();
}

#[test]
fn a_refund_that_the_provider_took_on_is_looked_after_until_it_is_done() {
    let pending = || RefundAnswer::Pending(reference("re"));
    let sight = |answer| {
        Input::Seen(Sight { paid: Paid::Captured(money(380)), declined: None, refunds: vec![refund("re", answer)] })
    };
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    let waiting = given
        .when(answered(1, pending()))
        .then(&[CheckoutEvent::RefundPending { number: 1, refund: reference("re") }])
        .when(sight(pending()))
        .nothing();
    assert_eq!(next(&waiting.checkout), "await refund");
    let again = waiting
        .when(sight(failed("account closed")))
        .then(&[CheckoutEvent::RefundFailed { number: 1, reason: "account closed".into() }]);
    assert_eq!(next(&again.checkout), "refund");
    again.when(sight(failed("account closed"))).nothing();
}

#[test]
fn a_step_that_cannot_be_done_waits_for_an_operator_or_for_news() {
    let gave_up = || Input::GaveUp { reason: "misconfigured".into() };
    let stuck = given(&completed()[..3])
        .when(gave_up())
        .then(&[CheckoutEvent::OperatorNeeded { refund: None, reason: "misconfigured".into() }])
        .when(gave_up())
        .nothing();
    assert_eq!(next(&stuck.checkout), "nothing");
    let news =
        stuck.when(seen(Paid::Captured(money(380)))).then(&[CheckoutEvent::PaymentCaptured { amount: money(380) }]);
    assert!(!news.checkout.needs_operator());
    assert_eq!(news.checkout.decide(&Input::RetryAsked, news.now), Err(CheckoutRefusal::NothingToRetry));
}

#[test]
fn a_refund_that_the_provider_does_not_know_any_more_is_an_operators_and_keeps_back_no_other() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&answered(1, RefundAnswer::Pending(reference("re"))));
    given.learns(&cancel(&[1]));
    let sight = |refunds| Input::Seen(Sight { paid: Paid::Captured(money(380)), declined: None, refunds });
    let known = sight(vec![refund("re", RefundAnswer::Pending(reference("re")))]);
    let reason = "the provider does not know the refund re any more".into();
    let after = given
        .when(known)
        .nothing()
        .when(sight(vec![]))
        .then(&[CheckoutEvent::OperatorNeeded { refund: Some(1), reason }])
        .when(sight(vec![]))
        .nothing();
    assert!(matches!(after.checkout.next(), Some(crate::domain::checkout::Action::Refund { number: 2, .. })));
}

/// Stripe says so days later, when the buyer's bank has sent the money back.
#[test]
fn a_refund_that_is_seen_to_have_failed_after_its_success_is_owed_again_under_another_key() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    let first = given.checkout.next();
    given.learns(&answered(1, RefundAnswer::Succeeded));
    let again = given
        .when(seen_tries(&[(0, RefundAnswer::Succeeded)]))
        .nothing()
        .when(seen_tries(&[(0, failed("returned"))]))
        .then(&[CheckoutEvent::RefundFailed { number: 1, reason: "returned".into() }]);
    assert_eq!(next(&again.checkout), "refund");
    assert_ne!(first, again.checkout.next());
    again
        .when(answered(1, RefundAnswer::Succeeded))
        .then(&[CheckoutEvent::RefundSucceeded { number: 1 }])
        // The failed try stays at the provider for ever, and is not this one.
        .when(seen_tries(&[(0, failed("returned")), (1, RefundAnswer::Succeeded)]))
        .nothing();
}

#[test]
fn a_late_failure_of_a_refund_that_has_succeeded_by_what_is_true_now_undoes_nothing() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&answered(1, RefundAnswer::Succeeded));
    given
        .when(answered(1, failed("late")))
        .nothing()
        .when(seen_tries(&[(0, RefundAnswer::Succeeded)]))
        .nothing()
        .when(seen_tries(&[]))
        .nothing()
        .when(seen_tries(&[(0, failed("one of two")), (0, RefundAnswer::Succeeded)]))
        .nothing();
}

#[test]
fn a_refund_that_comes_back_again_and_again_waits_for_an_operator() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    for failures in 0..5 {
        assert!(!given.checkout.needs_operator());
        given.learns(&answered(1, RefundAnswer::Succeeded));
        given.learns(&seen_tries(&[(failures, failed("returned"))]));
    }
    assert!(given.checkout.needs_operator());
    assert_eq!(next(&given.checkout), "nothing");
}

#[test]
fn a_refund_that_takes_its_time_keeps_back_no_other() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&answered(1, RefundAnswer::Pending(reference("re"))));
    given.learns(&cancel(&[1]));
    assert_eq!(next(&given.checkout), "refund");
    given.learns(&answered(2, RefundAnswer::Succeeded));
    assert_eq!(next(&given.checkout), "await refund");
}

#[test]
fn a_refund_that_is_listed_twice_succeeds_once() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&answered(1, RefundAnswer::Pending(reference("re_0"))));
    given
        .when(seen_tries(&[(0, RefundAnswer::Succeeded), (0, RefundAnswer::Succeeded)]))
        .then(&[CheckoutEvent::RefundSucceeded { number: 1 }]);
}

/// Given up on after answers that were lost: the provider tells it by itself, and nobody has to.
#[test]
fn a_refund_that_waits_for_an_operator_is_done_as_soon_as_it_is_seen_done() {
    let mut given = given(&completed());
    given.learns(&cancel(&[0]));
    given.learns(&Input::GaveUp { reason: "no answer".into() });
    let Input::Seen(mut less) = seen_tries(&[(0, RefundAnswer::Succeeded)]) else { panic!("it is a look") };
    less.refunds[0].amount = money(1);
    let waiting = given.when(Input::Seen(less)).nothing();
    let done =
        waiting.when(seen_tries(&[(0, RefundAnswer::Succeeded)])).then(&[CheckoutEvent::RefundSucceeded { number: 1 }]);
    assert!(!done.checkout.needs_operator());
}
