//! What every show's actor needs around it.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::clock::Clock;
use super::creations::Creations;
use super::faults::Faults;
use super::hold_clock::HoldClock;
use super::snapshot_keeper::SnapshotKeeper;
use super::supervision::RestartPolicy;
use super::tally::Tally;
use super::venues::Venues;
use crate::journal::Journal;
use crate::store::Store;

pub struct Backstage {
    pub journal: Arc<dyn Journal>,
    pub store: Store,
    pub venues: Venues,
    pub creations: Creations,
    pub clock: Clock,
    pub hold_clock: HoldClock,
    pub snapshots: SnapshotKeeper,
    /// Recoveries at once: each may fold a long log on a thread of its own.
    pub recoveries: Semaphore,
    pub restart_policy: RestartPolicy,
    pub limits: ShowLimits,
    pub faults: Faults,
    pub tally: Tally,
}

/// The bounds of one show's actor and of all together.
#[derive(Clone, Copy, Debug)]
pub struct ShowLimits {
    /// Commands inside at once: per show, and in all.
    pub permits_per_show: u32,
    pub permits_total: u32,
    /// The same for confirm, extend, release and cancel, which have their own.
    pub finish_permits_per_show: u32,
    pub finish_permits_total: u32,
    /// A command that has no answer after this time is answered "outcome unknown".
    pub command_deadline: std::time::Duration,
    /// A show that nobody talks to for this long is put to sleep.
    pub idle: std::time::Duration,
    /// Threads that show actors are spread over.
    pub arbiters: usize,
}

impl Default for ShowLimits {
    fn default() -> Self {
        Self {
            permits_per_show: 4_096,
            permits_total: 16_384,
            finish_permits_per_show: 4_096,
            finish_permits_total: 16_384,
            command_deadline: std::time::Duration::from_secs(5),
            idle: std::time::Duration::from_secs(60),
            arbiters: std::thread::available_parallelism().map_or(2, usize::from),
        }
    }
}
