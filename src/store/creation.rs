//! Which stream a command created, so that a repeated "create" finds what it created the first time.
//!
//! Entries are never removed; each has its time, and the caller decides how long a command is remembered.

use serde::{Deserialize, Serialize};
use sled::Batch;

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
        self.with("looking up a creation", |trees| {
            let Some(bytes) = value::get(&trees.log, &key(command))? else { return Ok(None) };
            let damaged = |what: String| StoreError::Damaged(format!("the creation by {:032x}: {what}", command.0));
            let bytes = bytes.map_err(damaged)?;
            let creation: Creation = postcard::from_bytes(&bytes).map_err(|error| damaged(error.to_string()))?;
            Ok(Some((creation.stream, creation.time)))
        })
    }
}

/// Notes the command that created the commit's stream, if this commit did.
pub fn put(batch: &mut Batch, commit: &Commit) {
    let Some(command) = commit.commands.first() else { return };
    if commit.first_version != 1 || command.id == CommandId::CLOCK {
        return;
    }
    let creation = Creation { stream: commit.stream, time: commit.time };
    let bytes = postcard::to_stdvec(&creation).expect("a creation has a fixed shape");
    value::put(batch, &key(command.id), &bytes);
}

fn key(command: CommandId) -> [u8; 17] {
    let mut key = [PREFIX; 17];
    key[1..].copy_from_slice(&command.0.to_be_bytes());
    key
}
