//! Following, and reading streams.

use std::time::Duration;

use understudy::domain::{CommandId, StreamId, Timestamp};
use understudy::journal::{Journal, Position};
use understudy::store::{Opened, Store, StoreError};

use crate::store_support::{Place, assert_same, commit, commits, held, raw, read, stream};
use crate::store_tape::Tape;

#[test]
fn every_stream_is_what_the_journal_has_of_it_and_stays_so_after_a_clean_stop() {
    let (place, tape) = (Place::new(), Tape::of(commits(7, 2_500)));
    let store = place.filled(&tape);
    assert_same(&store, &tape);
    store.close().expect("a clean stop");
    let (store, opened) = place.open(&tape);
    assert_eq!(opened, Opened::Clean { cursor: Position(2_500) });
    assert_same(&store, &tape);
}

#[test]
fn a_store_that_is_behind_says_so_and_catches_up() {
    let (place, tape) = (Place::new(), Tape::of(commits(3, 100)));
    place.filled(&tape.cut(60)).close().expect("a clean stop");
    let (store, opened) = place.open(&tape);
    assert_eq!(opened, Opened::Behind { cursor: Position(60), end: Position(100) });
    let mut seen = Vec::new();
    store.catch_up(&tape, &mut |position, end| seen.push((position, end))).expect("it catches up");
    assert_eq!(seen.last(), Some(&(Position(100), Position(100))));
    assert_same(&store, &tape);
}

#[test]
fn the_follower_applies_what_has_become_durable_and_wakes_who_waits_for_it() {
    let (place, tape) = (Place::new(), Tape::of(commits(3, 10)));
    let store = place.filled(&tape);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        store.wait_for(Position(10)).await;
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { store.wait_for(Position(11)).await }
        });
        tape.push(commit(stream(9), 1, vec![held(1)]));
        assert_eq!(store.follow_once(&tape), Ok(Position(11)));
        tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it wakes").expect("it lives");
    });
    assert_eq!(store.follow_once(&tape), Ok(Position(11)));
}

#[test]
fn a_stream_is_read_from_the_commit_that_contains_the_next_version() {
    let (place, tape) = (Place::new(), Tape::new());
    for (first_version, count) in [(1, 3), (4, 1), (5, 2)] {
        tape.push(commit(stream(2), first_version, (0..count).map(held).collect()));
    }
    tape.push(commit(stream(1), 1, vec![held(1)]));
    tape.push(commit(stream(3), 1, vec![held(1)]));
    let store = place.filled(&tape);
    let firsts = |after| -> Vec<u64> {
        read(&store, stream(2), after).expect("sound").iter().map(|record| record.commit.first_version).collect()
    };
    assert_eq!(firsts(0), [1, 4, 5]);
    assert_eq!(firsts(2), [1, 4, 5]);
    assert_eq!(firsts(3), [4, 5]);
    assert_eq!(firsts(4), [5]);
    assert_eq!(firsts(5), [5]);
    assert!(firsts(6).is_empty());
    assert!(firsts(u64::MAX).is_empty());
    let holding =
        |version| store.commit_at(stream(2), version).expect("sound").map(|record| record.commit.first_version);
    assert_eq!([0, 1, 3, 4, 6, 7].map(holding), [None, Some(1), Some(1), Some(4), Some(5), None]);
    assert!(read(&store, stream(4), 0).expect("no such stream").is_empty());
}

#[test]
fn a_repeated_create_finds_what_it_created() {
    let (place, tape) = (Place::new(), Tape::new());
    let created = commit(stream(1), 1, vec![held(1)]);
    let command = created.commands[0].id;
    tape.push(created);
    let later = commit(stream(1), 2, vec![held(2)]);
    let not_a_creation = later.commands[0].id;
    tape.push(later);
    let store = place.filled(&tape);
    assert_eq!(store.created_by(command), Ok(Some((stream(1), Timestamp::from_micros(1)))));
    assert_eq!(store.created_by(not_a_creation), Ok(None));
    assert_eq!(store.created_by(CommandId::CLOCK), Ok(None));
}

