//! Following the journal: the next records, a batch at a time, with the cursor in the same batch.

use std::sync::PoisonError;

use sled::Batch;

use super::cursor::Cursor;
use super::trees::{Trees, caught};
use super::{Store, StoreError, creation, log};
use crate::journal::{Journal, Position, Record};

/// A batch stops all other readers of sled while it is applied.
const BATCH_RECORDS: usize = 1_000;
const BATCH_BYTES: usize = 1 << 20;

impl Store {
    /// Applies what the journal has after the cursor, up to its durable end. `progress(position, end)` is called after
    /// every step.
    pub fn catch_up(
        &self,
        journal: &dyn Journal,
        progress: &mut dyn FnMut(Position, Position),
    ) -> Result<(), StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.trees()?;
        to_end(&trees, self.cursor(), journal, &mut |cursor, end| {
            self.inner.cursor.send_replace(cursor);
            progress(cursor, end);
        })?;
        Ok(())
    }

    /// One step of the follower: applies about a megabyte of records, if there are any. Returns the cursor.
    pub fn follow_once(&self, journal: &dyn Journal) -> Result<Position, StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.trees()?;
        let before = self.cursor();
        let cursor = step(&trees, before, journal)?;
        if cursor != before {
            self.inner.cursor.send_replace(cursor);
        }
        Ok(cursor)
    }
}

/// Applies everything up to the durable end of the journal; returns that.
pub fn to_end(
    trees: &Trees,
    mut cursor: Position,
    journal: &dyn Journal,
    progress: &mut dyn FnMut(Position, Position),
) -> Result<Position, StoreError> {
    loop {
        let end = *journal.durable().borrow();
        if cursor > end {
            return Err(StoreError::AheadOfJournal { cursor, end });
        }
        if cursor == end {
            return Ok(cursor);
        }
        cursor = step(trees, cursor, journal)?;
        progress(cursor, end);
    }
}

/// Applies the next records after the cursor; returns where that leads.
fn step(trees: &Trees, cursor: Position, journal: &dyn Journal) -> Result<Position, StoreError> {
    let records = journal.read(cursor.next(), BATCH_BYTES)?;
    let mut last = cursor;
    for batch in records.chunks(BATCH_RECORDS) {
        last = apply(trees, last, batch)?;
    }
    Ok(last)
}

fn apply(trees: &Trees, cursor: Position, records: &[Record]) -> Result<Position, StoreError> {
    let mut batch = Batch::default();
    let mut last = cursor;
    for record in records {
        if record.position != last.next() {
            return Err(StoreError::OutOfOrder { expected: last.next(), actual: record.position });
        }
        log::put(&mut batch, record);
        creation::put(&mut batch, &record.commit);
        last = record.position;
    }
    if let Some(record) = records.last() {
        Cursor::at(record).put(&mut batch);
        caught("applying records", || trees.log.apply_batch(batch).map_err(StoreError::from))?;
    }
    Ok(last)
}
