//! Keeps the store behind the journal; reopens it where sled has poisoned itself, rebuilds it where it is damaged.

use std::sync::Arc;
use std::time::Duration;

use actix_rt::Arbiter;

use super::follower::{Signals, Work, follow};
use crate::journal::{Journal, Position};
use crate::store::{Store, StoreError};

struct StoreFollower {
    store: Store,
    journal: Arc<dyn Journal>,
}

/// Starts following, on a thread of its own. Whoever closes the store stops the thread first.
pub fn follow_journal(store: Store, journal: Arc<dyn Journal>) -> Arbiter {
    let arbiter = Arbiter::new();
    let signals = Signals { upstream: journal.durable(), wanted: Some(store.wanted()) };
    follow(&arbiter, "store", signals, move || {
        mend(&store, &*journal)?;
        // Now, so that no request has to wait for it.
        store.learn_creations().map_err(|error| error.to_string())?;
        Ok(StoreFollower { store: store.clone(), journal: journal.clone() })
    });
    arbiter
}

/// Tries a step; where the store cannot be written, opens it anew.
fn mend(store: &Store, journal: &dyn Journal) -> Result<(), String> {
    let mut silent = |_: Position, _: Position| {};
    let mended = match store.follow_once(journal) {
        Ok(_) => return Ok(()),
        Err(StoreError::Damaged(reason)) => store.rebuild(&reason, journal, &mut silent),
        Err(error @ (StoreError::Failed(_) | StoreError::Unavailable)) => {
            tracing::warn!(%error, "the store is reopened");
            store.reopen(journal, &mut silent)
        }
        Err(other) => Err(other),
    };
    match mended {
        Ok(opened) => {
            tracing::warn!(?opened, "the store was mended");
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

impl Work for StoreFollower {
    fn has_reached(&self, end: Position) -> bool {
        self.store.cursor() >= end && self.store.trouble().is_none()
    }

    fn step(&mut self) -> Result<(), String> {
        self.store.follow_once(&*self.journal).map(drop).map_err(|error| error.to_string())
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(50)
    }

    /// Others may have met what only a reopening cures; while it lasts, perhaps nothing new comes at all.
    fn rest(&mut self) -> Result<(), String> {
        self.store.trouble().map_or(Ok(()), |trouble| Err(trouble.to_string()))
    }
}
