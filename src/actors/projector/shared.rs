//! One view, shared between its projector, who alone changes it, and all readers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::project::Parked;
use crate::journal::Position;
use crate::store::Wanted;

/// `None` until the first projector has begun.
pub struct Shared<P>(Arc<Inner<P>>);

struct Inner<P> {
    view: RwLock<Option<P>>,
    /// `None`: the view has not begun, and has not even reached the beginning of the log.
    cursor: watch::Sender<Option<Position>>,
    wanted: Wanted,
    stored: watch::Sender<Position>,
    parked: RwLock<Vec<Parked>>,
    damaged: AtomicBool,
}

impl<P> Clone for Shared<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> Default for Shared<P> {
    fn default() -> Self {
        Self(Arc::new(Inner {
            view: RwLock::new(None),
            cursor: watch::Sender::new(None),
            wanted: Wanted::default(),
            stored: watch::Sender::new(Position::ZERO),
            parked: RwLock::default(),
            damaged: AtomicBool::new(false),
        }))
    }
}

impl<P> Shared<P> {
    /// A look at the view and at the position it has folded, which belong together. `None`: it has not begun.
    pub fn read<T>(&self, look: impl FnOnce(&P, Position) -> T) -> Option<T> {
        let view = self.0.view.read().unwrap_or_else(PoisonError::into_inner);
        let cursor = self.cursor();
        view.as_ref().map(|view| look(view, cursor))
    }

    /// The projector's turn: what it changes and the cursor it returns are seen together.
    pub fn change<T>(&self, change: impl FnOnce(&mut Option<P>) -> (T, Position)) -> T {
        let mut view = self.0.view.write().unwrap_or_else(PoisonError::into_inner);
        let (done, cursor) = change(&mut view);
        self.0.cursor.send_if_modified(|current| current.replace(cursor) != Some(cursor));
        done
    }

    pub fn has_begun(&self) -> bool {
        self.0.cursor.borrow().is_some()
    }

    pub fn cursor(&self) -> Position {
        self.0.cursor.borrow().unwrap_or(Position::ZERO)
    }

    /// What somebody waits for.
    pub fn wanted(&self) -> watch::Receiver<Position> {
        self.0.wanted.listen()
    }

    /// Somebody is about to wait for this position, which the log has.
    pub fn want(&self, position: Position) {
        if self.cursor() < position {
            self.0.wanted.want(position);
        }
    }

    /// Whether the position was reached within this time.
    pub async fn reached(&self, position: Position, within: Duration) -> bool {
        let mut cursor = self.0.cursor.subscribe();
        tokio::time::timeout(within, cursor.wait_for(|reached| reached.is_some_and(|reached| reached >= position)))
            .await
            .is_ok()
    }

    /// The cursor, once it is beyond this position.
    pub async fn moved_on(&self, from: Position) -> Position {
        let mut cursor = self.0.cursor.subscribe();
        let moved = cursor.wait_for(|reached| reached.is_some_and(|reached| reached > from)).await;
        // The sender lives in `self`, so waiting cannot fail.
        moved.ok().and_then(|cursor| *cursor).unwrap_or(from)
    }

    /// The projector has stored the view as it is at this position.
    pub fn note_stored(&self, position: Position) {
        self.0.stored.send_replace(position);
    }

    /// Until the view is stored as it is at this position, or later.
    pub async fn stored(&self, position: Position) {
        let mut stored = self.0.stored.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = stored.wait_for(|stored| *stored >= position).await;
    }

    pub fn park(&self, parked: Parked) {
        self.0.parked.write().unwrap_or_else(PoisonError::into_inner).push(parked);
    }

    pub fn parked(&self) -> Vec<Parked> {
        self.0.parked.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_parked(&self, parked: Vec<Parked>) {
        *self.0.parked.write().unwrap_or_else(PoisonError::into_inner) = parked;
    }

    /// Somebody found that what is stored of the view cannot be read: the projector begins it anew.
    pub fn note_damaged(&self) {
        self.0.damaged.store(true, Ordering::Release);
    }

    pub fn is_damaged(&self) -> bool {
        self.0.damaged.load(Ordering::Acquire)
    }

    pub fn take_damaged(&self) -> bool {
        self.0.damaged.swap(false, Ordering::AcqRel)
    }
}
