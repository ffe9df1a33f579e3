//! Planted faults: the ledger has to find each of them.

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::domain::checkout::{EndReason, GatewayReference};
use crate::domain::event::{BookingConfirmed, SeatsHeld, ShowTerms, TicketsCancelled};
use crate::domain::plan::{ImportOptions, SeatIndex, SeatingPlan, import};
use crate::domain::{HoldId, ShowEvent, Timestamp, VenueId};

const SHOW: ShowId = ShowId(Uuid::from_u128(7));
const CHECKOUT: CheckoutId = CheckoutId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

/// A show that has sold both of its seats, for 50.00 each, in the checkout's booking.
fn show(cancelled: &[u16]) -> ShowAudit {
    let plan = r##"{"name":"p","categories":[{"name":"A","color":"#fff"}],"zones":[{"name":"Z","position":{"x":0,"y":0},
        "areas":[],"rows":[{"row_number":"1","position":{"x":0,"y":0},"seats":[
        {"seat_guid":"a","seat_number":"1","position":{"x":0,"y":0},"category":"A"},
        {"seat_guid":"b","seat_number":"2","position":{"x":1,"y":0},"category":"A"}]}]}]}"##;
    let plan = import(plan, ImportOptions::default()).expect("the plan is right");
    let mut show = ShowAudit::new(Arc::new(SeatingPlan::new(plan)));
    let terms = ShowTerms {
        venue_id: VenueId(Uuid::nil()),
        title: "Hamlet".into(),
        starts_at_local: "2030-01-01T20:00:00".into(),
        time_zone: "UTC".into(),
        starts_at: Timestamp::EPOCH,
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(5_000))],
        hold_seconds: 600,
        max_per_customer: None,
        on_sale_at: None,
        off_sale_at: None,
    };
    let (hold_id, seats) = (HoldId(Uuid::from_u128(1)), vec![SeatIndex(0), SeatIndex(1)]);
    let held = SeatsHeld {
        hold_id,
        customer_id: None,
        seats: seats.clone(),
        general_admission: vec![],
        expires_at: Timestamp::EPOCH,
        adjacent: true,
    };
    let booked = BookingConfirmed {
        hold_id,
        booking_id: CHECKOUT.booking(),
        customer_id: None,
        seats: seats.clone(),
        general_admission: vec![],
        payment_reference: "p".into(),
    };
    for event in
        [ShowEvent::ShowScheduled(Box::new(terms)), ShowEvent::SeatsHeld(held), ShowEvent::BookingConfirmed(booked)]
    {
        show.fold(&event);
    }
    if !cancelled.is_empty() {
        show.fold(&ShowEvent::TicketsCancelled(TicketsCancelled {
            booking_id: CHECKOUT.booking(),
            tickets: cancelled.to_vec(),
            seats: cancelled.iter().map(|ticket| seats[usize::from(*ticket)]).collect(),
            general_admission: vec![],
        }));
    }
    show
}

fn begun() -> CheckoutEvent {
    CheckoutEvent::CheckoutBegun(Box::new(CheckoutBegun {
        show_id: SHOW,
        hold_id: HoldId(Uuid::from_u128(1)),
        customer_id: None,
        seats: vec![SeatIndex(0), SeatIndex(1)],
        general_admission: vec![],
        prices: vec![Money::from_minor(5_000); 2],
        currency: "EUR".into(),
        gateway: "simulated".into(),
        expires_at: Timestamp::EPOCH,
        equal_seats: false,
    }))
}

fn booked() -> CheckoutEvent {
    CheckoutEvent::SeatsConfirmed { booking_id: CHECKOUT.booking() }
}

fn captured(amount: u64) -> CheckoutEvent {
    CheckoutEvent::PaymentCaptured { amount: Money::from_minor(amount) }
}

fn owed(number: u32, amount: u64) -> CheckoutEvent {
    CheckoutEvent::RefundOwed { number, amount: Money::from_minor(amount) }
}

fn refunded(number: u32) -> CheckoutEvent {
    CheckoutEvent::RefundSucceeded { number }
}

fn cancelled(ticket: u16) -> CheckoutEvent {
    CheckoutEvent::TicketsCancelled { tickets: vec![ticket] }
}

fn closed(show: ShowAudit, events: &[CheckoutEvent]) -> (Vec<String>, Standing) {
    let mut ledger = Ledger::default();
    events.iter().for_each(|event| ledger.fold(CHECKOUT, event));
    let (violations, mut standings) = ledger.close(&BTreeMap::from([(SHOW, show)]));
    (violations, standings.remove(&SHOW).unwrap_or_default())
}

fn is_wrong(cancelled_at_the_show: &[u16], events: &[CheckoutEvent]) -> bool {
    !closed(show(cancelled_at_the_show), events).0.is_empty()
}

