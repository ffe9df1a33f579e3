//! A stream read up to its head, though the store is behind: what is missing there comes from the journal's memory.

use std::sync::Arc;
use std::time::Duration;

use understudy::actors::StreamLog;
use understudy::domain::StreamId;
use understudy::journal::local::{LocalJournal, Options};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{Journal, Position, Record};
use understudy::store::{Store, StoreError};

use crate::journal_fixtures::{append, read_all};
use crate::store_support::{Place, commits, raw, stream};

const STREAMS: u64 = 3;

fn append_some(journal: &dyn Journal, from: u64, to: u64) {
    for commit in commits(STREAMS, to).skip(from as usize) {
        append(journal, Arc::new(commit)).expect("it is the next one");
    }
}

fn records(journal: &dyn Journal, of: StreamId) -> Vec<Record> {
    let all = read_all(journal, Position::ZERO, usize::MAX);
    all.into_iter().filter(|record| record.commit.stream == of).collect()
}

/// `None`: it waits.
fn log(of: StreamId, store: &Store, journal: &Arc<dyn Journal>, within: Duration) -> Option<StreamLog> {
    let head = journal.head(of).expect("it has begun");
    let log = StreamLog::up_to(head, of, store, journal);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(within, log).await.ok() })
}

fn assert_whole(log: &StreamLog, all: &[Record]) {
    let end = all.last().expect("some").commit.last_version();
    for after in 0..=end + 1 {
        let found: Vec<Record> = log.after(after).collect::<Result<_, _>>().expect("sound");
        let expected: Vec<Record> = all.iter().filter(|record| record.commit.last_version() > after).cloned().collect();
        assert_eq!(found, expected, "after {after}");
    }
    for version in 1..=end {
        let record = log.commit_now(version).expect("sound").commit;
        assert!((record.first_version..=record.last_version()).contains(&version));
    }
}

#[test]
fn what_the_store_does_not_have_yet_is_read_from_memory() {
    let place = Place::new();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    append_some(&*journal, 0, 60);
    let store = place.filled(&*journal);
    append_some(&*journal, 60, 100);
    for number in 1..=STREAMS {
        let of = stream(number.into());
        let log = log(of, &store, &journal, Duration::from_secs(5)).expect("nobody has to follow");
        assert_whole(&log, &records(&*journal, of));
    }
    // One that is older than what the store has by now.
    let before = log(stream(1), &store, &journal, Duration::from_secs(5)).expect("nobody has to follow");
    store.catch_up(&*journal, &mut |_, _| {}).expect("it catches up");
    assert_whole(&before, &records(&*journal, stream(1)));
}

#[test]
fn a_stream_that_the_store_has_nothing_of_is_read_from_memory() {
    let place = Place::new();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    let store = place.filled(&*journal);
    append_some(&*journal, 0, 30);
    let log = log(stream(1), &store, &journal, Duration::from_secs(5)).expect("nobody has to follow");
    assert_whole(&log, &records(&*journal, stream(1)));
}

#[test]
fn where_memory_does_not_reach_back_the_store_is_waited_for() {
    let (place, dir) = (Place::new(), tempfile::tempdir().expect("a directory"));
    let forgetful = Options { recent_bytes: 900, ..Options::default() };
    let journal: Arc<dyn Journal> = Arc::new(LocalJournal::open(dir.path(), forgetful).expect("a new journal"));
    append_some(&*journal, 0, 30);
    let store = place.filled(&*journal);
    append_some(&*journal, 30, 100);
    assert!(log(stream(1), &store, &journal, Duration::from_millis(50)).is_none(), "some of it is nowhere but on disk");
    store.catch_up(&*journal, &mut |_, _| {}).expect("it catches up");
    let log = log(stream(1), &store, &journal, Duration::from_secs(5)).expect("the store has it");
    assert_whole(&log, &records(&*journal, stream(1)));
}

#[test]
fn a_gap_between_the_store_and_memory_is_damage() {
    let place = Place::new();
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    append_some(&*journal, 0, 60);
    place.filled(&*journal).close().expect("a clean stop");
    let db = raw(&place.dir());
    let tree = db.open_tree("log").expect("the log");
    let runs: Vec<_> = tree.scan_prefix([&b"l"[..], stream(1).0.as_bytes()].concat()).keys().collect();
    runs.into_iter().for_each(|key| drop(tree.remove(key.expect("a key")).expect("removed")));
    db.flush().expect("written");
    drop((tree, db));
    let (store, _) = place.open(&*journal);
    append_some(&*journal, 60, 100);
    let log = log(stream(1), &store, &journal, Duration::from_secs(5)).expect("nobody has to follow");
    let read: Result<Vec<Record>, StoreError> = log.after(0).collect();
    assert!(matches!(read, Err(StoreError::StreamDamaged { .. })), "{read:?}");
}
