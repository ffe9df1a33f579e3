//! Which stream a command created, so that a repeated "create" finds what it created the first time.
//!
//! Entries are never removed; each has its time, and the caller decides how long a command is remembered.

use std::ops::Bound;

use serde::{Deserialize, Serialize};
use sled::Batch;

use super::known_creations::KnownCreations;
use super::trees::Trees;
use super::{Store, StoreError, value};
use crate::domain::{CommandId, StreamId, Timestamp};
use crate::journal::Commit;

const PREFIX: u8 = b'c';

#[derive(Serialize, Deserialize)]
struct Creation {
    stream: StreamId,
    time: Timestamp,
}

impl Store {
    /// The stream that this command created, and when.
    pub fn created_by(&self, command: CommandId) -> Result<Option<(StreamId, Timestamp)>, StoreError> {
        if !self.inner.known_creations.may_have(command) {
            return Ok(None);
        }
        self.with("looking up a creation", |trees| {
            let Some(bytes) = value::get(&trees.log, &key(command))? else { return Ok(None) };
            let damaged = |what: String| StoreError::Damaged(format!("the creation by {:032x}: {what}", command.0));
            let bytes = bytes.map_err(damaged)?;
            let creation: Creation = postcard::from_bytes(&bytes).map_err(|error| damaged(error.to_string()))?;
            Ok(Some((creation.stream, creation.time)))
        })
    }

    /// Reads through some of the creations, so that in the end those that are not there are known without a read. By
    /// whoever follows, and nobody else: nothing may be written meanwhile.
    pub fn learn_creations(&self, max: usize) -> Result<(), StoreError> {
        let known = &self.inner.known_creations;
        if !known.is_whole() {
            let next = self.with("learning the creations", |trees| keys_after(trees, known.read_to(), max))?;
            known.read(&next);
        }
        Ok(())
    }
}

/// Notes the command that created the commit's stream, if this commit did.
pub fn put(batch: &mut Batch, known: &KnownCreations, commit: &Commit) {
    let Some(command) = commit.commands.first() else { return };
    if commit.first_version != 1 || command.id == CommandId::CLOCK {
        return;
    }
    known.note(command.id);
    let creation = Creation { stream: commit.stream, time: commit.time };
    let bytes = postcard::to_stdvec(&creation).expect("a creation has a fixed shape");
    value::put(batch, &key(command.id), &bytes);
}

/// The next of all that the store has.
fn keys_after(trees: &Trees, after: Option<CommandId>, max: usize) -> Result<Vec<CommandId>, StoreError> {
    let from = after.map_or(Bound::Included([PREFIX].into()), |after| Bound::Excluded(key(after).to_vec()));
    let keys = trees.log.range((from, Bound::Excluded(vec![PREFIX + 1]))).keys().take(max);
    let command = |key: sled::IVec| {
        let id = key.strip_prefix(&[PREFIX]).and_then(|id| id.try_into().ok());
        id.map(|id| CommandId(u128::from_be_bytes(id)))
            .ok_or_else(|| StoreError::Damaged(format!("a creation under a key of {} bytes", key.len())))
    };
    keys.map(|key| command(key?)).collect()
}

fn key(command: CommandId) -> [u8; 17] {
    let mut key = [PREFIX; 17];
    key[1..].copy_from_slice(&command.0.to_be_bytes());
    key
}
