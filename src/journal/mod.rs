//! The truth: an ordered, fsynced sequence of commits of all streams.
//!
//! [`Journal`] is the port. `local/` is the write-ahead file journal; `memory/` keeps everything in memory and can be
//! told to fail. What a commit means is decided elsewhere: here it is bytes with a version, a position and a chain hash.

pub mod codec;
mod commit;
pub mod export;
pub mod line;
pub mod local;
pub mod memory;
mod streams;

use std::sync::Arc;

use thiserror::Error;
use tokio::sync::{oneshot, watch};

pub use commit::{CommandRecord, Commit, Position, Record, Version};

use crate::domain::StreamId;

/// One life of a stream's writer: 1, 2, 3 ... within one opening of the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Incarnation(pub u64);

/// The durable end of one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub kind: StreamKind,
    pub version: Version,
    /// Of the stream's last commit.
    pub position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    Venue,
    Show,
    Checkout,
}

/// The answer to [`Journal::fence`]: whoever wrote this stream before can not do so any more.
#[derive(Clone, Copy, Debug)]
pub struct Fence {
    pub incarnation: Incarnation,
    /// `None`: a new stream.
    pub head: Option<Head>,
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum AppendError {
    #[error("the stream is at version {actual}, not at {expected}")]
    VersionConflict { expected: u64, actual: u64 },
    #[error("a later incarnation ({by:?}) writes this stream now")]
    Fenced { by: Incarnation },
    #[error("a commit of {bytes} bytes is larger than the {max} that a record may have")]
    TooLarge { bytes: usize, max: usize },
    /// Nothing is known of the commit: it may be durable or not. Fence, and read what is there.
    #[error("the journal is not writable: {0}")]
    Unavailable(String),
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum ReadError {
    /// A promise of the disk was broken. Never skipped.
    #[error("the journal is damaged: {file} at byte {offset}: {what}")]
    Damaged { file: String, offset: u64, what: String },
    #[error("the journal cannot be read: {0}")]
    Io(String),
}

/// Whether appends are being accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Writable,
    /// The last write failed; it is being reopened. Appends are refused at once.
    Unavailable {
        reason: String,
    },
}

/// The answer of an append, some time later: the commit's record once it is durable.
pub type Appended = oneshot::Receiver<Result<Record, AppendError>>;

/// An ordered log of commits: append with compare-and-set per stream, read from a position, follow.
///
/// Every implementation passes `tests/journal_contract.rs`.
pub trait Journal: Send + Sync {
    /// Queues a commit. It is accepted if `commit.first_version` is the stream's version + 1 and no later incarnation
    /// than `incarnation` has fenced the stream. A dropped answer means what [`AppendError::Unavailable`] means.
    fn append(&self, incarnation: Incarnation, commit: Arc<Commit>) -> Appended;

    /// Begins the stream's next incarnation. Takes its place in the queue of appends: those before it are durable or
    /// refused when the answer comes, those of earlier incarnations after it are refused.
    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>>;

    /// The durable end of a stream; `None` if there is no such stream.
    fn head(&self, stream: StreamId) -> Option<Head>;

    /// Durable records from `from` on, in order, dense; at least one if there is one, about `bytes_max` in all.
    /// Recent ones are shared from memory, older ones are read from disk and checked.
    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError>;

    /// The stream's durable records after this position, from memory: none is read from disk. `None`: memory does not
    /// reach back that far, or it is too far back to look.
    fn recent(&self, stream: StreamId, after: Position) -> Option<Vec<Record>>;

    /// The position of the last durable record (`Position::ZERO`: empty), now and as it moves on.
    fn durable(&self) -> watch::Receiver<Position>;

    /// Whether it can be written, now and as that changes.
    fn health(&self) -> watch::Receiver<Health>;

    /// Whether it can be written now: asked for every command.
    fn is_writable(&self) -> bool {
        *self.health().borrow() == Health::Writable
    }
}
