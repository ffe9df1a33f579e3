//! All streams of the store with their last versions, by seeking from stream to stream: two seeks each, however long.

use uuid::Uuid;

use super::trees::Trees;
use super::{Store, StoreError, log};
use crate::domain::StreamId;
use crate::journal::Version;

/// Every stream with its last version, ascending by id. A damaged one is an error, and the next call goes on after it.
pub struct StreamHeads {
    store: Store,
    next: Option<StreamId>,
}

impl Store {
    /// For `verify`: what the store has, to be held against the journal's heads.
    pub fn streams(&self) -> Result<StreamHeads, StoreError> {
        self.trees()?;
        Ok(StreamHeads { store: self.clone(), next: Some(StreamId(Uuid::nil())) })
    }
}

impl Iterator for StreamHeads {
    type Item = Result<(StreamId, Version), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.next?;
        let found = self.store.with("seeking a stream", |trees| {
            let next = trees.log.range(log::key(from, 0)..).keys().next().transpose()?;
            Ok(next.and_then(|key| log::parse_key(&key)))
        });
        let stream = match found {
            Ok(Some((stream, _))) => stream,
            outcome => {
                self.next = None;
                return outcome.err().map(Err);
            }
        };
        self.next = stream.0.as_u128().checked_add(1).map(|id| StreamId(Uuid::from_u128(id)));
        let last = self.store.with("reading the end of a stream", |trees| last_version(trees, stream));
        Some(last.map(|version| (stream, version)))
    }
}

fn last_version(trees: &Trees, stream: StreamId) -> Result<Version, StoreError> {
    let last = match log::run_before(trees, stream, Version::MAX)? {
        Some((key, head)) => log::read(trees, &key, &head)?.pop(),
        None => None,
    };
    let last = last.ok_or_else(|| StoreError::StreamDamaged { stream, what: "its last run is empty".into() })?;
    Ok(last.commit.last_version())
}
