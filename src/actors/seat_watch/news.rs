//! What all who watch a show are told at a time.

use std::sync::OnceLock;

use bytes::Bytes;

use crate::journal::Version;
use crate::projections::seat_changes::SeatChange;

/// Everything after one version of the show, up to another; without any change: a sign of life.
#[derive(Debug)]
pub struct SeatNews {
    pub after: Version,
    pub version: Version,
    pub changes: Vec<SeatChange>,
    wire: OnceLock<Bytes>,
}

impl SeatNews {
    pub fn new(after: Version, version: Version, changes: Vec<SeatChange>) -> Self {
        Self { after, version, changes, wire: OnceLock::new() }
    }

    /// As it goes out: written down by the first who needs it, shared by all others.
    pub fn wire(&self, write: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.wire.get_or_init(|| write(self)).clone()
    }
}
