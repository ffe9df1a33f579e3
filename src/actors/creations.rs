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
    by_command: HashMap<CommandId, Given>,
    in_order: VecDeque<CommandId>,
}

#[derive(Clone, Copy)]
struct Given {
    kind: StreamKind,
    stream: StreamId,
    at: Timestamp,
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
        let lately = self.recent().find(command, now);
        // Nobody waits for a read of somebody else's.
        let before = if lately.is_some() { lately } else { self.stored(command, now)? };
        let mut recent = self.recent();
        // Unless the same was asked meanwhile.
        if let Some(before) = recent.find(command, now).or(before) {
            let is_same = before.kind == kind;
            return if is_same { Ok(before.stream) } else { Err(SendError::Refused(Refusal::KeyReused)) };
        }
        recent.note(command, Given { kind, stream: fresh, at: now });
        Ok(fresh)
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.0.recent.lock().expect("nothing panics while it holds this lock")
    }

    fn stored(&self, command: CommandId, now: Timestamp) -> Result<Option<Given>, SendError> {
        let stored = self.0.store.created_by(command).map_err(|error| {
            tracing::error!(%error, "the index of creations cannot be read");
            SendError::StoreUnavailable("the index of creations".into())
        })?;
        let given = stored.and_then(|(stream, at)| Some(Given { kind: self.0.journal.head(stream)?.kind, stream, at }));
        Ok(given.filter(|given| given.is_remembered(now)))
    }
}

impl Given {
    fn is_remembered(&self, now: Timestamp) -> bool {
        self.at.plus_seconds(REMEMBERED_SECONDS) >= now
    }
}

impl Recent {
    fn find(&self, command: CommandId, now: Timestamp) -> Option<Given> {
        self.by_command.get(&command).copied().filter(|given| given.is_remembered(now))
    }

    fn note(&mut self, command: CommandId, given: Given) {
        if self.by_command.insert(command, given).is_some() {
            // It was forgotten, and is known anew.
            self.in_order.retain(|other| *other != command);
        }
        if self.in_order.len() == RECENT_MAX
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.by_command.remove(&oldest);
        }
        self.in_order.push_back(command);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(stream: u128, seconds: u32) -> Given {
        let at = Timestamp::EPOCH.plus_seconds(seconds);
        Given { kind: StreamKind::Show, stream: StreamId(uuid::Uuid::from_u128(stream)), at }
    }

    #[test]
    fn a_command_is_forgotten_after_a_day_and_may_create_anew() {
        let mut recent = Recent::default();
        let (command, after) = (CommandId(1), |seconds| Timestamp::EPOCH.plus_seconds(seconds));
        let stream = |recent: &Recent, seconds| recent.find(command, after(seconds)).map(|given| given.stream);
        recent.note(command, given(1, 0));
        assert_eq!(stream(&recent, REMEMBERED_SECONDS), Some(given(1, 0).stream));
        assert_eq!(stream(&recent, REMEMBERED_SECONDS + 1), None);
        recent.note(command, given(2, REMEMBERED_SECONDS + 1));
        assert_eq!(stream(&recent, REMEMBERED_SECONDS + 2), Some(given(2, 0).stream));
        (2..=RECENT_MAX as u128).for_each(|other| recent.note(CommandId(other), given(other, 0)));
        assert_eq!(stream(&recent, REMEMBERED_SECONDS + 2), Some(given(2, 0).stream), "it is the latest of the two");
        recent.note(CommandId(0), given(0, 0));
        assert_eq!((stream(&recent, 0), recent.by_command.len()), (None, RECENT_MAX));
    }
}
