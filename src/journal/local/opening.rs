//! What opening a journal found and did, for the log and for whoever decides what to do next.

use std::path::{Path, PathBuf};

use crate::journal::Position;
use crate::journal::codec::Hash;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// There was no journal: it begins now. Whoever knows better should refuse to go on.
    pub created: bool,
    pub end: Position,
    /// What the records written from now on carry.
    pub epoch: u64,
    pub segments: usize,
    pub torn_tail: Option<TornTail>,
    /// Why the table of heads could not be used and all segments were read.
    pub heads_rebuilt: Option<String>,
    /// Only where [`super::Options::end_may_be_lost`] is set: the position up to which acknowledged commits are missing.
    pub lost_up_to: Option<Position>,
    pub bytes_checked: u64,
    /// Left to [`super::LocalJournal::scrub`].
    pub bytes_unchecked: u64,
}

/// What opening a journal would find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// 0: there is no journal yet, or nothing is left of it.
    pub segments: usize,
    pub end: Position,
    /// Of the last record.
    pub hash: Hash,
    /// As [`Opening`] has it.
    pub lost_up_to: Option<Position>,
}

/// What is no whole record: the rest of an interrupted write, acknowledged to nobody, that was cut off; or, where
/// acknowledged commits are missing, whatever is left of them, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    pub file: PathBuf,
    pub offset: u64,
    /// Up to the last that was not zero.
    pub bytes: u64,
}

impl Opening {
    /// Said once, here, for an operator; programs look at the fields.
    pub(super) fn log(&self, dir: &Path) {
        let Self { created, end, epoch, segments, bytes_unchecked, .. } = self;
        let dir = dir.display();
        tracing::info!(%dir, created, end = end.0, epoch, segments, bytes_unchecked, "the journal is open");
        if let Some(TornTail { file, offset, bytes }) = &self.torn_tail {
            let file = file.display();
            if self.lost_up_to.is_some() {
                tracing::error!(%file, offset, bytes, "what stands there is no whole record, and is left as it is");
            } else {
                tracing::warn!(%file, offset, bytes, "an interrupted write, acknowledged to nobody, was cut off the journal");
            }
        }
        if let Some(why) = &self.heads_rebuilt {
            tracing::warn!(%dir, why, "the table of heads could not be used: all segments were read instead");
        }
        if let Some(lost_up_to) = self.lost_up_to {
            let (end, lost_up_to) = (end.0, lost_up_to.0);
            tracing::error!(%dir, end, lost_up_to, "the journal has lost acknowledged commits at its end");
        }
    }
}
