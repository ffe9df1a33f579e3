//! Which stream a creating command was given: so that "create" asked twice with one key creates once.
//!
//! In memory for what is under way; in the store, which reads it off the log, for what is done.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::actors::SendError;
use crate::domain::remembered::REMEMBERED_SECONDS;
use crate::domain::{CommandId, Refusal, StreamId, Timestamp};
use crate::journal::{Journal, StreamKind};
use crate::store::Store;

/// How many are kept in memory: far more than can be on their way from the journal to the store.
const RECENT_MAX: usize = 20_000;

/// One for all kinds of streams, so that a key that made a venue makes no show. Cheap to clone.
#[derive(Clone)]
pub struct Creations(Arc<Inner>);

struct Inner {
    journal: Arc<dyn Journal>,
    store: Store,
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    by_command: HashMap<CommandId, (StreamKind, StreamId)>,
    in_order: VecDeque<CommandId>,
}

impl Creations {
    pub fn new(journal: Arc<dyn Journal>, store: Store) -> Self {
        Self(Arc::new(Inner { journal, store, recent: Mutex::default() }))
    }

    /// The stream that this command creates: `fresh`, unless it was seen before. Refused where that was of another kind.
    pub fn stream_for(
        &self,
        command: CommandId,
        kind: StreamKind,
        fresh: StreamId,
        now: Timestamp,
    ) -> Result<StreamId, SendError> {
        let lately = self.recent().by_command.get(&command).copied();
        // Nobody waits for a read of somebody else's.
        let before = if lately.is_some() { lately } else { self.stored(command, now)? };
        let mut recent = self.recent();
        // Unless the same was asked meanwhile.
        let before = recent.by_command.get(&command).copied().or(before);
        if let Some((kind_before, stream)) = before {
            return if kind_before == kind { Ok(stream) } else { Err(SendError::Refused(Refusal::KeyReused)) };
        }
        if recent.in_order.len() == RECENT_MAX
            && let Some(oldest) = recent.in_order.pop_front()
        {
            recent.by_command.remove(&oldest);
        }
        recent.by_command.insert(command, (kind, fresh));
        recent.in_order.push_back(command);
        Ok(fresh)
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.0.recent.lock().expect("nothing panics while it holds this lock")
    }

    fn stored(&self, command: CommandId, now: Timestamp) -> Result<Option<(StreamKind, StreamId)>, SendError> {
        let stored = self.0.store.created_by(command).map_err(|error| {
            tracing::error!(%error, "the index of creations cannot be read");
            SendError::StoreUnavailable("the index of creations".into())
        })?;
        let remembered = stored.filter(|(_, at)| at.plus_seconds(REMEMBERED_SECONDS) >= now);
        Ok(remembered.and_then(|(stream, _)| Some((self.0.journal.head(stream)?.kind, stream))))
    }
}
