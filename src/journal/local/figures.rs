//! What the journal has done, as numbers for metrics and log lines.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper bounds of the buckets of [`Figures::sync_micros_buckets`]; the last bucket has none.
pub const SYNC_MICROS_BOUNDS: [u64; 14] =
    [32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

/// Upper bounds of the buckets of [`Figures::group_commits_buckets`]; the last bucket has none.
pub const GROUP_COMMITS_BOUNDS: [u64; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1_024];

/// Since the journal was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Physical writes, each with one `fdatasync`.
    pub groups: u64,
    pub commits: u64,
    pub events: u64,
    pub bytes: u64,
    /// How many groups had at most so many commits, and more than the bound before.
    pub group_commits_buckets: [u64; GROUP_COMMITS_BOUNDS.len() + 1],
    pub syncs: u64,
    pub sync_micros_last: u64,
    pub sync_micros_sum: u64,
    /// How many took at most as long as the bound of the same index, and longer than the one before.
    pub sync_micros_buckets: [u64; SYNC_MICROS_BOUNDS.len() + 1],
    /// Writes that failed, each with all that was queued behind it.
    pub failures: u64,
    /// How often the journal was writable again after that.
    pub reopenings: u64,
}

impl Figures {
    pub fn sync_micros_mean(&self) -> u64 {
        self.sync_micros_sum.checked_div(self.syncs).unwrap_or(0)
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    groups: AtomicU64,
    commits: AtomicU64,
    events: AtomicU64,
    bytes: AtomicU64,
    group_commits_buckets: [AtomicU64; GROUP_COMMITS_BOUNDS.len() + 1],
    syncs: AtomicU64,
    sync_micros_last: AtomicU64,
    sync_micros_sum: AtomicU64,
    sync_micros_buckets: [AtomicU64; SYNC_MICROS_BOUNDS.len() + 1],
    failures: AtomicU64,
    reopenings: AtomicU64,
}

impl Counters {
    pub fn wrote(&self, commits: u64, events: u64, bytes: u64) {
        self.groups.fetch_add(1, Relaxed);
        self.commits.fetch_add(commits, Relaxed);
        self.events.fetch_add(events, Relaxed);
        self.bytes.fetch_add(bytes, Relaxed);
        let bucket = GROUP_COMMITS_BOUNDS.partition_point(|&bound| bound < commits);
        self.group_commits_buckets[bucket].fetch_add(1, Relaxed);
    }

    pub fn synced(&self, took: Duration) {
        let micros = took.as_micros() as u64;
        self.syncs.fetch_add(1, Relaxed);
        self.sync_micros_last.store(micros, Relaxed);
        self.sync_micros_sum.fetch_add(micros, Relaxed);
        let bucket = SYNC_MICROS_BOUNDS.partition_point(|&bound| bound < micros);
        self.sync_micros_buckets[bucket].fetch_add(1, Relaxed);
    }

    pub fn failed(&self) {
        self.failures.fetch_add(1, Relaxed);
    }

    pub fn reopened(&self) {
        self.reopenings.fetch_add(1, Relaxed);
    }

    pub fn read(&self) -> Figures {
        Figures {
            groups: self.groups.load(Relaxed),
            commits: self.commits.load(Relaxed),
            events: self.events.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            group_commits_buckets: self.group_commits_buckets.each_ref().map(|count| count.load(Relaxed)),
            syncs: self.syncs.load(Relaxed),
            sync_micros_last: self.sync_micros_last.load(Relaxed),
            sync_micros_sum: self.sync_micros_sum.load(Relaxed),
            sync_micros_buckets: std::array::from_fn(|bucket| self.sync_micros_buckets[bucket].load(Relaxed)),
            failures: self.failures.load(Relaxed),
            reopenings: self.reopenings.load(Relaxed),
        }
    }
}
