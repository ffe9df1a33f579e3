//! Mending one stream's log from the journal, where the store's copy turned out damaged or incomplete.

use std::collections::HashSet;
use std::sync::PoisonError;

use sled::Batch;

use super::trees::{Trees, caught};
use super::{Store, StoreError, creation, log, value};
use crate::domain::StreamId;
use crate::journal::{Journal, Position, Record, Version};

const READ_BYTES: usize = 1 << 20;

impl Store {
    /// Writes all of the stream's records again. Reads the whole journal: for the exception only.
    pub fn repair(&self, stream: StreamId, journal: &dyn Journal) -> Result<(), StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.trees()?;
        let end = self.cursor();
        tracing::error!(%stream, %end, "the store's log of this stream is damaged: it is read from the journal again");
        let mut kept = HashSet::new();
        let mut next = Position::ZERO.next();
        while next <= end {
            let records = journal.read(next, READ_BYTES)?;
            let Some(last) = records.last() else {
                return Err(StoreError::AheadOfJournal { cursor: end, end: Position(next.0 - 1) });
            };
            next = last.position.next();
            let ours = || records.iter().filter(|record| record.commit.stream == stream && record.position <= end);
            kept.extend(ours().map(|record| record.commit.first_version));
            caught("repairing a stream", || write(&trees, ours()))?;
        }
        let removed = caught("repairing a stream", || remove_others(&trees, stream, &kept))?;
        tracing::warn!(%stream, commits = kept.len(), removed, "the stream was repaired");
        Ok(())
    }
}

fn write<'a>(trees: &Trees, records: impl Iterator<Item = &'a Record>) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    for record in records {
        log::replace(trees, &mut batch, record)?;
        creation::put(&mut batch, &record.commit);
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
