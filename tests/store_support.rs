//! What the store's tests share: commits to store, and the comparison of a store with a journal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use understudy::domain::event::SeatsHeld;
use understudy::domain::plan::SeatIndex;
use understudy::domain::{CommandId, Event, Fingerprint, HoldId, ShowEvent, StreamId, Timestamp};
use understudy::journal::{CommandRecord, Commit, Journal, Record, Version};
use understudy::store::{Opened, Options, SEGMENT_BYTES, Store, StoreError};
use uuid::Uuid;

use crate::store_tape::Tape;

/// A directory for one test's store.
pub struct Place {
    root: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { root: TempDir::new().expect("a temporary directory") }
    }

    pub fn dir(&self) -> PathBuf {
        self.root.path().join("store")
    }

    pub fn open(&self, journal: &dyn Journal) -> (Store, Opened) {
        Store::open(&self.dir(), Options::default(), journal).expect("the store opens")
    }

    /// Opened and caught up.
    pub fn filled(&self, journal: &dyn Journal) -> Store {
        let (store, _) = self.open(journal);
        store.catch_up(journal, &mut |_, _| {}).expect("the store catches up");
        store
    }

    pub fn set_aside(&self, number: u32) -> PathBuf {
        self.root.path().join(format!("store.damaged-{number}"))
    }
}

pub fn stream(number: u128) -> StreamId {
    StreamId(Uuid::from_u128(number << 64))
}

pub fn held(seat: u32) -> Event {
    Event::Show(ShowEvent::SeatsHeld(SeatsHeld {
        hold_id: HoldId(Uuid::from_u128(seat.into())),
        customer_id: None,
        seats: vec![SeatIndex(seat as _), SeatIndex(seat as u16 as _)],
        general_admission: Vec::new(),
        expires_at: Timestamp::from_micros(1),
        adjacent: true,
    }))
}

pub fn blocked(reason_bytes: usize) -> Event {
    Event::Show(ShowEvent::SeatsBlocked { seats: Vec::new(), reason: "x".repeat(reason_bytes) })
}

/// One command's events.
pub fn commit(stream: StreamId, first_version: Version, events: Vec<Event>) -> Commit {
    let id = CommandId(stream.0.as_u128() + u128::from(first_version));
    let command = CommandRecord { id, fingerprint: Fingerprint(7), events: events.len() as u32 };
    Commit {
        stream,
        first_version,
        time: Timestamp::from_micros(first_version as i64),
        commands: vec![command],
        events,
    }
}

/// `commits` commits over `streams` streams in turn, one to five events each.
pub fn commits(streams: u64, commits: u64) -> impl Iterator<Item = Commit> {
    let mut versions = vec![0; streams as usize];
    (0..commits).map(move |number| {
        let version = &mut versions[(number % streams) as usize];
        let count = 1 + number * 7 % 5;
        let first_version = *version + 1;
        *version += count;
        let events = (0..count).map(|event| held((number * 5 + event) as u32)).collect();
        commit(stream(u128::from(number % streams) + 1), first_version, events)
    })
}

pub fn read(store: &Store, stream: StreamId, after: Version) -> Result<Vec<Record>, StoreError> {
    store.stream(stream, after).collect()
}

/// The journal's streams, each with its records.
pub fn streams(tape: &Tape) -> BTreeMap<StreamId, Vec<Record>> {
    let mut streams = BTreeMap::<_, Vec<_>>::new();
    for record in tape.all() {
        streams.entry(record.commit.stream).or_default().push(record);
    }
    streams
}

/// Every stream's log in the store is the journal's, to the byte, and there are no others.
pub fn assert_same(store: &Store, tape: &Tape) {
    let streams = streams(tape);
    for (stream, records) in &streams {
        assert_eq!(&read(store, *stream, 0).expect("a sound stream"), records);
    }
    let heads: Vec<_> = store.streams().expect("an open store").map(|head| head.expect("a sound stream")).collect();
    let expected: Vec<_> = streams
        .iter()
        .map(|(stream, records)| (*stream, records.last().expect("a commit").commit.last_version()))
        .collect();
    assert_eq!(heads, expected);
    assert_eq!(store.cursor(), tape.end());
}

/// sled itself, behind the store's back. Its lock is asked for until it is free: sled lets go of it a moment after the
/// last handle, and a child process that another test has just forked holds it until it becomes a program of its own.
pub fn raw(dir: &Path) -> sled::Db {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        // As the store has it: another size of segments would be another database.
        match sled::Config::new().path(dir).segment_size(SEGMENT_BYTES).open() {
            Ok(db) => return db,
            Err(error) => {
                let locked = error.to_string().contains("could not acquire lock");
                assert!(locked && Instant::now() < deadline, "opening sled at {}: {error}", dir.display());
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
