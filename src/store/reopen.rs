//! Beginning again in place, while everybody keeps their [`Store`]: after sled poisoned itself, or was found damaged.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::open::{self, Opened};
use super::release::release;
use super::{Store, StoreError, follow};
use crate::journal::{Journal, Position};

impl Store {
    /// After [`StoreError::Failed`]: lets go of every handle of sled, opens it again with all the checks of
    /// [`Store::open`], and catches up. Readers get [`StoreError::Unavailable`] until then; views have to be asked for
    /// again.
    pub fn reopen(
        &self,
        journal: &dyn Journal,
        progress: &mut dyn FnMut(Position, Position),
    ) -> Result<Opened, StoreError> {
        self.exchange(None, journal, progress)
    }

    /// After [`StoreError::Damaged`]: the same, but what is there is set aside and everything is read from the journal.
    pub fn rebuild(
        &self,
        reason: &str,
        journal: &dyn Journal,
        progress: &mut dyn FnMut(Position, Position),
    ) -> Result<Opened, StoreError> {
        self.exchange(Some(reason.to_owned()), journal, progress)
    }

    fn exchange(
        &self,
        reason: Option<String>,
        journal: &dyn Journal,
        progress: &mut dyn FnMut(Position, Position),
    ) -> Result<Opened, StoreError> {
        let inner = &*self.inner;
        let _writer = inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = inner.trees.write().unwrap_or_else(PoisonError::into_inner).take();
        inner.generation.fetch_add(1, Ordering::SeqCst);
        let released = trees.is_none_or(release);
        let reason = reason.or_else(|| (!released).then(|| "sled did not let go of its files".into()));
        let (trees, cursor, opened) = match reason {
            Some(reason) => open::open_anew(&inner.dir, inner.options, reason)?,
            None => open::open(&inner.dir, inner.options, journal)?,
        };
        // Not before it is complete: a reader would take a log that is being rebuilt for the whole of it.
        let cursor = follow::to_end(&trees, cursor, journal, &inner.known_creations, progress)?;
        *inner.trees.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(trees));
        *inner.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
        inner.cursor.send_replace(cursor);
        Ok(opened)
    }
}
