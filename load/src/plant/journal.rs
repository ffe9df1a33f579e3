//! Faults of the journal: what is written down is not what was promised.

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::edit::{append, event_of, first_sold, sold};
use crate::api::{CallKind, SeatMap};
use crate::audit::{BookingEvent, EndEvent, Evidence, HoldEvent, ShowEvent};

pub fn double_sale(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let seat = evidence.setup.hall.index()[&sold.seat];
    let (hold_id, booking_id) = (Uuid::now_v7(), Uuid::now_v7());
    let events = vec![
        ShowEvent::SeatsHeld(hold(hold_id, evidence.setup.customer(1), seat)),
        ShowEvent::BookingConfirmed(BookingEvent { hold_id, booking_id, payment_reference: "elsewhere".into() }),
    ];
    append(evidence, sold.show, "5e11", events)
}

/// The version stays taken, so that all later answers still fit.
pub fn lost_acknowledgement(evidence: &mut Evidence) -> Result<()> {
    let lost = first_sold(evidence)?.booking_id;
    let confirmed = |event: &ShowEvent| matches!(event, ShowEvent::BookingConfirmed(it) if it.booking_id == lost);
    *event_of(evidence, confirmed).context("the booking is not in the journal")? = ShowEvent::SalesOpened;
    Ok(())
}

pub fn lost_tail(evidence: &mut Evidence) -> Result<()> {
    let last = sold(evidence).pop().context("the history has no booking")?.booking_id;
    let has = |event: &crate::audit::Event| matches!(event, crate::audit::Event::Show(ShowEvent::BookingConfirmed(it)) if it.booking_id == last);
    let end = evidence.commits.iter().position(|commit| commit.events.iter().any(has));
    evidence.commits.truncate(end.context("the booking is not in the journal")?);
    Ok(())
}

pub fn ended_twice(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    append(evidence, sold.show, "e4d", vec![ShowEvent::HoldReleased(EndEvent { hold_id: sold.hold_id })])
}

pub fn done_twice(evidence: &mut Evidence) -> Result<()> {
    let show = first_sold(evidence)?.show;
    let stream = evidence.setup.shows[show as usize].show_id;
    let commands = evidence.commits.iter().filter(|commit| commit.stream == stream).flat_map(|commit| &commit.commands);
    let once = commands.map(|command| command.id.clone()).find(|id| id.bytes().any(|digit| digit != b'0'));
    append(evidence, show, &once.context("the journal has no command")?, vec![ShowEvent::SalesOpened])
}

pub fn phantom(evidence: &mut Evidence) -> Result<()> {
    ensure!(!evidence.setup.shows.is_empty(), "there is no show");
    // Without a seat, so that nothing but its being there is wrong.
    let mut phantom = hold(Uuid::now_v7(), "nobody".into(), 0);
    phantom.seats.clear();
    append(evidence, 0, "0b0d7", vec![ShowEvent::SeatsHeld(phantom)])
}

pub fn cancelled_by_nobody(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let cancelled = ShowEvent::TicketsCancelled { booking_id: sold.booking_id, tickets: vec![0] };
    append(evidence, sold.show, "ca9ce1", vec![cancelled])
}

/// One place more than the area has left, even if all that is held there is given back.
pub fn over_full_area(evidence: &mut Evidence) -> Result<()> {
    let area = evidence.setup.hall.areas.first().context("the hall has no area")?;
    let (label, capacity) = (area.label.clone(), area.capacity);
    let map = evidence.calls.iter().rev().find(|call| call.kind == CallKind::SeatMap && call.status == 200);
    let map = map.context("no seat map was read")?;
    let taken = serde_json::from_slice::<SeatMap>(&map.answer)?.areas.get(&label).copied();
    let taken = taken.context("the seat map has no such area")?;
    let mut over = hold(Uuid::now_v7(), evidence.setup.customer(1), 0);
    over.seats.clear();
    over.general_admission = vec![(0, capacity - taken.sold + 1)];
    append(evidence, map.show, "0f11", vec![ShowEvent::SeatsHeld(over)])
}

/// That of the hold that was the first of all to expire. The version stays taken.
pub fn never_expired(evidence: &mut Evidence) -> Result<()> {
    let expired = |event: &ShowEvent| matches!(event, ShowEvent::HoldExpired(_));
    *event_of(evidence, expired).context("no hold expired")? = ShowEvent::SalesOpened;
    Ok(())
}

fn hold(hold_id: Uuid, customer: String, seat: u32) -> HoldEvent {
    let expires_at = i64::MAX / 2;
    HoldEvent { hold_id, customer_id: Some(customer), seats: vec![seat], general_admission: vec![], expires_at }
}