#[test]
fn creations_are_found_after_a_restart_a_reopening_and_a_rebuild() {
    let (place, tape) = (Place::new(), Tape::of(commits(500, 1_000)));
    let created: Vec<(CommandId, StreamId)> = tape
        .all()
        .iter()
        .filter(|record| record.commit.first_version == 1)
        .map(|record| (record.commit.commands[0].id, record.commit.stream))
        .collect();
    let assert_found = |store: &Store, when: &str| {
        for (command, stream) in &created {
            assert_eq!(store.created_by(*command), Ok(Some((*stream, Timestamp::from_micros(1)))), "{when}");
        }
        assert_eq!(store.created_by(CommandId(u128::MAX)), Ok(None), "{when}");
    };
    let store = place.filled(&tape);
    assert_found(&store, "as it was filled");
    store.close().expect("a clean stop");
    let store = place.filled(&tape);
    assert_found(&store, "after a restart");
    let later = commit(stream(900), 1, vec![held(1)]);
    let command = later.commands[0].id;
    assert_eq!(store.created_by(command), Ok(None), "not yet");
    tape.push(later);
    store.follow_once(&tape).expect("sound");
    assert!(store.created_by(command).expect("sound").is_some(), "it came after all was learned");
    store.reopen(&tape, &mut |_, _| {}).expect("it can be reopened");
    assert_found(&store, "reopened");
    store.rebuild("to see", &tape, &mut |_, _| {}).expect("it can be rebuilt");
    assert_found(&store, "rebuilt");
}

#[test]
fn of_two_creations_by_one_command_the_later_is_found_and_what_is_old_is_not_learned() {
    let (place, tape) = (Place::new(), Tape::new());
    let created = |number, command, day: i64| {
        let mut commit = commit(stream(number), 1, vec![held(1)]);
        (commit.commands[0].id, commit.time) = (CommandId(command), Timestamp::from_micros(day * 86_400_000_000));
        commit
    };
    let by = |store: &Store, command| store.created_by(CommandId(command)).expect("sound").map(|(stream, _)| stream);
    tape.push(created(1, 7, 1));
    tape.push(created(2, 8, 1));
    let store = place.filled(&tape);
    tape.push(created(3, 7, 3));
    store.follow_once(&tape).expect("sound");
    assert_eq!([7, 8].map(|command| by(&store, command)), [Some(stream(3)), Some(stream(2))]);
    store.close().expect("a clean stop");
    let store = place.filled(&tape);
    assert_eq!([7, 8].map(|command| by(&store, command)), [Some(stream(3)), None]);
}

#[test]
fn a_clock_that_was_fast_once_makes_nothing_forgotten() {
    let (place, tape) = (Place::new(), Tape::new());
    let now = Timestamp::from(jiff::Timestamp::now());
    for (number, at) in [(1, now), (2, now.plus_seconds(90_000)), (3, now)] {
        let mut created = commit(stream(number), 1, vec![held(1)]);
        created.time = at;
        tape.push(created);
        place.filled(&tape).close().expect("a clean stop");
    }
    let store = place.filled(&tape);
    for record in tape.all() {
        let found = store.created_by(record.commit.commands[0].id).expect("sound");
        assert_eq!(found, Some((record.commit.stream, record.commit.time)));
    }
}

#[test]
fn a_store_with_an_index_of_an_earlier_form_is_built_anew() {
    let (place, tape) = (Place::new(), Tape::of(commits(2, 10)));
    place.filled(&tape).close().expect("a clean stop");
    raw(&place.dir()).open_tree("log").expect("the log").insert(b"c0123456789abcdef", b"?").expect("sled works");
    let (_store, opened) = place.open(&tape);
    assert!(matches!(opened, Opened::SetAside { .. }), "{opened:?}");
}

