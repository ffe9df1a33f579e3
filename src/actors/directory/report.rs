//! What operators see of the actors.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::Serialize;

use super::{Directory, Entry, Life};
use crate::actors::tally::Tallied;
use crate::domain::ShowId;

/// One show that is awake, recovering or quarantined.
#[derive(Clone, Debug, Serialize)]
pub struct ActorReport {
    pub show_id: ShowId,
    /// `awake`, `starting`, `quarantined`, `asleep`.
    pub state: &'static str,
    pub incarnation: u64,
    pub restarts: u64,
    pub last_cause: Option<String>,
    pub version: u64,
    pub answered: u64,
    /// In its last recovery.
    pub events_replayed: u64,
    pub recovery_micros: u64,
    /// Commands inside: being decided, or waiting for the disk.
    pub queue_depth: u32,
    /// Ids of commands that killed two incarnations, as 32 hexadecimal digits.
    pub quarantined_commands: Vec<String>,
}

impl Directory {
    /// Every show that is not asleep, ordered by id.
    pub fn actors(&self) -> Vec<ActorReport> {
        let entries: Vec<Arc<Entry>> = {
            let entries = self.0.entries.read().expect("nothing panics while it holds this lock");
            entries.values().cloned().collect()
        };
        let mut reports: Vec<_> = entries.iter().map(|entry| report(entry)).collect();
        reports.sort_by_key(|report| report.show_id);
        reports
    }

    /// Commands inside, in all: those that begin a sale, and those that finish one.
    pub fn permits_taken(&self) -> (u32, u32) {
        (self.0.permits.taken(), self.0.finish_permits.taken())
    }

    /// How many of each may be inside.
    pub fn permits_max(&self) -> (u32, u32) {
        (self.0.permits.max(), self.0.finish_permits.max())
    }

    /// What has happened since the start.
    pub fn tallied(&self) -> Tallied {
        self.0.backstage.tally.read()
    }
}

fn report(entry: &Entry) -> ActorReport {
    let (state, incarnation) = match entry.life() {
        Life::Awake { incarnation, .. } => ("awake", incarnation.0),
        Life::Starting => ("starting", 0),
        Life::Quarantined => ("quarantined", 0),
        Life::Asleep | Life::NotFound => ("asleep", 0),
    };
    let figures = &entry.figures;
    ActorReport {
        show_id: entry.show_id,
        state,
        incarnation,
        restarts: figures.restarts.load(Ordering::Relaxed),
        last_cause: entry.last_cause(),
        version: figures.version.load(Ordering::Relaxed),
        answered: figures.answered.load(Ordering::Relaxed),
        events_replayed: figures.events_replayed.load(Ordering::Relaxed),
        recovery_micros: figures.recovery_micros.load(Ordering::Relaxed),
        queue_depth: entry.permits.taken() + entry.finish_permits.taken(),
        quarantined_commands: entry.quarantined_commands().iter().map(|id| format!("{:032x}", id.0)).collect(),
    }
}
