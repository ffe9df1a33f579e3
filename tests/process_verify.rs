//! What `verify` finds in a journal that is sound to the last byte, and tells of what must never be.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use understudy::domain::event::{BookingConfirmed, SeatsHeld};
use understudy::domain::{BookingId, Event, ShowEvent, ShowId};
use understudy::journal::local::{LocalJournal, Options, Reader};
use understudy::journal::{Commit, Incarnation, Journal};

use super::process::{Server, run, said, segment};

/// Two shows, with a booking of two places in each.
fn two_shows(data: &Path) {
    let server = Server::start(data);
    for key in ["one", "two"] {
        server.book(&server.show(), key, &json!({"seats": ["A-1", "A-2"]}));
    }
    server.stop();
}

/// Another journal of the same commits, once they were changed.
fn written_anew(from: &Path, to: &Path, change: impl FnOnce(&mut [Commit])) {
    let reader = Reader::open(&from.join("journal")).expect("a journal");
    let mut commits: Vec<Commit> = reader.map(|record| (*record.expect("it is sound").commit).clone()).collect();
    change(&mut commits);
    let journal = LocalJournal::open(&to.join("journal"), Options::default()).expect("a new journal");
    for commit in commits {
        let appended = journal.append(Incarnation(0), Arc::new(commit));
        appended.blocking_recv().expect("it lives").expect("it is writable");
    }
}

fn bookings(commits: &mut [Commit]) -> Vec<(ShowId, &mut BookingConfirmed)> {
    let events = commits.iter_mut().flat_map(|commit| {
        let show = ShowId(commit.stream.0);
        commit.events.iter_mut().map(move |event| (show, event))
    });
    let booked = events.filter_map(|(show, event)| match event {
        Event::Show(ShowEvent::BookingConfirmed(booked)) => Some((show, booked)),
        _ => None,
    });
    booked.collect()
}

/// What `verify` says of a journal with this change.
fn verified(change: impl FnOnce(&mut [Commit])) -> (bool, String) {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    two_shows(from.path());
    written_anew(from.path(), to.path(), change);
    let verified = run(to.path(), &["verify"]);
    (verified.status.success(), said(&verified))
}

#[test]
fn a_journal_of_the_same_commits_is_without_fault() {
    let (sound, text) = verified(|_| ());
    assert!(sound, "{text}");
}

#[test]
fn a_seat_that_is_sold_twice_is_found() {
    let (sound, text) = verified(|commits| {
        let held = commits.iter_mut().flat_map(|commit| &mut commit.events).rev().find_map(|event| match event {
            Event::Show(ShowEvent::SeatsHeld(held)) => Some(held),
            _ => None,
        });
        let held = held.expect("a hold");
        held.seats[1] = held.seats[0];
    });
    assert!(!sound && text.contains("while it belonged to"), "{text}");
}

#[test]
fn a_booking_in_two_shows_is_found_and_both_are_named() {
    let mut names = Vec::new();
    let (sound, text) = verified(|commits| {
        let mut bookings = bookings(commits);
        let (first, id) = (bookings[0].0, bookings[0].1.booking_id);
        bookings[1].1.booking_id = id;
        names = vec![id.to_string(), first.to_string(), bookings[1].0.to_string()];
    });
    let line = text.lines().find(|line| line.starts_with("VIOLATION") && line.contains("was confirmed in show"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(!sound && names.iter().all(|name| line.contains(name)) && line.contains("position "), "{line}");
}

#[test]
fn a_ticket_of_two_bookings_is_found_and_both_are_named() {
    let mut names = Vec::new();
    let (sound, text) = verified(|commits| {
        let mut bookings = bookings(commits);
        let first = bookings[0].1.booking_id;
        // Tickets count on from their booking's id: its neighbour has the second ticket, too.
        let second = BookingId(Uuid::from_u128(first.0.as_u128() + 1));
        bookings[1].1.booking_id = second;
        names = vec![first.to_string(), second.to_string(), first.ticket(1).to_string()];
    });
    let line = text.lines().find(|line| line.starts_with("VIOLATION") && line.contains("ticket"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(!sound && names.iter().all(|name| line.contains(name)) && line.contains("position "), "{line}");
}

#[test]
fn a_hold_that_had_expired_before_it_was_made_is_found() {
    let mut name = String::new();
    let (sound, text) = verified(|commits| {
        let (at, held) = commits
            .iter_mut()
            .find_map(|commit| {
                let at = commit.time;
                let held = commit.events.iter_mut().find_map(|event| match event {
                    Event::Show(ShowEvent::SeatsHeld(held)) => Some(held),
                    _ => None,
                });
                held.map(|held: &mut SeatsHeld| (at, held))
            })
            .expect("a hold");
        held.expires_at = at;
        name = held.hold_id.to_string();
    });
    let line = text.lines().find(|line| line.starts_with("VIOLATION") && line.contains("expired at"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(!sound && line.contains(&name) && line.contains("show ") && line.contains("version "), "{line}");
}

#[test]
fn where_the_journal_is_damaged_store_and_views_are_not_blamed() {
    let dir = tempfile::tempdir().expect("a folder");
    two_shows(dir.path());
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    bytes[400] ^= 0x10;
    std::fs::write(&file, bytes).expect("it can be written");
    let verified = run(dir.path(), &["verify"]);
    let text = said(&verified);
    assert!(!verified.status.success() && text.contains("VIOLATION"), "{text}");
    assert!(text.contains("not compared") && text.contains("the journal is damaged"), "{text}");
    for blamed in ["VIOLATION  store", "VIOLATION  view", "view "] {
        assert!(!text.lines().any(|line| line.starts_with(blamed)), "{text}");
    }
}
