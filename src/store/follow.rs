//! Following the journal: the next records, a batch at a time, with the cursor in the same batch.

use std::sync::PoisonError;

use sled::Batch;

use super::creation::Creations;
use super::cursor::Cursor;
use super::known_creations::KnownCreations;
use super::runs::Runs;
use super::trees::{Trees, caught};
use super::{Store, StoreError, log};
use crate::journal::{Journal, Position, Record};

const STEP_BYTES: usize = 1 << 20;

/// A batch stops all readers of sled in this process while it is applied: some 10 microseconds for each run.
const BATCH_RUNS_MAX: usize = 1_024;

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
        let known = &self.inner.known_creations;
        let outcome = to_end(&trees, self.cursor(), journal, known, &mut |cursor, end| {
            self.inner.cursor.send_replace(cursor);
            progress(cursor, end);
        });
        self.noted(outcome).map(drop)
    }

    /// One step of the follower: applies about a megabyte of records, if there are any. Returns the cursor.
    pub fn follow_once(&self, journal: &dyn Journal) -> Result<Position, StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.trees()?;
        let before = self.cursor();
        let outcome = self.trouble().map_or_else(|| step(&trees, before, journal, &self.inner.known_creations), Err);
        let cursor = self.noted(outcome)?;
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
    known: &KnownCreations,
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
        cursor = step(trees, cursor, journal, known)?;
        progress(cursor, end);
    }
}

/// Applies the next records after the cursor; returns where that leads.
fn step(
    trees: &Trees,
    cursor: Position,
    journal: &dyn Journal,
    known: &KnownCreations,
) -> Result<Position, StoreError> {
    let records = journal.read(cursor.next(), STEP_BYTES)?;
    let mut pending = Pending::default();
    let mut last = cursor;
    for record in &records {
        if record.position != last.next() {
            return Err(StoreError::OutOfOrder { expected: last.next(), actual: record.position });
        }
        last = record.position;
        pending.push(record);
        if pending.runs.len() >= BATCH_RUNS_MAX {
            std::mem::take(&mut pending).apply(trees, known)?;
        }
    }
    pending.apply(trees, known)?;
    Ok(last)
}

/// A batch in the making.
#[derive(Default)]
struct Pending {
    runs: Runs,
    creations: Creations,
    cursor: Option<Cursor>,
}

impl Pending {
    fn push(&mut self, record: &Record) {
        self.runs.push(record);
        self.creations.push(record);
        self.cursor = Some(Cursor::at(record));
    }

    fn apply(self, trees: &Trees, known: &KnownCreations) -> Result<(), StoreError> {
        let Some(cursor) = self.cursor else { return Ok(()) };
        let mut batch = Batch::default();
        self.runs.iter().for_each(|run| log::put(&mut batch, run));
        self.creations.put(&mut batch, known);
        cursor.put(&mut batch);
        caught("applying records", || Ok(trees.log.apply_batch(batch)?))
    }
}
