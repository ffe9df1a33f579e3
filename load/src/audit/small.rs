//! The smallest run that sells a hall out, made by hand: two seats and two standing places, one customer who takes them all.

use serde::de::IgnoredAny;
use uuid::Uuid;

use super::{BookingEvent, CommandRecord, Commit, Event, Evidence, HoldEvent, ShowEvent};
use crate::hall;
use crate::history::{Setup, ShowOnSale};

pub const BOOKING: Uuid = Uuid::from_u128(3);

/// Its journal has the positions 1 to 3, and its show ends with version 4.
pub fn sold_out() -> Evidence {
    let (show_id, hold_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let hall = hall::read(&hall::grid(2, 2)).expect("a hall");
    let show = ShowOnSale { show_id, venue_id: Uuid::nil(), hold_seconds: 1, max_per_customer: None };
    let setup = Setup { run: "small".to_owned(), seed: 1, hall, shows: vec![show] };
    let (customer_id, seats, general_admission) = (Some(setup.customer(1)), vec![0, 1], vec![(0, 2)]);
    let held = HoldEvent { hold_id, customer_id, seats, general_admission, expires_at: 9 };
    let booked = BookingEvent { hold_id, booking_id: BOOKING, payment_reference: "elsewhere".to_owned() };
    let commit = |position: u64, first_version: u64, events: Vec<ShowEvent>| Commit {
        position,
        stream: show_id,
        first_version,
        time_us: position as i64,
        commands: vec![CommandRecord { id: format!("a{position}"), events: events.len() as u64 }],
        events: events.into_iter().map(Event::Show).collect(),
        hash: String::new(),
    };
    let commits = vec![
        commit(1, 1, vec![ShowEvent::ShowScheduled(IgnoredAny), ShowEvent::SalesOpened]),
        commit(2, 3, vec![ShowEvent::SeatsHeld(held)]),
        commit(3, 4, vec![ShowEvent::BookingConfirmed(booked)]),
    ];
    Evidence { setup, calls: Vec::new(), commits, faults: Vec::new() }
}
