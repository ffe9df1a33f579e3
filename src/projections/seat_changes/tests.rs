//! Changes against the map they change: forwards as they come, and backwards from the end.

use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::domain::Event;
use crate::domain::event::{BookingConfirmed, HoldEnded, SeatsHeld};
use crate::domain::{BookingId, HoldId, StreamId, Timestamp};

const PIT: AreaIndex = AreaIndex(0);

fn record(position: u64, first_version: u64, events: Vec<ShowEvent>) -> Record {
    let events = events.into_iter().map(Event::Show).collect();
    let (stream, time) = (StreamId(Uuid::from_u128(1)), Timestamp::from_micros(0));
    let commit = Arc::new(Commit { stream, first_version, time, commands: Vec::new(), events });
    let position = Position(position);
    Record { position, epoch: 1, group: position, hash: [0; 32], commit, bytes: Arc::from([]) }
}

fn held(seats: &[u32], places: u32) -> ShowEvent {
    ShowEvent::SeatsHeld(SeatsHeld {
        hold_id: HoldId(Uuid::nil()),
        customer_id: None,
        seats: seats.iter().copied().map(SeatIndex).collect(),
        general_admission: pit(places),
        expires_at: Timestamp::from_micros(0),
        adjacent: true,
    })
}

fn released(seats: &[u32], places: u32) -> ShowEvent {
    let seats = seats.iter().copied().map(SeatIndex).collect();
    ShowEvent::HoldReleased(HoldEnded { hold_id: HoldId(Uuid::nil()), seats, general_admission: pit(places) })
}

fn confirmed(seats: &[u32], places: u32) -> ShowEvent {
    ShowEvent::BookingConfirmed(BookingConfirmed {
        hold_id: HoldId(Uuid::nil()),
        booking_id: BookingId(Uuid::nil()),
        customer_id: None,
        seats: seats.iter().copied().map(SeatIndex).collect(),
        general_admission: pit(places),
        payment_reference: String::new(),
    })
}

fn pit(places: u32) -> Vec<(AreaIndex, u32)> {
    if places == 0 { Vec::new() } else { vec![(PIT, places)] }
}

fn log() -> Vec<Record> {
    vec![
        record(3, 1, vec![ShowEvent::SalesOpened]),
        record(5, 2, vec![held(&[2, 0], 3)]),
        record(6, 3, vec![held(&[1], 2), released(&[1], 2)]),
        record(9, 5, vec![confirmed(&[2, 0], 3), held(&[4], 1)]),
        record(10, 7, vec![ShowEvent::SalesPaused]),
        record(12, 8, vec![released(&[4], 1)]),
    ]
}

#[test]
fn a_commit_is_one_change_with_what_everything_is_after_it() {
    let mut map = SeatMap::default();
    let changes: Vec<_> =
        log().iter().filter_map(|record| SeatChange::fold(&mut map, record).expect("a log that fits")).collect();
    let seen: Vec<_> = changes.iter().map(|change| (change.position.0, change.version)).collect();
    assert_eq!(seen, [(5, 2), (6, 4), (9, 6), (12, 8)]);
    let seat = |number, status| (SeatIndex(number), status);
    assert_eq!(changes[0].seats, [seat(0, SeatStatus::Held), seat(2, SeatStatus::Held)]);
    assert_eq!(changes[1].seats, [seat(1, SeatStatus::Free)]);
    assert_eq!(changes[1].areas, [(PIT, (3, 0))]);
    assert_eq!(changes[2].areas, [(PIT, (1, 3))]);
    assert_eq!(changes[3].areas, [(PIT, (0, 3))]);
    assert_eq!(map.version, 8);
}

#[test]
fn the_past_told_from_its_end_is_what_was_seen_as_it_happened() {
    let log = log();
    let mut map = SeatMap::default();
    let live: Vec<_> =
        log.iter().filter_map(|record| SeatChange::fold(&mut map, record).expect("a log that fits")).collect();
    assert_eq!(SeatChange::past(&log, &map), live);
    assert_eq!(SeatChange::past(&log[3..], &map), live[2..]);
    assert_eq!(SeatChange::past(&[], &map), []);
}
