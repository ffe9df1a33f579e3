//! Which stream a creating command was given: so that "create" asked twice with one key creates once.
//!
//! In memory for what is under way; in the store, which reads it off the log, for what is done.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use crate::actors::SendError;
use crate::domain::remembered::REMEMBERED_SECONDS;
use crate::domain::{CommandId, StreamId, Timestamp};
use crate::store::Store;

/// How many are kept in memory: far more than can be on their way from the journal to the store.
const RECENT_MAX: usize = 20_000;

pub struct Creations {
    store: Store,
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    by_command: HashMap<CommandId, StreamId>,
    in_order: VecDeque<CommandId>,
}

impl Creations {
    pub fn new(store: Store) -> Self {
        Self { store, recent: Mutex::default() }
    }

    /// The stream that this command creates: `fresh`, unless it was seen before.
    pub fn stream_for(&self, command: CommandId, fresh: StreamId, now: Timestamp) -> Result<StreamId, SendError> {
        let mut recent = self.recent.lock().expect("nothing panics while it holds this lock");
        if let Some(stream) = recent.by_command.get(&command) {
            return Ok(*stream);
        }
        let stored = self.store.created_by(command).map_err(|error| {
            tracing::error!(%error, "the index of creations cannot be read");
            SendError::JournalUnavailable("the store cannot be read".into())
        })?;
        if let Some((stream, at)) = stored
            && at.plus_seconds(REMEMBERED_SECONDS) >= now
        {
            return Ok(stream);
        }
        if recent.in_order.len() == RECENT_MAX
            && let Some(oldest) = recent.in_order.pop_front()
        {
            recent.by_command.remove(&oldest);
        }
        recent.by_command.insert(command, fresh);
        recent.in_order.push_back(command);
        Ok(fresh)
    }
}
