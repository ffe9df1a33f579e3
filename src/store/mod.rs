//! The store: what is derived from the journal, so that a show wakes without reading the whole journal.
//!
//! On sled: per-stream logs, an index of creations, and views with their cursors; beside it: snapshots. It follows the
//! journal's durable records, never ahead of them. sled can lose data silently, panic on a flipped bit and poison itself,
//! so everything here is checked on every read, and what cannot be believed is set aside and rebuilt: nothing in
//! the store is the only copy of anything, except for the moment after a journal lost its tail (see
//! [`Opened::AheadOfJournal`]).
//!
//! Deliberately not here: waiting (but for [`Store::wait_for`]), threads of its own, and any idea of what an event means.
//! All calls block for the length of a read or a batch.

mod ahead;
mod aside;
mod commits;
mod compare;
mod creation;
mod cursor;
mod error;
mod follow;
mod heads;
mod known_creations;
mod log;
mod open;
mod release;
mod reopen;
mod repair;
mod runs;
mod snapshot;
mod snapshots;
mod trees;
mod value;
mod view;
mod view_names;
mod wanted;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;

pub use commits::Commits;
pub use error::StoreError;
pub use heads::StreamHeads;
pub use open::Opened;
pub use snapshot::Snapshot;
pub use trees::SEGMENT_BYTES;
pub use view::{Entries, View};
pub use wanted::Wanted;

use crate::journal::Position;
use known_creations::KnownCreations;
use trees::Trees;

/// What an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// sled's page cache. It bounds the memory loosely: expect two to four times as much.
    pub cache_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 64 << 20 }
    }
}

/// The open store. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    options: Options,
    /// The only place that keeps sled's handles, so that [`Store::reopen`] can let go of all of them. `None` meanwhile.
    trees: RwLock<Option<Arc<Trees>>>,
    /// Counts the reopenings: a view handle of an earlier one may rest on writes that were lost with it.
    generation: AtomicU64,
    cursor: watch::Sender<Position>,
    wanted: Wanted,
    known_creations: KnownCreations,
    /// Held by whoever writes the log or exchanges the trees.
    writer: Mutex<()>,
    /// What a call met that only [`Store::reopen`] or [`Store::rebuild`] can cure, for the follower to see to.
    trouble: Mutex<Option<StoreError>>,
}

impl Store {
    /// What has been applied.
    pub fn cursor(&self) -> Position {
        *self.inner.cursor.borrow()
    }

    /// The cursor, now and as it moves on.
    pub fn applied(&self) -> watch::Receiver<Position> {
        self.inner.cursor.subscribe()
    }

    /// What somebody waits for: whoever follows does not gather any longer then.
    pub fn wanted(&self) -> watch::Receiver<Position> {
        self.inner.wanted.listen()
    }

    /// Somebody waits for this position, which the journal has, or for what rests on it.
    pub fn want(&self, position: Position) {
        if self.cursor() < position {
            self.inner.wanted.want(position);
        }
    }

    /// Until the store has applied this position. For ever if nobody follows: bound it with a deadline.
    pub async fn wait_for(&self, position: Position) {
        self.want(position);
        let mut cursor = self.inner.cursor.subscribe();
        cursor.wait_for(|applied| *applied >= position).await.expect("`self` keeps the sender alive");
    }

    /// Hands what was written to the operating system, so that `kill -9` does not lose it.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.with("flushing", |trees| Ok(trees.db.flush().map(drop)?))
    }

    /// The first thing that some call met and that concerns the whole store, until it is reopened or rebuilt.
    /// [`Store::follow_once`] fails with it, so that whoever follows sees to it, whoever met it.
    pub fn trouble(&self) -> Option<StoreError> {
        self.inner.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every use of sled goes through here.
    fn with<T>(&self, doing: &str, f: impl FnOnce(&Trees) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let trees = self.trees()?;
        self.noted(trees::caught(doing, || f(&trees)))
    }

    fn noted<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error @ (StoreError::Damaged(_) | StoreError::Failed(_))) = &outcome {
            let mut trouble = self.inner.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if trouble.is_none() {
                tracing::error!(%error, dir = %self.inner.dir.display(), "the store needs to be opened anew");
                *trouble = Some(error.clone());
            }
        }
        outcome
    }

    fn trees(&self) -> Result<Arc<Trees>, StoreError> {
        let trees = self.inner.trees.read().unwrap_or_else(PoisonError::into_inner);
        trees.clone().ok_or(StoreError::Unavailable)
    }
}
