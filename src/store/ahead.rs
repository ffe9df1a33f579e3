//! What the store has beyond a journal that lost its tail: acknowledged commits, to be given back.

use std::sync::Arc;

use super::trees::{Trees, caught};
use super::{Store, StoreError, log, value};
use crate::journal::Position;
use crate::journal::codec::{self, Hash};

impl Store {
    /// What [`Opened::AheadOfJournal`](super::Opened::AheadOfJournal) would hand out beside a journal that ends with this
    /// record.
    pub fn beyond(&self, end: Position, hash: &Hash) -> Result<Vec<Arc<[u8]>>, StoreError> {
        self.with("reading what the journal has lost", |trees| records_after(trees, end, hash))
    }
}

/// The raw records after the one at `end`, in order, dense, each chained to the one before it. Ends where one is missing.
/// [`StoreError::Damaged`]: the store has neither that one nor any that follows it. Reads the whole log.
pub fn records_after(trees: &Trees, end: Position, hash: &Hash) -> Result<Vec<Arc<[u8]>>, StoreError> {
    let mut found = collect(trees, end);
    found.sort_unstable_by_key(|(at, _)| *at);
    let mut records = Vec::with_capacity(found.len());
    let (mut expected, mut previous, mut has_end) = (end.next(), *hash, end == Position::ZERO);
    for (at, bytes) in found {
        let Ok(frame) = codec::frame(&bytes) else { break };
        if at == end {
            has_end |= frame.hash == *hash;
            continue;
        }
        if at != expected || !frame.follows(&previous) {
            break;
        }
        (expected, previous) = (at.next(), frame.hash);
        records.push(bytes);
    }
    if records.is_empty() && !has_end {
        return Err(StoreError::Damaged(format!("it belongs to another journal: record {end} differs")));
    }
    Ok(records)
}

/// As much as can be read: what is missing shows as a gap.
fn collect(trees: &Trees, from: Position) -> Vec<(Position, Arc<[u8]>)> {
    let mut records = Vec::new();
    let outcome = caught("reading the whole log", || {
        for entry in trees.log.scan_prefix([log::PREFIX]) {
            let (key, head) = entry?;
            let run = value::whole(&trees.log, &key, &head)?.unwrap_or_default();
            let mut rest = &run[..];
            while let Ok(frame) = codec::frame(rest) {
                if frame.position >= from {
                    records.push((frame.position, Arc::from(frame.bytes)));
                }
                rest = &rest[frame.bytes.len()..];
            }
        }
        Ok(())
    });
    if let Err(error) = outcome {
        tracing::error!(%error, "the store's log can be read in part only");
    }
    records
}