#[test]
fn damage_that_some_call_meets_is_brought_to_the_follower() {
    let (place, tape) = (Place::new(), Tape::of(commits(2, 100)));
    place.filled(&tape).close().expect("a clean stop");
    {
        let log = raw(&place.dir()).open_tree("log").expect("the log");
        let (key, _) = log.scan_prefix([b'n']).next().expect("a page of creations").expect("sled works");
        log.insert(key, b"not what was there").expect("sled works");
    }
    let store = place.filled(&tape);
    assert_eq!((store.trouble(), store.follow_once(&tape)), (None, Ok(Position(100))));
    let command = tape.all()[0].commit.commands[0].id;
    let met = store.created_by(command).expect_err("it is damaged");
    assert!(matches!(met, StoreError::Damaged(_)));
    assert_eq!((store.trouble(), store.follow_once(&tape)), (Some(met.clone()), Err(met.clone())));
    store.rebuild(&met.to_string(), &tape, &mut |_, _| {}).expect("it can be rebuilt");
    assert_eq!((store.trouble(), store.follow_once(&tape)), (None, Ok(Position(100))));
    assert_eq!(store.created_by(command), Ok(Some((stream(1), Timestamp::from_micros(1)))));
    assert_same(&store, &tape);
}

#[test]
fn a_run_that_sled_lost_in_the_middle_is_noticed_and_repaired() {
    let (place, tape) = (Place::new(), Tape::of(commits(2, 4_000)));
    change_run(&place, &tape, 10, |_| None);
    check_that_it_is_mended(&place, &tape);
}

#[test]
fn a_damaged_record_is_noticed_and_repaired() {
    let (place, tape) = (Place::new(), Tape::of(commits(2, 4_000)));
    change_run(&place, &tape, 10, |mut value| {
        value[50] ^= 4;
        Some(value)
    });
    check_that_it_is_mended(&place, &tape);
}

/// Changes a run of stream 1 in a stopped store, behind its back.
fn change_run(place: &Place, tape: &Tape, number: usize, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
    place.filled(tape).close().expect("a clean stop");
    let log = raw(&place.dir()).open_tree("log").expect("the log");
    let (key, value) = log.scan_prefix([b'l']).nth(number).expect("so many runs").expect("sled works");
    match change(value.to_vec()) {
        Some(value) => log.insert(key, value),
        None => log.remove(key),
    }
    .expect("sled works");
}

fn check_that_it_is_mended(place: &Place, tape: &Tape) {
    let store = place.filled(tape);
    let outcome = read(&store, stream(1), 0);
    assert!(matches!(outcome, Err(StoreError::StreamDamaged { .. })), "noticed");
    assert_eq!(store.trouble(), None, "it concerns one stream only");
    store.repair(stream(1), tape).expect("it can be repaired");
    assert_same(&store, tape);
}

#[test]
fn a_lost_end_of_a_stream_shows_in_its_head_and_is_repaired() {
    let (place, tape) = (Place::new(), Tape::of(commits(2, 4_000)));
    let runs_of_stream_1 = {
        place.filled(&tape).close().expect("a clean stop");
        let log = raw(&place.dir()).open_tree("log").expect("the log");
        let prefix = [b"l", &stream(1).0.as_bytes()[..]].concat();
        log.scan_prefix(prefix).count()
    };
    change_run(&place, &tape, runs_of_stream_1 - 1, |_| None);
    let store = place.filled(&tape);
    let head = tape.head(stream(1)).expect("a stream").version;
    let last = read(&store, stream(1), 0).expect("dense").pop().expect("a commit").commit.last_version();
    assert!(last < head);
    assert_eq!(store.streams().expect("an open store").next(), Some(Ok((stream(1), last))));
    store.repair(stream(1), &tape).expect("it can be repaired");
    assert_same(&store, &tape);
}
