//! Where some of a segment's records stand, so that reading from the middle need not begin at its beginning.

use super::segment::HEADER_BYTES;
use crate::journal::Position;

/// Reading this much too early costs less than a system call more.
const EVERY_BYTES: u64 = 64 << 10;

/// About one record in 64 KiB: 16 KiB of memory for a segment of 64 MiB.
#[derive(Clone, Debug)]
pub(super) struct Marks(Vec<(Position, u64)>);

impl Marks {
    pub fn new(first: Position) -> Self {
        Self(vec![(first, HEADER_BYTES as u64)])
    }

    /// Called with every record, in order; keeps few.
    pub fn note(&mut self, position: Position, offset: u64) {
        let (_, last) = self.0.last().expect("there is one from the beginning");
        if offset >= last + EVERY_BYTES {
            self.0.push((position, offset));
        }
    }

    /// The offset of a record at or before this position.
    pub fn seek(&self, position: Position) -> u64 {
        let after = self.0.partition_point(|(marked, _)| *marked <= position);
        self.0[after.saturating_sub(1)].1
    }
}
