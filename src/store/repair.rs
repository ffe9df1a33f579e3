//! Mending one stream's log from the journal, where the store's copy turned out damaged or incomplete.

use std::collections::HashSet;
use std::sync::PoisonError;

use sled::Batch;

use super::runs::Runs;
use super::trees::{Trees, caught};
use super::{Store, StoreError, log, value};
use crate::domain::StreamId;
use crate::journal::{Journal, Position, Record, Version};

const READ_BYTES: usize = 1 << 20;

impl Store {
    /// Writes all of the stream's records again, and reads them back. Reads the whole journal: for the exception only.
    /// [`StoreError::Damaged`] where sled does not keep them.
    pub fn repair(&self, stream: StreamId, journal: &dyn Journal) -> Result<(), StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.trees()?;
        let end = self.cursor();
        tracing::error!(%stream, %end, "the store's log of this stream is damaged: it is read from the journal again");
        let mut kept = HashSet::new();
        let mut last_version = 0;
        let mut next = Position::ZERO.next();
        while next <= end {
            let records = journal.read(next, READ_BYTES)?;
            let Some(last) = records.last() else {
                return Err(StoreError::AheadOfJournal { cursor: end, end: Position(next.0 - 1) });
            };
            next = last.position.next();
            let mut runs = Runs::default();
            let ours = |record: &&Record| record.commit.stream == stream && record.position <= end;
            for record in records.iter().filter(ours) {
                runs.push(record);
                last_version = record.commit.last_version();
            }
            kept.extend(runs.iter().map(|run| run.first_version));
            self.noted(caught("repairing a stream", || write(&trees, &runs)))?;
        }
        let removed = self.noted(caught("repairing a stream", || remove_others(&trees, stream, &kept)))?;
        self.noted(self.check_repaired(stream, last_version))?;
        tracing::warn!(%stream, runs = kept.len(), removed, "the stream was repaired");
        Ok(())
    }

    /// One flipped bit in 100 left sled with pages that take a write and do not show it again.
    fn check_repaired(&self, stream: StreamId, last_version: Version) -> Result<(), StoreError> {
        let mut read_to = 0;
        for record in self.stream(stream, 0) {
            let record = record.map_err(|error| StoreError::Damaged(format!("beyond repair: {error}")))?;
            read_to = record.commit.last_version();
        }
        if read_to != last_version {
            let what = format!("beyond repair: stream {stream} ends at {read_to}, not at {last_version}");
            return Err(StoreError::Damaged(what));
        }
        Ok(())
    }
}

fn write(trees: &Trees, runs: &Runs) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    for run in runs.iter() {
        log::replace(trees, &mut batch, run)?;
    }
    Ok(trees.log.apply_batch(batch)?)
}

/// What stands in the stream's log and is not in the journal.
fn remove_others(trees: &Trees, stream: StreamId, kept: &HashSet<Version>) -> Result<usize, StoreError> {
    let mut batch = Batch::default();
    let mut removed = 0;
    for key in trees.log.range(log::key(stream, 0)..=log::key(stream, Version::MAX)).keys() {
        let key = key?;
        let known = log::parse_key(&key).is_some_and(|(_, first_version)| kept.contains(&first_version));
        if !known {
            value::remove(&trees.log, &mut batch, &key)?;
            removed += 1;
        }
    }
    trees.log.apply_batch(batch)?;
    Ok(removed)
}
