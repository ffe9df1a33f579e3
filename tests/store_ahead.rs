//! A journal that has lost its tail, and a store that still has it.

use understudy::journal::Position;
use understudy::store::{Opened, StoreError};

use crate::store_support::{Place, assert_same, commit, commits, held, raw, stream};
use crate::store_tape::Tape;

#[test]
fn acknowledged_commits_that_the_journal_lost_are_handed_back() {
    for left in [0, 1, 700, 1_999] {
        let (place, tape) = (Place::new(), Tape::of(commits(5, 2_000)));
        place.filled(&tape).close().expect("a clean stop");
        let (store, opened) = place.open(&tape.cut(left));
        let Opened::AheadOfJournal { cursor, end, records } = opened else { panic!("not {opened:?}") };
        assert_eq!((cursor, end), (Position(2_000), Position(left as u64)));
        let lost: Vec<_> = tape.all()[left..].iter().map(|record| record.bytes.clone()).collect();
        assert_eq!(records, lost);
        assert_eq!(store.records_after(end), Ok(lost));
        let refused = store.catch_up(&tape.cut(left), &mut |_, _| {});
        assert_eq!(refused, Err(StoreError::AheadOfJournal { cursor, end }));
        drop(store);
        assert_same(&place.filled(&tape), &tape);
    }
}

#[test]
fn a_store_that_is_ahead_of_another_journal_is_set_aside() {
    let (place, tape) = (Place::new(), Tape::of(commits(5, 100)));
    place.filled(&tape).close().expect("a clean stop");
    let other = Tape::of((1..=50).map(|version| commit(stream(1), version, vec![held(9)])));
    let (store, opened) = place.open(&other);
    assert!(matches!(opened, Opened::SetAside { .. }), "{opened:?}");
    store.catch_up(&other, &mut |_, _| {}).expect("it is rebuilt");
    assert_same(&store, &other);
}

#[test]
fn a_store_of_another_journal_is_set_aside() {
    let (place, tape) = (Place::new(), Tape::of(commits(5, 100)));
    place.filled(&tape).close().expect("a clean stop");
    let other = Tape::of((1..=200).map(|version| commit(stream(1), version, vec![held(9)])));
    let (store, opened) = place.open(&other);
    assert!(matches!(opened, Opened::SetAside { .. }), "{opened:?}");
    store.catch_up(&other, &mut |_, _| {}).expect("it is rebuilt");
    assert_same(&store, &other);
}

#[test]
fn a_store_that_is_ahead_with_a_gap_is_set_aside_rather_than_believed() {
    let (place, tape) = (Place::new(), Tape::of(commits(1, 2_000)));
    place.filled(&tape).close().expect("a clean stop");
    {
        let log = raw(&place.dir()).open_tree("log").expect("the log");
        let (key, _) = log.scan_prefix([b'l']).nth_back(2).expect("so many runs").expect("sled works");
        log.remove(key).expect("sled works");
    }
    let (_, opened) = place.open(&tape.cut(100));
    assert!(matches!(opened, Opened::SetAside { .. }), "{opened:?}");
}
