//! Which checkout is a hold's own, and what the next turn of a drive is.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::actors::checkout::turn::Turn;
use crate::domain::ShowId;
use crate::domain::checkout::{Action, Checkout, CheckoutBegun, CheckoutEvent, EndReason, GatewayReference, Input};
use crate::domain::money::Money;
use crate::journal::Incarnation;

const HOLD: HoldId = HoldId(Uuid::from_u128(7));

fn checkout(id: u128) -> Checkout {
    let begun = CheckoutBegun {
        show_id: ShowId(Uuid::from_u128(1)),
        hold_id: HOLD,
        customer_id: None,
        seats: vec![],
        general_admission: vec![],
        prices: vec![Money::from_minor(4_500)],
        currency: "EUR".into(),
        gateway: "simulated".into(),
        expires_at: Timestamp::from_micros(0),
        equal_seats: false,
    };
    Checkout::of(CheckoutId(Uuid::from_u128(id)), Arc::new(begun))
}

fn written(state: Checkout) -> Written {
    Written { state: Arc::new(state), version: 1, incarnation: Incarnation::default() }
}

#[test]
fn a_hold_has_one_live_checkout_and_another_one_as_soon_as_that_has_ended() {
    let (first, second) = (checkout(10), checkout(11));
    let (one, other) = (first.id(), second.id());
    let mut table = Table::default();
    assert_eq!(table.reserve(HOLD, one), Ok(()));
    assert_eq!(table.reserve(HOLD, other), Err(one), "one that is just being begun has no row yet");
    table.insert(written(first.clone()));
    assert_eq!(table.reserve(HOLD, other), Err(one));
    assert_eq!(table.reserve(HOLD, one), Ok(()));

    // Its buyer can be told now, and the drive has not come to rest.
    let mut ended = first;
    ended.apply(&CheckoutEvent::CheckoutEnded { why: EndReason::Declined });
    let life = table.life;
    table.begin_drive(one);
    table.change(life, one, |row| row.written = written(ended));
    assert_eq!(table.reserve(HOLD, other), Ok(()));
    assert!(table.next_turn(one, Timestamp::from_micros(0), Instant::now(), |_| 1).is_none());
    assert!(!table.rows.contains_key(&one));
    assert_eq!(table.reserve(HOLD, one), Err(other), "what has ended takes no reservation of another along");
}

/// A provider that turned everything away for a moment is no reason to ask an operator for each checkout.
#[test]
fn who_waits_for_an_operator_is_tried_again_by_itself_ever_more_seldom() {
    let (one, now, mut instant) = (checkout(10).id(), Timestamp::from_micros(0), Instant::now());
    let mut stuck = checkout(10);
    stuck.apply(&CheckoutEvent::OperatorNeeded { refund: None, reason: "403".into() });
    let mut table = Table::default();
    table.insert(written(stuck));
    for minutes in [5, 10, 20] {
        assert!(table.begin_drive(one));
        assert!(table.next_turn(one, now, instant, |_| 1).is_none());
        let at = table.next_retry().expect("it will be tried again");
        assert!(
            at >= instant + Duration::from_secs(60 * minutes) && at <= instant + Duration::from_secs(120 * minutes)
        );
        assert!(table.begin_drive(one));
        assert!(table.next_turn(one, now, instant + Duration::from_secs(1), |_| 1).is_none());
        assert_eq!(table.next_retry(), Some(at), "what it is told meanwhile puts nothing off");
        instant = at;
        assert_eq!(table.take_due(now, instant), [one]);
        assert!(table.begin_drive(one));
        let turn = table.next_turn(one, now, instant, |_| 1);
        assert!(matches!(turn, Some(Turn::Learn(_, Input::RetryAsked))));
        let life = table.life;
        // It is stuck again at once.
        table.change(life, one, |row| {
            row.inbox.clear();
            row.note_progress();
            row.is_driven = false;
        });
    }
}

/// Else somebody whose tickets are cancelled would ask a provider that is out of reach for ever and without a pause.
#[test]
fn what_is_told_meanwhile_does_not_try_a_failed_step_any_sooner() {
    let (one, now) = (checkout(10).id(), Timestamp::from_micros(0));
    let mut table = Table::default();
    table.insert(written(checkout(10)));
    let (life, at) = (table.life, Instant::now() + Duration::from_secs(60));
    assert!(table.begin_drive(one));
    table.change(life, one, |row| row.failures = 1);
    assert!(!table.rest_until(life, one, at));
    table.change(life, one, |row| row.inbox.push(Input::ShowCancelled));
    assert!(table.begin_drive(one));
    assert!(matches!(table.next_turn(one, now, Instant::now(), |_| 1), Some(Turn::Learn(..))));
    table.change(life, one, |row| row.inbox.clear());
    assert!(table.next_turn(one, now, Instant::now(), |_| 1).is_none(), "it waits for its time");
    assert_eq!(table.next_retry(), Some(at));
    assert!(table.begin_drive(one));
    table.change(life, one, Row::note_progress);
    assert!(matches!(table.next_turn(one, now, Instant::now(), |_| 1), Some(Turn::Perform(..))), "it got further");
}

#[test]
fn a_refund_that_failed_waits_whatever_the_provider_says_meanwhile() {
    let (one, now, instant) = (checkout(10).id(), Timestamp::from_micros(0), Instant::now());
    let mut refused = checkout(10);
    for event in [
        CheckoutEvent::PaymentOpened { payment: GatewayReference("pi".into()) },
        CheckoutEvent::PaymentCaptured { amount: Money::from_minor(4_500) },
        CheckoutEvent::CheckoutEnded { why: EndReason::ShowCancelled },
        CheckoutEvent::RefundOwed { number: 1, amount: Money::from_minor(4_500) },
        CheckoutEvent::RefundFailed { number: 1, reason: "no balance".into() },
    ] {
        refused.apply(&event);
    }
    let mut table = Table::default();
    table.insert(written(refused));
    let again_at = instant + Duration::from_secs(5);
    let life = table.life;
    table.change(life, one, |row| row.note_refund_failed("no balance", again_at));
    for _ in 0..3 {
        assert!(table.begin_drive(one));
        assert!(table.next_turn(one, now, instant, |_| 1).is_none());
        assert_eq!(table.next_retry(), Some(again_at));
        // A message: the provider can be reached.
        table.change(life, one, |row| row.note_progress());
        let trouble = table.rows[&one].trouble.clone().unwrap_or_default();
        assert!(trouble.contains("no balance"), "an operator sees {trouble:?}");
    }
    assert_eq!(table.take_due(now, again_at), [one]);
    assert!(table.begin_drive(one));
    let turn = table.next_turn(one, now, again_at, |_| 1);
    assert!(matches!(turn, Some(Turn::Perform(_, Action::Refund { number: 1, .. }))));
    table.change(life, one, |row| row.note_progress());
    assert_eq!(table.rows[&one].trouble, None);
}
