//! One show in the directory: which incarnation lives, how the ones before it died, and what is known of the commands
//! that killed them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::FutureExt;
use tokio::sync::{Notify, watch};

use crate::actors::backstage::ShowLimits;
use crate::actors::permits::Permits;
use crate::actors::send_error::SendError;
use crate::actors::show_actor::ShowAddress;
use crate::domain::plan::SeatingPlan;
use crate::domain::{CommandId, ShowId, Timestamp};
use crate::journal::{AppendError, Incarnation, Version};

/// After how many deaths a command is not tried again.
const DEATHS_PER_COMMAND_MAX: u32 = 2;
/// How many suspects a show keeps in mind.
const SUSPECTS_MAX: usize = 100;

/// What the actor of a show is doing.
#[derive(Clone)]
pub enum Life {
    /// Recovering, or waiting for its next try.
    Starting,
    Awake {
        incarnation: Incarnation,
        address: Arc<ShowAddress>,
    },
    /// For good: who comes next needs a new entry.
    Asleep,
    NotFound,
    Quarantined,
}

/// Which incarnation lives, and where.
pub type Living = (Incarnation, Arc<ShowAddress>);

pub struct Entry {
    pub show_id: ShowId,
    /// For a show that has no events yet.
    pub new_in: Option<Arc<SeatingPlan>>,
    pub permits: Arc<Permits>,
    pub finish_permits: Arc<Permits>,
    life: watch::Sender<Life>,
    pub(super) figures: Figures,
    notes: Mutex<Notes>,
    /// Whether any death is laid to a command: asked for every command, by threads that need not wait for each other.
    has_suspects: AtomicBool,
    released: Notify,
    panic_in_next_replay: AtomicBool,
}

/// What the ops endpoint shows.
#[derive(Default)]
pub struct Figures {
    pub restarts: AtomicU64,
    pub answered: AtomicU64,
    pub version: AtomicU64,
    pub events_replayed: AtomicU64,
    pub recovery_micros: AtomicU64,
}

/// A life ended because there was nothing to do before this time.
pub struct FellAsleep {
    pub until: Option<Timestamp>,
}

#[derive(Default)]
struct Notes {
    /// The command that is being decided right now.
    handling: Option<CommandId>,
    deaths_by_command: HashMap<CommandId, u32>,
    fell_asleep: Option<FellAsleep>,
    failed_append: Option<String>,
    last_cause: Option<String>,
}

impl Entry {
    pub fn new(show_id: ShowId, new_in: Option<Arc<SeatingPlan>>, limits: &ShowLimits) -> Self {
        Self {
            show_id,
            new_in,
            permits: Permits::new(limits.permits_per_show),
            finish_permits: Permits::new(limits.finish_permits_per_show),
            life: watch::Sender::new(Life::Starting),
            figures: Figures::default(),
            notes: Mutex::default(),
            has_suspects: AtomicBool::new(false),
            released: Notify::new(),
            panic_in_next_replay: AtomicBool::new(false),
        }
    }

    pub fn life(&self) -> Life {
        self.life.borrow().clone()
    }

    pub fn publish(&self, life: Life) {
        self.life.send_replace(life);
    }

    /// A living incarnation later than `dead`; waits for it.
    pub async fn awake_after(
        &self,
        dead: Option<Incarnation>,
        deadline: tokio::time::Instant,
    ) -> Result<Living, SendError> {
        if let Some(found) = usable(&self.life.borrow(), dead) {
            return found;
        }
        let mut lives = self.life.subscribe();
        let changed = lives.wait_for(|life| usable(life, dead).is_some());
        match tokio::time::timeout_at(deadline, changed).await {
            Ok(Ok(life)) => usable(&life, dead).expect("that is what was waited for"),
            Ok(Err(_)) => Err(SendError::OutcomeUnknown),
            Err(_) => Err(SendError::OutcomeUnknown),
        }
    }

    /// Set around every decision, so that a death can be laid to the command that caused it.
    pub fn handling(&self, command: Option<CommandId>) {
        self.notes().handling = command;
    }

