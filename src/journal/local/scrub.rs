//! Reads everything that is durable once and checks it: what opening the journal left unchecked, and what has rotted since.

use std::fs::File;
use std::ops::ControlFlow;

use super::error::{damaged, unreadable};
use super::read::next;
use super::shared::Shared;
use super::walk::{Chain, Walk};
use crate::journal::codec::{HASH_OF_NOTHING, Hash};
use crate::journal::{Position, ReadError};

const BETWEEN_REPORTS_BYTES: u64 = 1 << 20;

/// What a scrub has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    pub records: u64,
    pub bytes: u64,
}

impl Shared {
    /// Checksums, positions and the hash chain from the first record to what is durable now. `progress` is asked about
    /// once per MiB: it may take its time, so that the disk is left to those who sell, or break off.
    pub fn scrub(&self, mut progress: impl FnMut(Scrubbed) -> ControlFlow<()>) -> Result<Scrubbed, ReadError> {
        let (end, mut done, mut reported) = (*self.durable.borrow(), Scrubbed::default(), 0);
        let mut hash: Hash = HASH_OF_NOTHING;
        for segment in self.segments_from(Position(1)) {
            if segment.header.first > end {
                break;
            }
            if segment.header.previous != hash || segment.header.first != Position(done.records + 1) {
                let what = "the segment does not continue the one before it";
                return Err(damaged(&segment.path, 16, what));
            }
            let file = File::open(&segment.path).map_err(unreadable(&segment.path))?;
            let last = self.last_of(&segment.header.first, end);
            let mut walk = Walk::new(&file, segment.header.first, Chain::Checked(Some(hash)));
            while done.records < last.0 {
                let (_, frame) = next(&mut walk, &segment.path, Position(done.records + 1))?;
                hash = frame.hash;
                done.records += 1;
                done.bytes += frame.bytes.len() as u64;
                if done.bytes >= reported + BETWEEN_REPORTS_BYTES {
                    reported = done.bytes;
                    if progress(done).is_break() {
                        return Ok(done);
                    }
                }
            }
        }
        Ok(done)
    }

    /// The last durable position of the segment that begins here.
    fn last_of(&self, first: &Position, end: Position) -> Position {
        let next = self.segments_from(*first).get(1).map(|next| Position(next.header.first.0 - 1));
        next.map_or(end, |last| last.min(end))
    }
}