#[test]
fn an_honest_checkout_balances_at_every_step() {
    let events =
        [begun(), booked(), captured(10_000), cancelled(1), owed(1, 5_000), refunded(1), cancelled(0), owed(2, 5_000)];
    for end in [3, 6, 8] {
        let all: &[u16] = if end == 8 { &[0, 1] } else { &[1] };
        let at_the_show = if end == 3 { &[][..] } else { all };
        let (violations, _) = closed(show(at_the_show), &events[..end]);
        assert_eq!(violations, Vec::<String>::new(), "after {end} events");
    }
    let standing = closed(show(&[0, 1]), &events).1;
    let expected = Standing { captured: 10_000, refunded: 5_000, refunds_under_way: 5_000, live_tickets: 0 };
    assert_eq!(standing, expected);
}

#[test]
fn money_without_tickets_is_found() {
    let ended = CheckoutEvent::CheckoutEnded { why: EndReason::Abandoned };
    assert!(is_wrong(&[0, 1], &[begun(), captured(10_000), ended.clone()]));
    assert!(!is_wrong(&[0, 1], &[begun(), captured(10_000), ended, owed(1, 10_000)]));
}

#[test]
fn tickets_without_money_are_found() {
    let ended = CheckoutEvent::CheckoutEnded { why: EndReason::Abandoned };
    assert!(is_wrong(&[], &[begun(), booked(), ended.clone()]));
    assert!(is_wrong(&[], &[begun(), booked(), captured(9_999)]));
    // The show has the booking, whether the checkout knows of it or not.
    let undone = [begun(), booked(), CheckoutEvent::BookingUndone, ended.clone()];
    for (cancelled, is_found) in [(&[][..], true), (&[0], true), (&[0, 1], false)] {
        assert_eq!(is_wrong(cancelled, &undone[..3]), is_found, "{cancelled:?}");
        assert_eq!(is_wrong(cancelled, &undone), is_found, "{cancelled:?}");
        assert_eq!(is_wrong(cancelled, &[begun(), ended.clone()]), is_found, "{cancelled:?}");
        assert_eq!(is_wrong(cancelled, &[begun(), captured(10_000), ended.clone(), owed(1, 10_000)]), is_found);
    }
    let mut called_off = show(&[]);
    called_off.fold(&ShowEvent::ShowCancelled);
    assert_eq!(closed(called_off, &undone).0, Vec::<String>::new(), "nobody comes in to a show that is called off");
}

#[test]
fn a_capture_twice_is_found() {
    assert!(is_wrong(&[], &[begun(), booked(), captured(10_000), captured(10_000)]));
}

#[test]
fn a_refund_of_a_ticket_that_is_still_good_is_found() {
    assert!(is_wrong(&[], &[begun(), booked(), captured(10_000), cancelled(1), owed(1, 5_000)]));
}

#[test]
fn a_refund_that_is_forgotten_too_small_or_made_twice_is_found() {
    let so_far = [begun(), booked(), captured(10_000), cancelled(1)];
    let with = |more: &[CheckoutEvent]| is_wrong(&[1], &[&so_far[..], more].concat());
    assert!(with(&[]));
    assert!(with(&[owed(1, 4_999)]));
    assert!(with(&[owed(1, 5_000), owed(2, 5_000)]));
    assert!(with(&[owed(1, 5_000), refunded(1), refunded(1)]));
    assert!(!with(&[owed(1, 5_000), refunded(1)]));
}

#[test]
fn a_refund_that_came_back_is_on_its_way_again() {
    let failed = || CheckoutEvent::RefundFailed { number: 1, reason: "returned".into() };
    let so_far = [begun(), booked(), captured(10_000), cancelled(1), owed(1, 5_000), refunded(1), failed()];
    let (violations, standing) = closed(show(&[1]), &so_far);
    assert_eq!(violations, Vec::<String>::new());
    assert_eq!((standing.refunded, standing.refunds_under_way), (0, 5_000));
    let again = [&so_far[..], &[refunded(1)]].concat();
    assert_eq!(closed(show(&[1]), &again).0, Vec::<String>::new());
    assert!(is_wrong(&[], &[begun(), booked(), captured(10_000), failed()]), "it was never owed");
}

#[test]
fn a_booking_that_no_show_has_and_events_out_of_nowhere_are_found() {
    let booking_id = CheckoutId(Uuid::from_u128(9)).booking();
    assert!(is_wrong(&[], &[begun(), CheckoutEvent::SeatsConfirmed { booking_id }, captured(10_000)]));
    assert!(is_wrong(&[], &[CheckoutEvent::PaymentOpened { payment: GatewayReference("p".into()) }]));
    assert!(is_wrong(&[], &[begun(), begun()]));
}

#[test]
fn two_checkouts_that_were_paid_for_one_booking_are_found() {
    let mut ledger = Ledger::default();
    for id in [CHECKOUT, CheckoutId(Uuid::from_u128(2))] {
        [begun(), booked(), captured(10_000)].iter().for_each(|event| ledger.fold(id, event));
    }
    let (violations, _) = ledger.close(&BTreeMap::from([(SHOW, show(&[]))]));
    assert!(violations.iter().any(|what| what.contains("were both paid")), "{violations:?}");
}
