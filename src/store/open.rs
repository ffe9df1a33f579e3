//! Opening the store: what is on disk is held against the journal before it is believed.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

use sled::Batch;
use tokio::sync::watch;

use super::cursor::Cursor;
use super::trees::{self, Trees, caught};
use super::{Inner, Options, Store, StoreError, ahead, aside, log};
use crate::journal::{Journal, Position, Record};

/// What [`Store::open`] found.
#[derive(Debug, PartialEq)]
pub enum Opened {
    /// It is where the journal is.
    Clean { cursor: Position },
    /// To be caught up: as after `kill -9`, or from nothing where it was deleted.
    Behind { cursor: Position, end: Position },
    /// It could not be believed. A new one was begun, to be caught up from nothing.
    SetAside { reason: String, path: PathBuf },
    /// The journal has lost commits that were acknowledged: here they are, for `LocalJournal::restore`. Until the journal
    /// has them again, nothing may be appended to it: restore, then open the store again.
    AheadOfJournal { cursor: Position, end: Position, records: Vec<Arc<[u8]>> },
}

/// How many positions of the past are drawn and compared with the journal.
const SAMPLES: u64 = 8;

impl Store {
    /// Opens the database as it is, believed or not, for who compares it with the journal by himself. Changes nothing
    /// but what sled changes at every opening.
    pub fn inspect(dir: &Path) -> Result<Self, StoreError> {
        let options = Options::default();
        let trees = Trees::open(dir, options)?;
        let cursor = caught("reading the cursor", || Cursor::read(&trees))?;
        let cursor = cursor.ok_or_else(|| StoreError::Damaged("it has no cursor".into()))?.position;
        Ok(Self::with(dir, options, trees, cursor))
    }

    /// Opens the database in `dir`, or begins a new one. One that is damaged or does not belong to this journal is
    /// renamed to `<dir>.damaged-<n>`. It still has to be caught up.
    pub fn open(dir: &Path, options: Options, journal: &dyn Journal) -> Result<(Self, Opened), StoreError> {
        let (trees, cursor, opened) = open(dir, options, journal)?;
        Ok((Self::with(dir, options, trees, cursor), opened))
    }

    fn with(dir: &Path, options: Options, trees: Trees, cursor: Position) -> Self {
        let inner = Inner {
            dir: dir.to_owned(),
            options,
            trees: RwLock::new(Some(Arc::new(trees))),
            generation: AtomicU64::new(0),
            cursor: watch::Sender::new(cursor),
            writer: Mutex::new(()),
        };
        Self { inner: Arc::new(inner) }
    }
}

/// A database that can be believed, at this position.
pub fn open(dir: &Path, options: Options, journal: &dyn Journal) -> Result<(Trees, Position, Opened), StoreError> {
    match open_and_check(dir, options, journal) {
        Err(StoreError::Damaged(reason)) => open_anew(dir, options, reason),
        // Not a fault of the database: it would fail again in a new place, or someone else has it open.
        Err(StoreError::Failed(error)) if !trees::is_damage(&error) => Err(StoreError::Failed(error)),
        Err(StoreError::Failed(error)) => open_anew(dir, options, error),
        outcome => outcome,
    }
}

/// Sets the database aside and begins a new one.
pub fn open_anew(dir: &Path, options: Options, reason: String) -> Result<(Trees, Position, Opened), StoreError> {
    let path = aside::set_aside(dir, &reason)?;
    let trees = Trees::open(dir, options)?;
    begin(&trees)?;
    Ok((trees, Position::ZERO, Opened::SetAside { reason, path }))
}

fn open_and_check(
    dir: &Path,
    options: Options,
    journal: &dyn Journal,
) -> Result<(Trees, Position, Opened), StoreError> {
    let is_new = !dir.join("db").exists();
    let trees = Trees::open(dir, options)?;
    let end = *journal.durable().borrow();
    let Some(cursor) = caught("reading the cursor", || Cursor::read(&trees))? else {
        if !is_new {
            return Err(StoreError::Damaged("it came back empty".into()));
        }
        begin(&trees)?;
        if end > Position::ZERO {
            tracing::warn!(%end, "the store is missing and will be rebuilt from the journal");
        }
        return Ok((trees, Position::ZERO, state(Position::ZERO, end)));
    };
    if cursor.position > end {
        let records = beyond(&trees, end, journal)?;
        if end.0 + records.len() as u64 != cursor.position.0 {
            return Err(StoreError::Damaged(format!("it is at {} without the records after {end}", cursor.position)));
        }
        tracing::error!(%end, cursor = %cursor.position, "the journal lost commits that were acknowledged; the store has them");
        let opened = Opened::AheadOfJournal { cursor: cursor.position, end, records };
        return Ok((trees, cursor.position, opened));
    }
    caught("comparing with the journal", || check(&trees, &cursor, journal))?;
    Ok((trees, cursor.position, state(cursor.position, end)))
}

fn state(cursor: Position, end: Position) -> Opened {
    if cursor == end { Opened::Clean { cursor } } else { Opened::Behind { cursor, end } }
}

/// From here on a database without a cursor is one that lost it.
fn begin(trees: &Trees) -> Result<(), StoreError> {
    caught("beginning", || {
        let mut batch = Batch::default();
        Cursor::default().put(&mut batch);
        trees.log.apply_batch(batch)?;
        trees.db.flush()?;
        Ok(())
    })
}

fn beyond(trees: &Trees, end: Position, journal: &dyn Journal) -> Result<Vec<Arc<[u8]>>, StoreError> {
    let last = if end == Position::ZERO { None } else { Some(record_at(journal, end)?.hash) };
    ahead::records_after(trees, end, last)
}

/// The record at the cursor, and some of the past, must be the journal's.
fn check(trees: &Trees, cursor: &Cursor, journal: &dyn Journal) -> Result<(), StoreError> {
    if cursor.position == Position::ZERO {
        return Ok(());
    }
    let record = record_at(journal, cursor.position)?;
    if Cursor::at(&record) != *cursor {
        return Err(StoreError::Damaged(format!("it belongs to another journal: record {} differs", cursor.position)));
    }
    check_record(trees, &record)?;
    for sample in 0..SAMPLES {
        let drawn = RandomState::new().hash_one(sample) % cursor.position.0;
        check_record(trees, &record_at(journal, Position(drawn + 1))?)?;
    }
    Ok(())
}

fn check_record(trees: &Trees, record: &Record) -> Result<(), StoreError> {
    let version = record.commit.first_version;
    let stored = match log::run_before(trees, record.commit.stream, version)? {
        Some((key, head)) => log::read(trees, &key, &head).ok(),
        None => None,
    };
    if stored.is_some_and(|run| run.iter().any(|stored| stored.bytes == record.bytes)) {
        return Ok(());
    }
    Err(StoreError::Damaged(format!("record {} of the journal is missing or differs", record.position)))
}

fn record_at(journal: &dyn Journal, position: Position) -> Result<Record, StoreError> {
    let records = journal.read(position, 1)?;
    match records.into_iter().next() {
        Some(record) if record.position == position => Ok(record),
        other => {
            let actual = other.map_or(Position::ZERO, |record| record.position);
            Err(StoreError::OutOfOrder { expected: position, actual })
        }
    }
}
