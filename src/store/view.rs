//! A view on disk: what a projection has folded, with its cursor. One sled tree for each view and version.
//!
//! Beside the cursor stands the sum of all checksums, so that whoever reads all entries notices those which sled lost
//! without a word. Of a view that is read key by key, `verify` tells.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sled::{Batch, Tree};

use super::{Store, StoreError, value};
use crate::journal::Position;

/// Keys with their values, ascending by key.
pub type Entries = Vec<(Vec<u8>, Vec<u8>)>;

/// One version of a view. Clones share it.
#[derive(Clone)]
pub struct View {
    store: Store,
    tree: String,
    generation: u64,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    cursor: Position,
    /// Of the checksums of all entries, wrapping.
    sum: u64,
}

const PROGRESS_KEY: &[u8] = &[0];

/// Begins the keys of all entries.
const PREFIX: u8 = b'e';

impl View {
    pub(super) fn new(store: Store, tree: String) -> Self {
        let generation = store.inner.generation.load(Ordering::SeqCst);
        Self { store, tree, generation }
    }

    /// Up to where it has folded; `None` for a new one.
    pub fn cursor(&self) -> Result<Option<Position>, StoreError> {
        self.with(|tree| Ok(self.progress(tree)?.map(|progress| progress.cursor)))
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|tree| value::get(tree, &entry_key(key))?.transpose().map_err(|what| self.damaged(what)))
    }

    /// Up to `limit` entries whose keys begin with `prefix`, those after the key `after` only.
    pub fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Entries, StoreError> {
        let prefix = entry_key(prefix);
        let start =
            after.map_or_else(|| prefix.clone(), |after| [&entry_key(after)[..], &[0]].concat().max(prefix.clone()));
        self.with(|tree| {
            let mut entries = Entries::new();
            for entry in tree.range(start..).take(limit) {
                let (key, head) = entry?;
                if !key.starts_with(&prefix) {
                    break;
                }
                entries.push(self.entry(tree, &key, &head)?);
            }
            Ok(entries)
        })
    }

    /// Everything, and nothing missing: the sum is checked. Not while somebody writes.
    pub fn all(&self) -> Result<Entries, StoreError> {
        let mut entries = Entries::new();
        self.each(|entry| entries.push(entry))?;
        Ok(entries)
    }

    fn each(&self, mut f: impl FnMut((Vec<u8>, Vec<u8>))) -> Result<(), StoreError> {
        self.with(|tree| {
            let mut sum = 0_u64;
            for entry in tree.scan_prefix([PREFIX]) {
                let (key, head) = entry?;
                sum = sum.wrapping_add(value::checksum_of(&head).into());
                f(self.entry(tree, &key, &head)?);
            }
            if sum != self.progress(tree)?.unwrap_or_default().sum {
                return Err(self.damaged("entries are missing".into()));
            }
            Ok(())
        })
    }

    /// Changes entries (`None` removes one) and the cursor, all or nothing. Of several changes of one key the last one
    /// counts. One writer for each view.
    pub fn write(&self, changes: Vec<(Vec<u8>, Option<Vec<u8>>)>, cursor: Position) -> Result<(), StoreError> {
        let changes: BTreeMap<_, _> = changes.into_iter().collect();
        self.with(|tree| {
            let mut batch = Batch::default();
            let mut sum = self.progress(tree)?.unwrap_or_default().sum;
            for (key, change) in changes {
                let key = entry_key(&key);
                let (added, previous) = match change {
                    Some(bytes) => value::replace(tree, &mut batch, &key, &bytes)?,
                    None => (0, value::remove(tree, &mut batch, &key)?),
                };
                let removed = previous.map_or(0, |previous| previous.checksum);
                sum = sum.wrapping_add(added.into()).wrapping_sub(removed.into());
            }
            let progress = postcard::to_stdvec(&Progress { cursor, sum }).expect("progress has a fixed shape");
            value::put(&mut batch, PROGRESS_KEY, &progress);
            Ok(tree.apply_batch(batch)?)
        })
    }

    fn with<T>(&self, f: impl FnOnce(&Tree) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.store.with("a view", |trees| {
            if self.generation != self.store.inner.generation.load(Ordering::SeqCst) {
                return Err(StoreError::ViewOutdated(self.tree.clone()));
            }
            f(&trees.db.open_tree(&self.tree)?)
        })
    }

    fn progress(&self, tree: &Tree) -> Result<Option<Progress>, StoreError> {
        let Some(bytes) = value::get(tree, PROGRESS_KEY)? else { return Ok(None) };
        let bytes = bytes.map_err(|what| self.damaged(what))?;
        postcard::from_bytes(&bytes).map(Some).map_err(|error| self.damaged(error.to_string()))
    }

    fn entry(&self, tree: &Tree, key: &[u8], head: &[u8]) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let bytes = value::whole(tree, key, head)?.map_err(|what| self.damaged(what))?;
        Ok((key[1..].to_vec(), bytes.into_owned()))
    }

    /// A value as an entry has it.
    pub fn encode(value: &impl Serialize) -> Vec<u8> {
        postcard::to_stdvec(value).expect("views hold nothing that postcard cannot write")
    }

    /// An entry as it was written.
    pub fn decode<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, StoreError> {
        postcard::from_bytes(bytes).map_err(|error| self.damaged(error.to_string()))
    }

    /// What is wrong with an entry, or with all of them.
    pub fn damaged(&self, what: String) -> StoreError {
        StoreError::ViewDamaged { view: self.tree.clone(), what }
    }
}

fn entry_key(key: &[u8]) -> Vec<u8> {
    [&[PREFIX], key].concat()
}
