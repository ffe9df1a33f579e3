//! What the store has beyond a journal that lost its tail: acknowledged commits, to be given back.

use std::sync::Arc;

use super::trees::{Trees, caught};
use super::{Store, StoreError, log, value};
use crate::journal::{Position, codec};

impl Store {
    /// The raw records after this position, in order, dense, each chained to the one before it. Reads the whole log.
    pub fn records_after(&self, position: Position) -> Result<Vec<Arc<[u8]>>, StoreError> {
        let trees = self.trees()?;
        records_after(&trees, position, None)
    }
}

/// `end`: what the first of them must be chained to, where it is known.
pub fn records_after(
    trees: &Trees,
    position: Position,
    end: Option<codec::Hash>,
) -> Result<Vec<Arc<[u8]>>, StoreError> {
    let mut records = caught("reading the whole log", || collect(trees, position))?;
    records.sort_unstable_by_key(|(at, _)| *at);
    let mut previous = end.or_else(|| (position == Position::ZERO).then_some(codec::HASH_OF_NOTHING));
    let mut expected = position.next();
    for (at, bytes) in &records {
        let frame = codec::frame(bytes).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let chained = previous.is_none_or(|previous| frame.follows(&previous));
        if *at != expected || !chained {
            let what = format!("record {at} does not continue record {}", expected.0 - 1);
            return Err(StoreError::Damaged(what));
        }
        previous = Some(frame.hash);
        expected = at.next();
    }
    Ok(records.into_iter().map(|(_, bytes)| bytes).collect())
}

fn collect(trees: &Trees, position: Position) -> Result<Vec<(Position, Arc<[u8]>)>, StoreError> {
    let mut records = Vec::new();
    for entry in trees.log.scan_prefix([log::PREFIX]) {
        let (key, head) = entry?;
        // Damage at or before `position` is no loss; after it, it shows as a gap.
        let Ok(run) = value::whole(&trees.log, &key, &head)? else { continue };
        let mut rest = &run[..];
        while let Ok(frame) = codec::frame(rest) {
            if frame.position > position {
                records.push((frame.position, Arc::from(frame.bytes)));
            }
            rest = &rest[frame.bytes.len()..];
        }
    }
    Ok(records)
}
