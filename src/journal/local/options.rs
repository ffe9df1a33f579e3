//! The sizes of a journal, and the switches of its disk.

use std::sync::Arc;

use super::faults::DiskFaults;

#[derive(Clone, Debug)]
pub struct Options {
    /// A segment that has reached this size is followed by a new one. A larger record gets a larger segment.
    pub segment_bytes: u64,
    /// So much of a segment is filled with zeros ahead of time, where the disk has room: a write into blocks that exist
    /// is durable in little more than half the time. 0: none.
    pub preallocate_bytes: u64,
    /// What the recent records, kept in memory for followers, may take.
    pub recent_bytes: usize,
    /// So much of the newest segments is checked when the journal is opened.
    pub check_at_start_bytes: u64,
    /// Open a journal that ends before a position that was durable, and report it: for those who can restore the end, or
    /// who decide to go on without it. Otherwise it is refused.
    pub end_may_be_lost: bool,
    pub faults: Arc<DiskFaults>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            preallocate_bytes: 64 << 20,
            recent_bytes: 24 << 20,
            check_at_start_bytes: 1 << 30,
            end_may_be_lost: false,
            faults: Arc::default(),
        }
    }
}
