//! Opening the store: what is on disk is held against the journal before it is believed.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

use sled::Batch;
use tokio::sync::watch;

use super::cursor::Cursor;
use super::release::release;
use super::trees::{self, Trees, caught};
use super::{Inner, Options, Store, StoreError, ahead, aside, log};
use crate::journal::{Journal, Position, Record, codec};

/// What [`Store::open`] found.
#[derive(Debug, PartialEq)]
pub enum Opened {
    /// It is where the journal is.
    Clean { cursor: Position },
    /// To be caught up: as after `kill -9`, or from nothing where it was deleted.
    Behind { cursor: Position, end: Position },
    /// It could not be believed. A new one was begun, to be caught up from nothing.
    SetAside { reason: String, path: PathBuf },
    /// The journal has lost commits that were acknowledged: here they are, for `LocalJournal::restore`, up to the first
    /// one that is missing here as well. Nothing may be appended to the journal until it has them again: restore, and
    /// open the store again. If it is still ahead then, commits are lost for good, and only a person can decide.
    AheadOfJournal { cursor: Position, end: Position, records: Vec<Arc<[u8]>> },
}

impl Store {
    /// Opens the database in `dir`, or begins a new one. One that is damaged or does not belong to this journal is
    /// renamed to `<dir>.damaged-<n>`. It still has to be caught up.
    pub fn open(dir: &Path, options: Options, journal: &dyn Journal) -> Result<(Self, Opened), StoreError> {
        let (trees, cursor, opened) = open(dir, options, journal)?;
        let inner = Inner {
            dir: dir.to_owned(),
            options,
            trees: RwLock::new(Some(Arc::new(trees))),
            generation: AtomicU64::new(0),
            cursor: watch::Sender::new(cursor),
            writer: Mutex::new(()),
            trouble: Mutex::new(None),
        };
        Ok((Self { inner: Arc::new(inner) }, opened))
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
    match caught("comparing with the journal", || compare(&trees, is_new, journal)) {
        Ok((cursor, opened)) => Ok((trees, cursor, opened)),
        Err(error) => {
            // A damaged sled may not let go: it can be renamed all the same.
            release(Arc::new(trees));
            Err(error)
        }
    }
}

fn compare(trees: &Trees, is_new: bool, journal: &dyn Journal) -> Result<(Position, Opened), StoreError> {
    let end = *journal.durable().borrow();
    let Some(cursor) = Cursor::read(trees)? else {
        if !is_new {
            return Err(StoreError::Damaged("it came back empty".into()));
        }
        begin(trees)?;
        if end > Position::ZERO {
            tracing::warn!(%end, "the store is missing and will be rebuilt from the journal");
        }
        return Ok((Position::ZERO, state(Position::ZERO, end)));
    };
    if cursor.position <= end {
        check(trees, &cursor, journal)?;
        return Ok((cursor.position, state(cursor.position, end)));
    }
    let records = beyond(trees, end, journal)?;
    let (cursor, found) = (cursor.position, records.len());
    tracing::error!(%end, %cursor, found, "the journal lost commits that were acknowledged; the store has them");
    Ok((cursor, Opened::AheadOfJournal { cursor, end, records }))
}

fn state(cursor: Position, end: Position) -> Opened {
    if cursor == end { Opened::Clean { cursor } } else { Opened::Behind { cursor, end } }
}

/// From here on a database without a cursor is one that lost it.
fn begin(trees: &Trees) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    Cursor::default().put(&mut batch);
    trees.log.apply_batch(batch)?;
    trees.db.flush()?;
    Ok(())
}

/// The records that the journal has lost, up to the first one that is missing here as well.
fn beyond(trees: &Trees, end: Position, journal: &dyn Journal) -> Result<Vec<Arc<[u8]>>, StoreError> {
    if end == Position::ZERO {
        return Ok(ahead::records_after(trees, end, codec::HASH_OF_NOTHING));
    }
    let last = record_at(journal, end)?;
    let records = ahead::records_after(trees, end, last.hash);
    if records.is_empty() && !has(trees, &last)? {
        return Err(StoreError::Damaged(format!("it belongs to another journal: record {end} differs")));
    }
    Ok(records)
}

/// The record at the cursor must be the journal's: its hash vouches for all before it.
fn check(trees: &Trees, cursor: &Cursor, journal: &dyn Journal) -> Result<(), StoreError> {
    if cursor.position == Position::ZERO {
        return Ok(());
    }
    let record = record_at(journal, cursor.position)?;
    if Cursor::at(&record) != *cursor {
        return Err(StoreError::Damaged(format!("it belongs to another journal: record {} differs", cursor.position)));
    }
    if has(trees, &record)? {
        return Ok(());
    }
    Err(StoreError::Damaged(format!("record {} is missing, although it was the last one", cursor.position)))
}

/// Whether the store has this record, to the byte.
fn has(trees: &Trees, record: &Record) -> Result<bool, StoreError> {
    let run = match log::run_before(trees, record.commit.stream, record.commit.first_version)? {
        Some((key, head)) => log::read(trees, &key, &head).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(run.iter().any(|stored| stored.bytes == record.bytes))
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
