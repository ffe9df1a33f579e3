//! What `verify` finds in a journal that is sound to the last byte, and tells of what must never be.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use understudy::domain::{Event, ShowEvent};
use understudy::journal::local::{LocalJournal, Options, Reader};
use understudy::journal::{Commit, Incarnation, Journal};

use super::process::{Server, run, said};

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
