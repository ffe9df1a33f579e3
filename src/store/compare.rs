//! Holding what is on disk against the journal, before it is believed.

use std::sync::Arc;

use sled::Batch;

use super::cursor::Cursor;
use super::open::Opened;
use super::trees::Trees;
use super::{StoreError, ahead, creation, log};
use crate::journal::{Journal, Position, Record, codec};

/// Where the database is, and what that is to the journal. [`StoreError::Damaged`]: it cannot be believed.
pub fn compare(trees: &Trees, is_new: bool, journal: &dyn Journal) -> Result<(Position, Opened), StoreError> {
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
        if creation::is_of_earlier_form(trees)? {
            return Err(StoreError::Damaged("its index of creations is of an earlier version of this program".into()));
        }
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
pub fn begin(trees: &Trees) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    Cursor::default().put(&mut batch);
    trees.log.apply_batch(batch)?;
    trees.db.flush()?;
    Ok(())
}

/// The records that the journal has lost, up to the first one that is missing here as well.
fn beyond(trees: &Trees, end: Position, journal: &dyn Journal) -> Result<Vec<Arc<[u8]>>, StoreError> {
    let hash = if end == Position::ZERO { codec::HASH_OF_NOTHING } else { record_at(journal, end)?.hash };
    ahead::records_after(trees, end, &hash)
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
