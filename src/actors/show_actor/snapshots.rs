//! When a show's snapshot is worth taking, and when it may be kept: only what is durable is in one.

use crate::actors::show_snapshot::SnapshotBody;
use crate::journal::codec::Hash;
use crate::journal::{Record, Version};
use crate::store::Snapshot;

/// A snapshot is worth it after this many bytes of log, and half its own size: then writing it costs no more than a
/// few times the log itself, and folding the rest takes milliseconds.
const TAIL_BYTES_MIN: u64 = 64 * 1024;
/// A show that falls asleep is worth one sooner; but a few events are folded faster than a snapshot is read.
const SLEEP_TAIL_BYTES_MIN: u64 = 4 * 1024;

pub struct Snapshots {
    /// Of log, since the last one was taken.
    tail_bytes: u64,
    /// Of the last one.
    bytes: u64,
    /// Where the durable log ends, and the hash of that record.
    end: (Version, Hash),
    /// Taken, but of a version that is not durable yet.
    taken: Option<(Version, Vec<u8>)>,
    durable: Option<Snapshot>,
}

impl Snapshots {
    pub fn new(tail_bytes: u64, bytes: u64, end: (Version, Hash)) -> Self {
        Self { tail_bytes, bytes, end, taken: None, durable: None }
    }

    /// The show's next record is durable.
    pub fn note_log(&mut self, record: &Record) {
        self.tail_bytes += record.bytes.len() as u64;
        self.end = (record.commit.last_version(), record.hash);
        self.note_durable();
    }

    pub fn are_worth_it(&self) -> bool {
        self.tail_bytes >= TAIL_BYTES_MIN.max(self.bytes / 2)
    }

    pub fn are_worth_it_before_sleep(&self) -> bool {
        self.tail_bytes >= SLEEP_TAIL_BYTES_MIN
    }

    pub fn take(&mut self, version: Version, body: &SnapshotBody<'_>) {
        // Room for all of it at once: a large one that grows is copied several times over.
        let about = (self.bytes + self.tail_bytes) as usize;
        let bytes = body.encode(about);
        self.bytes = bytes.len() as u64;
        self.tail_bytes = 0;
        self.taken = Some((version, bytes));
        self.note_durable();
    }

    /// The one that was taken, once all of it is durable.
    pub fn durable(&mut self) -> Option<Snapshot> {
        self.durable.take()
    }

    /// Asked for each record, so the one that has just become durable is the one that holds the version.
    fn note_durable(&mut self) {
        let (end, hash) = self.end;
        if let Some((version, bytes)) = self.taken.take_if(|(version, _)| *version <= end) {
            self.durable = Some(Snapshot { version, hash, bytes });
        }
    }
}