    /// A life has ended in a panic: lays it to the command that was being decided, if any.
    pub fn note_panic(&self, cause: &str) {
        let mut notes = self.notes();
        notes.last_cause = Some(cause.to_owned());
        if let Some(command) = notes.handling.take() {
            if notes.deaths_by_command.len() >= SUSPECTS_MAX {
                notes.deaths_by_command.retain(|_, deaths| *deaths >= DEATHS_PER_COMMAND_MAX);
            }
            let deaths = notes.deaths_by_command.entry(command).or_default();
            *deaths += 1;
            self.has_suspects.store(true, Ordering::Release);
            if *deaths == DEATHS_PER_COMMAND_MAX {
                let show = self.show_id;
                tracing::error!(%show, command = %format_args!("{:032x}", command.0), cause, "a command killed two incarnations: it is refused until an operator releases the show (POST /v1/ops/shows/{show}/release)");
            }
        }
    }

    pub fn note_cause(&self, cause: &str) {
        self.notes().last_cause = Some(cause.to_owned());
    }

    pub fn is_quarantined(&self, command: CommandId) -> bool {
        self.has_suspects.load(Ordering::Acquire)
            && self.notes().deaths_by_command.get(&command).is_some_and(|deaths| *deaths >= DEATHS_PER_COMMAND_MAX)
    }

    pub fn quarantined_commands(&self) -> Vec<CommandId> {
        let notes = self.notes();
        let killers = notes.deaths_by_command.iter().filter(|(_, deaths)| **deaths >= DEATHS_PER_COMMAND_MAX);
        killers.map(|(id, _)| *id).collect()
    }

    pub fn note_asleep(&self, until: Option<Timestamp>) {
        self.notes().fell_asleep = Some(FellAsleep { until });
    }

    pub fn take_asleep(&self) -> Option<FellAsleep> {
        self.notes().fell_asleep.take()
    }

    pub fn note_failed_append(&self, error: &AppendError) {
        self.notes().failed_append = Some(error.to_string());
    }

    pub fn take_failed_append(&self) -> Option<String> {
        self.notes().failed_append.take()
    }

    pub fn note_progress(&self, answers: u64, durable: Version) {
        self.figures.answered.fetch_add(answers, Ordering::Relaxed);
        self.figures.version.store(durable, Ordering::Relaxed);
    }

    pub fn note_recovery(&self, events_replayed: u64, micros: u64, version: Version) {
        self.figures.events_replayed.store(events_replayed, Ordering::Relaxed);
        self.figures.recovery_micros.store(micros, Ordering::Relaxed);
        self.figures.version.store(version, Ordering::Relaxed);
    }

    pub fn note_restart(&self) {
        self.figures.restarts.fetch_add(1, Ordering::Relaxed);
    }

    /// How many commands were answered so far: grows while the show achieves something.
    pub fn answered(&self) -> u64 {
        self.figures.answered.load(Ordering::Relaxed)
    }

    pub fn last_cause(&self) -> Option<String> {
        self.notes().last_cause.clone()
    }

    pub fn panic_in_next_replay(&self) {
        self.panic_in_next_replay.store(true, Ordering::Release);
    }

    pub fn take_panic_in_replay(&self) -> bool {
        self.panic_in_next_replay.swap(false, Ordering::AcqRel)
    }

    /// Lets a quarantined show try again, and quarantined commands too.
    pub fn release(&self) {
        let mut notes = self.notes();
        notes.deaths_by_command.clear();
        self.has_suspects.store(false, Ordering::Release);
        drop(notes);
        self.released.notify_one();
    }

    pub async fn released(&self) {
        self.released.notified().await;
    }

    /// A release that came while there was nothing to release must not end the quarantine that begins now.
    pub fn forget_release(&self) {
        let _ = self.released.notified().now_or_never();
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().expect("nothing panics while it holds this lock")
    }
}

/// What a caller can do with this life: talk to it, give up, or (`None`) wait.
fn usable(life: &Life, dead: Option<Incarnation>) -> Option<Result<Living, SendError>> {
    match life {
        Life::Awake { incarnation, address } if dead.is_none_or(|dead| *incarnation > dead) => {
            Some(Ok((*incarnation, address.clone())))
        }
        Life::Awake { .. } | Life::Starting => None,
        // The caller looks the show up again, and wakes it.
        Life::Asleep => Some(Err(SendError::OutcomeUnknown)),
        Life::NotFound => Some(Err(SendError::ShowNotFound)),
        Life::Quarantined => Some(Err(SendError::ShowQuarantined)),
    }
}
