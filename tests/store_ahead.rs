//! A journal that has lost its tail, and a store that still has it.

use std::path::Path;
use std::sync::Arc;

use understudy::journal::local::{self, LocalJournal};
use understudy::journal::{Commit, Journal, Position};
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
fn a_store_that_is_ahead_with_a_gap_gives_what_it_has_and_stays_ahead() {
    let (place, tape) = (Place::new(), Tape::of(commits(1, 2_000)));
    place.filled(&tape).close().expect("a clean stop");
    {
        let log = raw(&place.dir()).open_tree("log").expect("the log");
        let (key, _) = log.scan_prefix([b'l']).nth_back(2).expect("so many runs").expect("sled works");
        log.remove(key).expect("sled works");
    }
    let (store, opened) = place.open(&tape.cut(100));
    let Opened::AheadOfJournal { records, .. } = opened else { panic!("not {opened:?}") };
    assert!((1_000..1_900).contains(&records.len()), "{} records", records.len());
    assert_eq!(records[0], tape.all()[100].bytes);
    drop(store);
    let restored = tape.cut(100 + records.len());
    let (store, opened) = place.open(&restored);
    assert!(matches!(opened, Opened::AheadOfJournal { ref records, .. } if records.is_empty()), "{opened:?}");
    let refused = store.catch_up(&restored, &mut |_, _| {});
    assert!(matches!(refused, Err(StoreError::AheadOfJournal { .. })), "nothing goes on until a person has decided");
}

#[test]
fn a_journal_on_disk_that_lost_its_end_gets_it_back_from_the_store() {
    let (place, tape) = (Place::new(), Tape::of(commits(5, 300)));
    let dir = tempfile::tempdir().expect("a temporary directory");
    let options = || local::Options { end_may_be_lost: true, ..local::Options::default() };
    let open = || LocalJournal::open(dir.path(), options()).expect("the journal opens");
    let kept = tempfile::tempdir().expect("a temporary directory");
    let journal = open();
    for record in tape.all().into_iter().take(200) {
        append(&journal, record.commit);
    }
    journal.close();
    drop(journal);
    copy_files(dir.path(), kept.path());
    let journal = open();
    for record in tape.all().into_iter().skip(200) {
        append(&journal, record.commit);
    }
    let store = place.filled(&journal);
    let before: Vec<_> = journal.read(Position(1), usize::MAX).expect("a sound journal");
    store.close().expect("a clean stop");
    journal.close();
    drop(journal);
    std::fs::remove_dir_all(dir.path()).expect("it is there");
    std::fs::create_dir(dir.path()).expect("a directory");
    copy_files(kept.path(), dir.path());

    let journal = open();
    let (store, opened) = place.open(&journal);
    let Opened::AheadOfJournal { cursor, end, records } = opened else { panic!("not {opened:?}") };
    assert_eq!((cursor, end, records.len()), (Position(300), Position(200), 100));
    store.close().expect("a clean stop");
    journal.restore(records).expect("the journal takes them back");
    assert_eq!(journal.read(Position(1), usize::MAX), Ok(before));
    assert_eq!(place.open(&journal).1, Opened::Clean { cursor: Position(300) });
}

fn append(journal: &LocalJournal, commit: Arc<Commit>) {
    let stream = commit.stream;
    let fence = journal.fence(stream).blocking_recv().expect("it lives").expect("it is writable");
    let appended = journal.append(fence.incarnation, commit);
    appended.blocking_recv().expect("it lives").expect("it is writable");
}

fn copy_files(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).expect("a directory").flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
    }
}
