//! Snapshots: bytes of a stream's state at a version. Only a short cut: a damaged one counts as none.

use sled::Batch;

use super::{Store, StoreError, value};
use crate::domain::StreamId;
use crate::journal::Version;

const PREFIX: u8 = b's';

impl Store {
    /// Replaces the stream's snapshot.
    pub fn save_snapshot(&self, stream: StreamId, version: Version, bytes: &[u8]) -> Result<(), StoreError> {
        let content = [&version.to_le_bytes(), bytes].concat();
        self.with("saving a snapshot", |trees| {
            let mut batch = Batch::default();
            value::replace(&trees.snapshots, &mut batch, &key(stream), &content)?;
            Ok(trees.snapshots.apply_batch(batch)?)
        })
    }

    /// The stream's snapshot. The caller compares its version with the journal's head: the journal may have lost its
    /// tail since.
    pub fn load_snapshot(&self, stream: StreamId) -> Result<Option<(Version, Vec<u8>)>, StoreError> {
        let content = self.with("loading a snapshot", |trees| value::get(&trees.snapshots, &key(stream)))?;
        let Some(content) = content else { return Ok(None) };
        match content.and_then(split) {
            Ok(snapshot) => Ok(Some(snapshot)),
            Err(what) => {
                tracing::warn!(%stream, what, "ignored a damaged snapshot: the whole log is read instead");
                Ok(None)
            }
        }
    }
}

fn split(content: Vec<u8>) -> Result<(Version, Vec<u8>), String> {
    match content.split_first_chunk() {
        Some((version, bytes)) => Ok((Version::from_le_bytes(*version), bytes.to_vec())),
        None => Err("it is too short".into()),
    }
}

fn key(stream: StreamId) -> [u8; 17] {
    let mut key = [PREFIX; 17];
    key[1..].copy_from_slice(stream.0.as_bytes());
    key
}
