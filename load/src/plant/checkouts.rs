//! Faults of checkouts: money and tickets that do not belong together, and buyers who are told what is not so.

use std::collections::HashSet;

use anyhow::{Context, Result};
use uuid::Uuid;

use super::edit::{append, append_to, change_answer, event_of, first_sold, insert_before};
use crate::api::{CallKind, CheckoutAnswer};
use crate::audit::{CheckoutBegun, CheckoutEvent, Event, Evidence, ShowEvent};
use crate::history::{Call, NO_SHOW};

/// One that was completed, as its buyer was told; nobody tried to cancel its tickets.
struct Completed {
    /// Index of the call that was answered so.
    call: usize,
    checkout_id: Uuid,
    hold_id: Uuid,
    booking_id: Uuid,
    show: u32,
    total: u64,
}

pub fn ticket_without_money(evidence: &mut Evidence) -> Result<()> {
    let payment = completed(evidence)?.checkout_id;
    let booking = first_sold(evidence)?.booking_id;
    let found = |event: &ShowEvent| matches!(event, ShowEvent::BookingConfirmed(it) if it.booking_id == booking);
    let event = event_of(evidence, found).context("the booking is not in the journal")?;
    if let ShowEvent::BookingConfirmed(confirmed) = event {
        confirmed.payment_reference = format!("checkout:{payment}");
    }
    Ok(())
}

pub fn money_without_tickets(evidence: &mut Evidence) -> Result<()> {
    let Completed { show, booking_id, .. } = completed(evidence)?;
    append(evidence, show, "ca5", vec![ShowEvent::TicketsCancelled { booking_id, tickets: vec![0] }])
}

pub fn refunded_too_much(evidence: &mut Evidence) -> Result<()> {
    let Completed { checkout_id, total, .. } = completed(evidence)?;
    let number = refunds(evidence, checkout_id) + 1;
    let events = [CheckoutEvent::RefundOwed { number, amount: total + 1 }, CheckoutEvent::RefundSucceeded { number }];
    append_to(evidence, checkout_id, "0", events.map(Event::Checkout).to_vec())
}

pub fn other_status(evidence: &mut Evidence) -> Result<()> {
    let call = completed(evidence)?.call;
    change_answer(&mut evidence.calls[call], |answer| answer["status"] = "ended".into())
}

pub fn lost_checkout(evidence: &mut Evidence) -> Result<()> {
    let lost = completed(evidence)?.checkout_id;
    let other = Uuid::now_v7();
    // Its commits stay, so that positions stay dense: they are another's now, and the answers are about nothing.
    evidence.commits.iter_mut().filter(|commit| commit.stream == lost).for_each(|commit| commit.stream = other);
    Ok(())
}

/// Only the read after the run can tell: no answer before it is wrong.
pub fn stale_end(evidence: &mut Evidence) -> Result<()> {
    let closing =
        |call: &&mut Call| call.kind == CallKind::CheckoutStatus && call.show == NO_SHOW && call.status == 200;
    let closing = evidence.calls.iter_mut().find(closing);
    change_answer(closing.context("no checkout was read after the run")?, |answer| {
        answer["status"] = "opening".into();
        for field in ["booking_id", "refunds", "reason"] {
            answer.as_object_mut().and_then(|fields| fields.remove(field));
        }
        answer["payment"] = serde_json::json!({});
    })
}

/// The buyer's own key, asked for once more, leads to another checkout.
pub fn another_checkout(evidence: &mut Evidence) -> Result<()> {
    let completed = completed(evidence)?;
    let begun =
        |call: &Call| call.kind == CallKind::Checkout && call.subject == completed.hold_id && call.status == 202;
    let call = evidence.calls.iter().find(|call| begun(call)).context("nobody was told of its beginning")?;
    let mut again = call.clone();
    again.attempt += 1;
    again.started_us = again.ended_us + 1;
    again.ended_us = again.started_us + 100;
    change_answer(&mut again, |answer| answer["checkout_id"] = Uuid::now_v7().to_string().into())?;
    evidence.calls.push(again);
    Ok(())
}

pub fn unasked(evidence: &mut Evidence) -> Result<()> {
    let Completed { hold_id, show, total, .. } = completed(evidence)?;
    let show_id = evidence.setup.shows[show as usize].show_id;
    let begun = CheckoutBegun { show_id, hold_id, prices: vec![total], expires_at: 0 };
    let events = vec![
        Event::Checkout(CheckoutEvent::CheckoutBegun(Box::new(begun))),
        Event::Checkout(CheckoutEvent::CheckoutEnded { why: "declined".into() }),
    ];
    append_to(evidence, Uuid::now_v7(), "0b0d7", events)
}

pub fn stuck(evidence: &mut Evidence) -> Result<()> {
    let Completed { checkout_id, .. } = completed(evidence)?;
    let number = refunds(evidence, checkout_id) + 1;
    let owed = CheckoutEvent::RefundOwed { number, amount: 1 };
    append_to(evidence, checkout_id, "0", vec![Event::Checkout(owed)])
}

/// Just before its booking, it takes a hold that is another customer's.
pub fn retaken_of_another(evidence: &mut Evidence) -> Result<()> {
    let Completed { checkout_id, hold_id, show, .. } = completed(evidence)?;
    let stream = evidence.setup.shows[show as usize].show_id;
    let of_show = evidence.commits.iter().filter(|commit| commit.stream == stream).flat_map(|commit| &commit.events);
    let holds =
        of_show.filter_map(|event| if let Event::Show(ShowEvent::SeatsHeld(held)) = event { Some(held) } else { None });
    let holds: Vec<_> = holds.collect();
    let own = holds.iter().find(|held| held.hold_id == hold_id).context("the hold is not in the journal")?;
    let another = holds.iter().find(|held| held.customer_id != own.customer_id).context("nobody else held anything")?;
    let retake = CheckoutEvent::RetakeBegun { hold_id: another.hold_id, equal_seats: false };
    let is_booked = |event: &Event| matches!(event, Event::Checkout(CheckoutEvent::SeatsConfirmed { .. }));
    insert_before(evidence, checkout_id, is_booked, Event::Checkout(retake))
}

fn completed(evidence: &Evidence) -> Result<Completed> {
    let cancelled: HashSet<Uuid> =
        evidence.calls.iter().filter(|call| call.kind == CallKind::Cancel).map(|call| call.subject).collect();
    let told = evidence.calls.iter().enumerate().filter(|(_, call)| call.kind == CallKind::CheckoutStatus);
    let found = told.filter(|(_, call)| call.status == 200).find_map(|(index, call)| {
        let answer: CheckoutAnswer = serde_json::from_slice(&call.answer).ok()?;
        let booking_id =
            answer.booking_id.filter(|booking| answer.status == "completed" && !cancelled.contains(booking))?;
        let show = evidence.setup.shows.iter().position(|show| show.show_id == answer.show_id)? as u32;
        let CheckoutAnswer { checkout_id, hold_id, total, .. } = answer;
        Some(Completed { call: index, checkout_id, hold_id, booking_id, show, total })
    });
    found.context("the history has no completed checkout whose tickets were kept")
}

fn refunds(evidence: &Evidence, checkout_id: Uuid) -> u32 {
    let events =
        evidence.commits.iter().filter(|commit| commit.stream == checkout_id).flat_map(|commit| &commit.events);
    events.filter(|event| matches!(event, Event::Checkout(CheckoutEvent::RefundOwed { .. }))).count() as u32
}
