//! Events, actions and values as the stories write them. Holds, bookings and customers go by short numbers and names.

use uuid::Uuid;

use super::hall::{hall, seats};
use crate::domain::command::{Action, BestAvailable, Command, CommandId, Fingerprint, HoldSeats};
use crate::domain::event::{BookingConfirmed, HoldEnded, SeatsHeld, ShowEvent, ShowTerms, TicketsCancelled};
use crate::domain::ids::{BookingId, CustomerId, HoldId, TicketId, VenueId};
use crate::domain::money::Money;
use crate::domain::organiser::Organiser;
use crate::domain::plan::AreaIndex;
use crate::domain::time::Timestamp;

/// Holds of the stories are made at second 0.
pub const HOLD_SECONDS: u32 = 600;

pub fn second(seconds: u32) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(seconds)
}

/// The last instant before.
pub fn just_before(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros() - 1)
}

pub fn hold_id(number: u128) -> HoldId {
    HoldId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number << 16))
}

pub fn booking_id(number: u128) -> BookingId {
    BookingId(Uuid::from_u128(0x0190_0000_0000_7000_9000_0000_0000_0000 | number << 16))
}

pub fn ticket(booking: u128, index: u16) -> TicketId {
    booking_id(booking).ticket(index)
}

pub fn customer(name: &str) -> Option<CustomerId> {
    Some(CustomerId::parse(name).expect("a printable name"))
}

pub fn labels(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| (*label).to_owned()).collect()
}

/// Stalls 50.00, Circle 30.00, Boxes not sold, Standing 10.00.
pub fn terms() -> ShowTerms {
    let price = |minor| Some(Money::from_minor(minor));
    ShowTerms {
        venue_id: VenueId(Uuid::from_u128(7)),
        title: "The Understudy".into(),
        starts_at_local: "2026-11-21T20:00".into(),
        time_zone: "Europe/Vienna".into(),
        starts_at: second(1_000_000),
        currency: "EUR".into(),
        prices: vec![price(5_000), price(3_000), None, price(1_000)],
        hold_seconds: HOLD_SECONDS,
        max_per_customer: None,
        on_sale_at: None,
        off_sale_at: None,
    }
}

pub fn scheduled() -> ShowEvent {
    scheduled_on(terms())
}

pub fn scheduled_on(terms: ShowTerms) -> ShowEvent {
    ShowEvent::ShowScheduled(Box::new(terms))
}

pub fn blocked(labels: &[&str]) -> ShowEvent {
    ShowEvent::SeatsBlocked { seats: seats(labels), reason: "camera".into() }
}

pub fn unblocked(labels: &[&str]) -> ShowEvent {
    ShowEvent::SeatsUnblocked { seats: seats(labels) }
}

/// By nobody known, at second 0.
pub fn held(hold: u128, labels: &[&str]) -> ShowEvent {
    ShowEvent::SeatsHeld(a_hold(hold, labels, &[]))
}

pub fn held_by(name: &str, hold: u128, labels: &[&str]) -> ShowEvent {
    ShowEvent::SeatsHeld(SeatsHeld { customer_id: customer(name), ..a_hold(hold, labels, &[]) })
}

pub fn held_standing(hold: u128, areas: &[(&str, u32)]) -> ShowEvent {
    ShowEvent::SeatsHeld(a_hold(hold, &[], areas))
}

pub fn held_at(at: Timestamp, hold: u128, labels: &[&str]) -> ShowEvent {
    ShowEvent::SeatsHeld(SeatsHeld { expires_at: at.plus_seconds(HOLD_SECONDS), ..a_hold(hold, labels, &[]) })
}

