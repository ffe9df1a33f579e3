//! What the writer publishes and everybody else reads. Nothing is here before it is durable.
//!
//! A panic while one of the locks is held leaves nothing half done (maps and queues are only extended), so a poisoned
//! lock is used like any other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::watch;

use super::checkpoint::Checkpoint;
use super::figures::Counters;
use super::recent::Recent;
use super::recover::Recovered;
use super::segment::Segment;
use crate::journal::streams::Gate;
use crate::journal::{Health, Position, Record};

#[derive(Debug)]
pub(super) struct Shared {
    published: RwLock<Checkpoint>,
    recent: RwLock<Recent>,
    segments: RwLock<Vec<Arc<Segment>>>,
    pub durable: watch::Sender<Position>,
    pub health: watch::Sender<Health>,
    /// Like `health`, at the price of one load.
    writable: AtomicBool,
    pub counters: Arc<Counters>,
}

impl Shared {
    pub fn new(recovered: Recovered, recent_bytes: usize, counters: Arc<Counters>) -> Self {
        let Recovered { segments, end, hash, heads, .. } = recovered;
        Self {
            published: RwLock::new(Checkpoint { position: end, hash, heads }),
            recent: RwLock::new(Recent::new(recent_bytes)),
            segments: RwLock::new(segments),
            durable: watch::Sender::new(end),
            health: watch::Sender::new(Health::Writable),
            writable: AtomicBool::new(true),
            counters,
        }
    }

    /// The durable end, with the heads as they are there.
    pub fn published(&self) -> RwLockReadGuard<'_, Checkpoint> {
        self.published.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A moment ahead of the heads and of `durable`, never ahead of the disk.
    pub fn recent(&self) -> RwLockReadGuard<'_, Recent> {
        self.recent.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// These records are durable now, and with them all that the gate let through.
    pub fn publish(&self, gate: &mut Gate, records: &[Record]) {
        let Some(last) = records.last() else { return };
        // First, so that whoever sees a head finds what leads there.
        self.recent.write().unwrap_or_else(PoisonError::into_inner).extend(records.iter().cloned());
        {
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            gate.publish(&mut published.heads);
            (published.position, published.hash) = (last.position, last.hash);
        }
        self.durable.send_replace(last.position);
    }

    /// The segment in which this position is, or would be, and those after it.
    pub fn segments_from(&self, position: Position) -> Vec<Arc<Segment>> {
        let segments = self.segments.read().unwrap_or_else(PoisonError::into_inner);
        let after = segments.partition_point(|segment| segment.header.first <= position);
        segments[after.saturating_sub(1)..].to_vec()
    }

    /// A segment has begun; one that had no records yet is replaced by it.
    pub fn begin_segment(&self, segment: Arc<Segment>) {
        let mut segments = self.segments.write().unwrap_or_else(PoisonError::into_inner);
        if segments.last().is_some_and(|last| last.header.first == segment.header.first) {
            segments.pop();
        }
        segments.push(segment);
    }

    pub fn set_health(&self, health: Health) {
        self.writable.store(health == Health::Writable, Ordering::Release);
        self.health.send_replace(health);
    }

    pub fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Acquire)
    }

    /// Why nothing is accepted, if so.
    pub fn refusing(&self) -> Option<String> {
        if self.is_writable() {
            return None;
        }
        match &*self.health.borrow() {
            Health::Writable => None,
            Health::Unavailable { reason } => Some(reason.clone()),
        }
    }
}
