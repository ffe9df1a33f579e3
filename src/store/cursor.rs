//! How far the store has followed the journal, with enough of that last record to know it again.

use serde::{Deserialize, Serialize};
use sled::Batch;

use super::trees::Trees;
use super::{StoreError, value};
use crate::domain::StreamId;
use crate::journal::{Position, Record, Version};

/// Sorts before everything else of the log tree.
const KEY: &[u8] = &[0];

/// The last record that was applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub position: Position,
    pub hash: [u8; 32],
    /// Where that record must stand in the log; `None` before the first.
    pub place: Option<(StreamId, Version)>,
}

impl Cursor {
    pub fn at(record: &Record) -> Self {
        Self {
            position: record.position,
            hash: record.hash,
            place: Some((record.commit.stream, record.commit.first_version)),
        }
    }

    /// `None`: a database that has just been created, or lost everything.
    pub fn read(trees: &Trees) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = value::get(&trees.log, KEY)? else { return Ok(None) };
        let bytes = bytes.map_err(|what| StoreError::Damaged(format!("the cursor: {what}")))?;
        let cursor = postcard::from_bytes(&bytes).map_err(|what| StoreError::Damaged(format!("the cursor: {what}")))?;
        Ok(Some(cursor))
    }

    pub fn put(&self, batch: &mut Batch) {
        let bytes = postcard::to_stdvec(self).expect("a cursor has a fixed shape");
        value::put(batch, KEY, &bytes);
    }
}
