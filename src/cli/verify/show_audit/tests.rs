//! Each broken promise planted in a history, and found.

use super::*;
use crate::domain::Fingerprint;
use crate::domain::event::{BookingConfirmed, HoldEnded, SeatsHeld};
use crate::domain::plan::{GeneralAdmission, ImportOptions, import};
use uuid::Uuid;

fn audit() -> ShowAudit {
    let plan = r##"{"name":"p","categories":[{"name":"A","color":"#fff"}],"zones":[{"name":"Z","position":{"x":0,"y":0},
        "areas":[],"rows":[{"row_number":"1","position":{"x":0,"y":0},"seats":[
        {"seat_guid":"a","seat_number":"1","position":{"x":0,"y":0},"category":"A"},
        {"seat_guid":"b","seat_number":"2","position":{"x":1,"y":0},"category":"A"}]}]}]}"##;
    let pit = GeneralAdmission { area: "Pit".into(), category: "A".into(), capacity: 3 };
    let options = ImportOptions { general_admission: vec![pit], ..ImportOptions::default() };
    let plan = import(plan, options).expect("the plan is right");
    let mut audit = ShowAudit::new(Arc::new(SeatingPlan::new(plan)));
    audit.fold(&ShowEvent::SalesOpened);
    audit
}

fn held(hold: u128, seat: u32) -> ShowEvent {
    ShowEvent::SeatsHeld(SeatsHeld {
        hold_id: HoldId(Uuid::from_u128(hold)),
        customer_id: None,
        seats: vec![SeatIndex(seat)],
        general_admission: vec![],
        expires_at: Timestamp::EPOCH,
        adjacent: true,
    })
}

fn ended(hold: u128, seat: u32) -> ShowEvent {
    let (hold_id, seats) = (HoldId(Uuid::from_u128(hold)), vec![SeatIndex(seat)]);
    ShowEvent::HoldExpired(HoldEnded { hold_id, seats, general_admission: vec![] })
}

fn booked(hold: u128, seat: u32) -> ShowEvent {
    ShowEvent::BookingConfirmed(BookingConfirmed {
        hold_id: HoldId(Uuid::from_u128(hold)),
        booking_id: BookingId(Uuid::from_u128(1_000 + hold)),
        customer_id: None,
        seats: vec![SeatIndex(seat)],
        general_admission: vec![],
        payment_reference: "p".into(),
    })
}

fn held_in_the_pit(hold: u128, places: u32) -> ShowEvent {
    match held(hold, 0) {
        ShowEvent::SeatsHeld(held) => {
            ShowEvent::SeatsHeld(SeatsHeld { seats: vec![], general_admission: vec![(AreaIndex(0), places)], ..held })
        }
        other => other,
    }
}

fn booked_in_the_pit(hold: u128, places: u32) -> ShowEvent {
    match booked(hold, 0) {
        ShowEvent::BookingConfirmed(booked) => {
            let general_admission = vec![(AreaIndex(0), places)];
            ShowEvent::BookingConfirmed(BookingConfirmed { seats: vec![], general_admission, ..booked })
        }
        other => other,
    }
}

fn found(events: &[ShowEvent]) -> Vec<String> {
    let mut audit = audit();
    events.iter().for_each(|event| audit.fold(event));
    audit.violations
}

fn violations(events: &[ShowEvent]) -> usize {
    found(events).len()
}

#[test]
fn an_honest_history_has_no_violations() {
    assert_eq!(violations(&[held(1, 0), booked(1, 0), held(2, 1), ended(2, 1), held(3, 1)]), 0);
}

#[test]
fn a_seat_sold_twice_is_found() {
    assert_ne!(violations(&[held(1, 0), booked(1, 0), held(2, 0), booked(2, 0)]), 0);
}

#[test]
fn an_area_that_is_held_or_sold_beyond_its_capacity_is_found() {
    let sold = [held_in_the_pit(1, 2), booked_in_the_pit(1, 2), held_in_the_pit(2, 2), booked_in_the_pit(2, 2)];
    let over = |version, counts| format!("version {version}: area \"Pit\" is over its capacity of 3: {counts}");
    assert_eq!(found(&sold), [over(4, "(2, 2)"), over(5, "(0, 4)")]);
    assert_eq!(found(&[held_in_the_pit(1, 4)]), [over(2, "(4, 0)")]);
}

#[test]
fn an_area_that_is_exactly_full_is_in_order() {
    let full = [held_in_the_pit(1, 2), booked_in_the_pit(1, 2), held_in_the_pit(2, 1), booked_in_the_pit(2, 1)];
    assert_eq!(found(&full[..3]), Vec::<String>::new());
    assert_eq!(found(&full), Vec::<String>::new());
}

