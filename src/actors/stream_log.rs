//! All of a stream that is durable: what the store has, and after it what only the journal has yet, from its memory.
//!
//! So nobody who needs the newest of one stream makes the store take a step for all of them: sled pays by the key, and the
//! recoveries and repeated commands of a busy evening would leave its follower nothing to gather.

use std::sync::Arc;

use super::stored_commit::{stored_commit, stored_commit_now};
use crate::domain::StreamId;
use crate::journal::{Head, Journal, Position, Record, Version};
use crate::store::{Commits, Store, StoreError};

/// A stream up to one head at least.
#[derive(Clone)]
pub struct StreamLog {
    pub stream: StreamId,
    store: Store,
    journal: Arc<dyn Journal>,
    /// Its last commits, among them all that the store may not have.
    tail: Vec<Record>,
}

impl StreamLog {
    /// Waits for the store where that is further behind than the journal cares to look back. For ever if nobody follows:
    /// bound it with a deadline.
    pub async fn up_to(head: Head, stream: StreamId, store: &Store, journal: &Arc<dyn Journal>) -> Self {
        let tail = match tail(head.position, stream, store, &**journal) {
            Some(tail) => tail,
            None => {
                store.wait_for(head.position).await;
                Vec::new()
            }
        };
        Self { stream, store: store.clone(), journal: journal.clone(), tail }
    }

    /// The commits from the one that contains `after_version + 1` on.
    pub fn after(&self, after_version: Version) -> Commits {
        self.store.stream_and_tail(self.stream, after_version, self.tail.clone())
    }

    /// The commit that contains this version, which must be there: where the store has lost or damaged it, it is repaired
    /// first.
    pub async fn commit(&self, version: Version) -> Result<Record, StoreError> {
        match self.in_tail(version) {
            Some(record) => Ok(record),
            None => stored_commit(&self.store, &self.journal, self.stream, version).await,
        }
    }

    /// The same; blocks.
    pub fn commit_now(&self, version: Version) -> Result<Record, StoreError> {
        match self.in_tail(version) {
            Some(record) => Ok(record),
            None => stored_commit_now(&self.store, &*self.journal, self.stream, version),
        }
    }

    fn in_tail(&self, version: Version) -> Option<Record> {
        let place = self.tail.partition_point(|record| record.commit.last_version() < version);
        self.tail.get(place).filter(|record| record.commit.first_version <= version).cloned()
    }
}

/// `None`: the journal does not find all of it in memory.
fn tail(end: Position, stream: StreamId, store: &Store, journal: &dyn Journal) -> Option<Vec<Record>> {
    let stored = store.cursor();
    if end <= stored {
        return Some(Vec::new());
    }
    journal.recent(stream, stored).filter(|tail| tail.last().is_some_and(|last| last.position >= end))
}
