//! What can go wrong with the store, by what is to be done about it.

use thiserror::Error;

use super::trees;
use crate::domain::StreamId;
use crate::journal::{Position, ReadError};

#[derive(Clone, Debug, Error, PartialEq)]
pub enum StoreError {
    /// sled itself cannot be believed any more. Cure: [`super::Store::rebuild`].
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// Cure: [`super::Store::repair`].
    #[error("the store's log of stream {stream} is damaged: {what}")]
    StreamDamaged { stream: StreamId, what: String },
    /// Cure: [`super::Store::drop_view`], and fold it again from the journal.
    #[error("the view {view} is damaged: {what}")]
    ViewDamaged { view: String, what: String },
    /// The disk failed. sled refuses all writes from here on, and its reads may show what was never written.
    /// Cure: [`super::Store::reopen`].
    #[error("the store cannot be written or read: {0}")]
    Failed(String),
    /// It is being reopened or rebuilt. Passes.
    #[error("the store is being reopened")]
    Unavailable,
    /// The store was reopened since this handle was made, and may have lost the view's last writes. Cure: ask for the
    /// view again, and go on from its cursor.
    #[error("the store was reopened: the handle of view {0} is out of date")]
    ViewOutdated(String),
    /// Acknowledged commits are missing at the journal's end. Never passed over: see [`super::Opened::AheadOfJournal`].
    #[error("the store has applied position {cursor}, but the journal ends at {end}")]
    AheadOfJournal { cursor: Position, end: Position },
    /// The journal handed out another record than the next: a bug there, or two journals.
    #[error("the journal gave position {actual} where {expected} was due")]
    OutOfOrder { expected: Position, actual: Position },
    #[error(transparent)]
    Journal(#[from] ReadError),
}

impl StoreError {
    /// Whether it lies in what sled's files contain: a new database in their place would not meet it.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Failed(error) => trees::is_damage(error),
            Self::StreamDamaged { .. }
            | Self::ViewDamaged { .. }
            | Self::Unavailable
            | Self::ViewOutdated(_)
            | Self::AheadOfJournal { .. }
            | Self::OutOfOrder { .. }
            | Self::Journal(_) => false,
        }
    }
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(_) => Self::Failed(error.to_string()),
            sled::Error::CollectionNotFound(_)
            | sled::Error::Unsupported(_)
            | sled::Error::ReportableBug(_)
            | sled::Error::Corruption { .. } => Self::Damaged(error.to_string()),
        }
    }
}