#[test]
fn a_hold_that_ends_twice_is_found() {
    assert_ne!(violations(&[held(1, 0), ended(1, 0), ended(1, 0)]), 0);
}

#[test]
fn a_hold_that_ends_with_other_seats_is_found() {
    assert_ne!(violations(&[held(1, 0), ended(1, 1)]), 0);
}

/// What is wrong with commits that were decided by these times, in microseconds.
fn violations_in_time(commits: &[(i64, &[ShowEvent])]) -> Vec<String> {
    let mut audit = audit();
    for (time, events) in commits {
        events.iter().for_each(|event| audit.fold(event));
        audit.end_commit(Timestamp::from_micros(*time));
    }
    audit.violations
}

fn held_until(hold: u128, seat: u32, micros: i64) -> ShowEvent {
    match held(hold, seat) {
        ShowEvent::SeatsHeld(held) => {
            ShowEvent::SeatsHeld(SeatsHeld { expires_at: Timestamp::from_micros(micros), ..held })
        }
        other => other,
    }
}

#[test]
fn a_hold_that_had_expired_before_it_was_made_is_found() {
    let found = violations_in_time(&[(100, &[held_until(1, 0, 100)])]);
    assert!(
        found.len() == 1 && found[0].starts_with("version 2: ") && found[0].contains("had expired at"),
        "{found:?}"
    );
    // Ended in the same commit, so what tells is the one before it.
    assert_eq!(
        violations_in_time(&[(100, &[ShowEvent::SalesOpened]), (200, &[held_until(1, 0, 100), booked(1, 0)])]).len(),
        1
    );
    let extended = |until| ShowEvent::HoldExtended {
        hold_id: HoldId(Uuid::from_u128(1)),
        expires_at: Timestamp::from_micros(until),
    };
    assert_eq!(violations_in_time(&[(200, &[held_until(1, 0, 100), extended(200)])]).len(), 1);
    for sound in [
        &[(100, &[held_until(1, 0, 101)][..])][..],
        // One commit may last longer than a hold.
        &[(100, &[held_until(1, 0, 50), ended(1, 0), held_until(2, 0, 101)])],
        &[(100, &[held_until(1, 0, 50), booked(1, 0)])],
        &[(100, &[held_until(1, 0, 50), extended(101)])],
    ] {
        assert_eq!(violations_in_time(sound), Vec::<String>::new());
    }
}

#[test]
fn a_command_executed_twice_is_found() {
    let mut audit = audit();
    let command = CommandRecord { id: CommandId(1), fingerprint: Fingerprint(1), events: 1 };
    let at = |seconds| Timestamp::EPOCH.plus_seconds(seconds);
    audit.note_command(&command, at(0));
    audit.note_command(&command, at(REMEMBERED_SECONDS - COMMIT_SECONDS - 1));
    assert_eq!(audit.violations.len(), 1);
}

/// It may be executed again.
#[test]
fn a_command_that_is_not_remembered_any_more_is_another_one() {
    let mut audit = audit();
    let command = |id| CommandRecord { id: CommandId(id), fingerprint: Fingerprint(1), events: 1 };
    audit.note_command(&command(1), Timestamp::EPOCH);
    audit.note_command(&command(1), Timestamp::EPOCH.plus_seconds(REMEMBERED_SECONDS + 1));
    for id in 2..REMEMBERED_MAX as u128 + 3 {
        audit.note_command(&command(id), Timestamp::EPOCH);
    }
    audit.note_command(&command(1), Timestamp::EPOCH.plus_seconds(REMEMBERED_SECONDS + 2));
    assert_eq!(audit.violations, Vec::<String>::new());
}

#[test]
fn places_that_are_freed_without_their_tickets_and_tickets_without_their_places_are_found() {
    let cancelled = |tickets: &[u16], seats: &[u32]| {
        ShowEvent::TicketsCancelled(crate::domain::event::TicketsCancelled {
            booking_id: BookingId(Uuid::from_u128(1_001)),
            tickets: tickets.to_vec(),
            seats: seats.iter().map(|seat| SeatIndex(*seat)).collect(),
            general_admission: vec![],
        })
    };
    let after = |cancelled: ShowEvent| violations(&[held(1, 0), booked(1, 0), cancelled]);
    assert_eq!(after(cancelled(&[0], &[0])), 0);
    assert_ne!(after(cancelled(&[], &[0])), 0);
    assert_ne!(after(cancelled(&[77], &[0])), 0);
    assert_ne!(after(cancelled(&[0], &[])), 0);
}
