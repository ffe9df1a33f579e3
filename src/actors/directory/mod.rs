//! Where each show's actor is to be found, and the way of a command to it.
//!
//! The directory holds the caller's command until it is answered: when an actor dies, the command goes to the next
//! incarnation, with the same id, and the caller notices nothing but time.

mod ask;
mod entry;
mod leave;
mod look;
mod recall;
mod report;
mod schedule;
mod send;

use std::sync::{Arc, RwLock};

use actix_rt::{Arbiter, ArbiterHandle};
use ahash::AHashMap;
use tokio::sync::watch;

pub use entry::{Entry, FellAsleep, Life};
pub use report::ActorReport;

use super::backstage::Backstage;
use super::faults::CrashMode;
use super::permits::Permits;
use super::send_error::SendError;
use super::show_actor::{Crash, Tick};
use super::supervision::supervise;
use crate::domain::plan::SeatingPlan;
use crate::domain::{ShowId, StreamId, Timestamp};
use crate::journal::{Health, Incarnation, StreamKind};

/// The address book of all shows. Cheap to clone.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    backstage: Arc<Backstage>,
    /// Shows that are awake, waking, or quarantined. All others sleep, and take no memory here.
    entries: RwLock<AHashMap<ShowId, Arc<Entry>>>,
    arbiters: Vec<ArbiterHandle>,
    permits: Arc<Permits>,
    finish_permits: Arc<Permits>,
    journal_health: watch::Receiver<Health>,
}

impl Directory {
    /// Starts the threads that show actors live on.
    pub fn new(backstage: Arc<Backstage>) -> Self {
        let limits = backstage.limits;
        let arbiters = (0..limits.arbiters.max(1)).map(|_| Arbiter::new().handle()).collect();
        Self(Arc::new(Inner {
            entries: RwLock::default(),
            arbiters,
            permits: Permits::new(limits.permits_total),
            finish_permits: Permits::new(limits.finish_permits_total),
            journal_health: backstage.journal.health(),
            backstage,
        }))
    }

    /// The only clock.
    pub fn now(&self) -> Timestamp {
        self.0.backstage.clock.now()
    }

    /// By that clock, or some time before: look again.
    pub async fn sleep_until(&self, at: Timestamp) {
        self.0.backstage.clock.sleep_until(at).await;
    }

    /// Something of this show may be due. Wakes it if it sleeps. A tick that meets no living actor does no harm: the
    /// next one begins by saying what is due, and one that falls asleep says it once more.
    pub fn tick(&self, show: ShowId) {
        if let Some(entry) = self.entry(show) {
            match entry.life() {
                Life::Awake { address, .. } => address.mailbox.do_send(Tick { now: self.now() }),
                Life::Asleep => {
                    self.forget(&entry);
                    self.entry(show);
                }
                Life::Starting | Life::NotFound | Life::Quarantined => {}
            }
        }
    }

    /// Makes the actor of this show die, once it is alive. Returns which incarnation was told to.
    pub async fn crash(&self, show: ShowId, mode: CrashMode) -> Result<Incarnation, SendError> {
        let entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
        let deadline = tokio::time::Instant::now() + self.0.backstage.limits.command_deadline;
        let (incarnation, address) = entry.awake_after(None, deadline).await?;
        tracing::warn!(%show, ?incarnation, ?mode, "a crash is injected");
        address.mailbox.do_send(Crash(mode));
        Ok(incarnation)
    }

    /// Lets a quarantined show live again, and tries commands again that were refused for killing it.
    pub fn release(&self, show: ShowId) -> Result<(), SendError> {
        let entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
        entry.release();
        Ok(())
    }

    /// The entry of a show that exists, woken if need be.
    fn entry(&self, show: ShowId) -> Option<Arc<Entry>> {
        if let Some(entry) = self.existing_entry(show) {
            return Some(entry);
        }
        match self.0.backstage.journal.head(StreamId::from(show)) {
            Some(head) if head.kind == StreamKind::Show => Some(self.wake(show, None)),
            Some(_) | None => None,
        }
    }

    fn existing_entry(&self, show: ShowId) -> Option<Arc<Entry>> {
        self.0.entries.read().expect("nothing panics while it holds this lock").get(&show).cloned()
    }

    /// The show's entry, with its supervisor running. `new_in`: the plan, for a show without events.
    fn wake(&self, show: ShowId, new_in: Option<Arc<SeatingPlan>>) -> Arc<Entry> {
        let mut entries = self.0.entries.write().expect("nothing panics while it holds this lock");
        if let Some(entry) = entries.get(&show) {
            return entry.clone();
        }
        let entry = Arc::new(Entry::new(show, new_in, &self.0.backstage.limits));
        entries.insert(show, entry.clone());
        drop(entries);
        let arbiter = &self.0.arbiters[(show.0.as_u128() % self.0.arbiters.len() as u128) as usize];
        let (directory, backstage, supervised) = (self.clone(), self.0.backstage.clone(), entry.clone());
        arbiter.spawn_fn(move || {
            actix_rt::spawn(async move {
                supervise(supervised.clone(), backstage).await;
                directory.forget(&supervised);
            });
        });
        entry
    }

    /// The show sleeps; who comes next wakes it anew.
    fn forget(&self, entry: &Arc<Entry>) {
        let mut entries = self.0.entries.write().expect("nothing panics while it holds this lock");
        if entries.get(&entry.show_id).is_some_and(|current| Arc::ptr_eq(current, entry)) {
            entries.remove(&entry.show_id);
        }
    }
}