pub fn a_hold(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> SeatsHeld {
    SeatsHeld {
        hold_id: hold_id(hold),
        customer_id: None,
        seats: seats(labels),
        general_admission: places(areas),
        expires_at: second(HOLD_SECONDS),
        adjacent: true,
    }
}

pub fn extended(hold: u128, expires_at: Timestamp) -> ShowEvent {
    ShowEvent::HoldExtended { hold_id: hold_id(hold), expires_at }
}

pub fn released(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> ShowEvent {
    ShowEvent::HoldReleased(ended(hold, labels, areas))
}

pub fn expired(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> ShowEvent {
    ShowEvent::HoldExpired(ended(hold, labels, areas))
}

fn ended(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> HoldEnded {
    HoldEnded { hold_id: hold_id(hold), seats: seats(labels), general_admission: places(areas) }
}

/// The booking has the number of its hold.
pub fn confirmed(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> ShowEvent {
    ShowEvent::BookingConfirmed(a_booking(hold, labels, areas))
}

pub fn a_booking(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> BookingConfirmed {
    BookingConfirmed {
        hold_id: hold_id(hold),
        booking_id: booking_id(hold),
        customer_id: None,
        seats: seats(labels),
        general_admission: places(areas),
        payment_reference: "paid".into(),
    }
}

pub fn tickets_cancelled(booking: u128, tickets: &[u16], labels: &[&str], areas: &[(&str, u32)]) -> ShowEvent {
    ShowEvent::TicketsCancelled(TicketsCancelled {
        booking_id: booking_id(booking),
        tickets: tickets.to_vec(),
        seats: seats(labels),
        general_admission: places(areas),
    })
}

fn places(areas: &[(&str, u32)]) -> Vec<(AreaIndex, u32)> {
    let place = |(name, quantity): &(&str, u32)| Some((hall().area_index(name)?, *quantity));
    areas.iter().map(|area| place(area).expect("the stories know their hall")).collect()
}

pub fn command(action: Action) -> Command {
    Command { id: CommandId(1), fingerprint: Fingerprint(1), at: Timestamp::EPOCH, action }
}

pub fn schedule(terms: ShowTerms) -> Action {
    Action::ScheduleShow { terms: Box::new(terms), organiser: None }
}

pub fn organiser() -> Organiser {
    Organiser::parse("lyceum").expect("a good name")
}

pub fn hold(hold: u128, labels: &[&str]) -> Action {
    Action::HoldSeats(request(hold, labels))
}

pub fn hold_standing(hold: u128, areas: &[(&str, u32)]) -> Action {
    Action::HoldSeats(HoldSeats { general_admission: standing(areas), ..request(hold, &[]) })
}

pub fn hold_best(hold: u128, quantity: u32) -> Action {
    Action::HoldSeats(HoldSeats { best_available: Some(best(quantity)), ..request(hold, &[]) })
}

pub fn request(hold: u128, seats: &[&str]) -> HoldSeats {
    HoldSeats {
        hold_id: hold_id(hold),
        customer_id: None,
        seats: labels(seats),
        best_available: None,
        general_admission: Vec::new(),
    }
}

pub fn best(quantity: u32) -> BestAvailable {
    BestAvailable { quantity, categories: None, zones: None, accessible: false }
}

pub fn standing(areas: &[(&str, u32)]) -> Vec<(String, u32)> {
    areas.iter().map(|(name, quantity)| ((*name).to_owned(), *quantity)).collect()
}

pub fn extend(hold: u128, extend_seconds: u32) -> Action {
    Action::ExtendHold { hold_id: hold_id(hold), extend_seconds }
}

pub fn release(hold: u128) -> Action {
    Action::ReleaseHold { hold_id: hold_id(hold) }
}

/// As the booking with the number of its hold.
pub fn confirm(hold: u128) -> Action {
    confirm_as(hold, hold)
}

pub fn confirm_as(hold: u128, booking: u128) -> Action {
    Action::ConfirmHold { hold_id: hold_id(hold), booking_id: booking_id(booking), payment_reference: "paid".into() }
}

pub fn cancel(booking: u128) -> Action {
    Action::CancelTickets { booking_id: booking_id(booking), tickets: None }
}

pub fn cancel_some(booking: u128, tickets: &[TicketId]) -> Action {
    Action::CancelTickets { booking_id: booking_id(booking), tickets: Some(tickets.to_vec()) }
}

pub fn block(seats: &[&str]) -> Action {
    Action::BlockSeats { seats: labels(seats), reason: "camera".into() }
}

pub fn unblock(seats: &[&str]) -> Action {
    Action::UnblockSeats { seats: labels(seats) }
}
