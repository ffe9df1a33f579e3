//! Seat maps as they change, for those who watch them live: what is durable is told to all who watch a show, in order,
//! each commit once.
//!
//! It follows the journal by itself: a crash of the show's actor, of a projector or of the announcer here is a pause to
//! those who watch, and no more. What is told is numbered by the show's versions, without gaps, so that every listener
//! can check it. Who listens too slowly loses the thread and is told so: at most [`NEWS_KEPT`] announcements wait.

mod announcer;
mod news;
mod past;
mod stage;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_rt::Arbiter;
use ahash::AHashMap;
use tokio::sync::broadcast;

pub use news::SeatNews;
pub use past::Last;

use self::announcer::Announcer;
use self::stage::Stage;
use super::follower::{Signals, follow};
use crate::domain::ShowId;
use crate::journal::{Journal, Position};
use crate::projections::seat_map::SeatMap;

/// Announcements of one show that wait for whoever is slow; at most one every [`announcer::GATHER`], so some ten
/// seconds of them.
pub const NEWS_KEPT: usize = 256;

/// Every show that is watched. Clones share it.
#[derive(Clone)]
pub struct SeatWatch(Arc<Inner>);

struct Inner {
    journal: Arc<dyn Journal>,
    stages: Mutex<Stages>,
}

#[derive(Default)]
struct Stages {
    by_show: AHashMap<ShowId, Stage>,
    is_closed: bool,
}

/// One listener's beginning: a map, and everything that is announced after it.
pub struct Watching {
    pub position: Position,
    pub map: Arc<SeatMap>,
    pub news: broadcast::Receiver<Arc<SeatNews>>,
}

/// Nobody is told anything any more.
#[derive(Debug)]
pub struct WatchClosed;

impl SeatWatch {
    /// Starts announcing, on a thread of its own. Nothing is done for shows that nobody watches.
    pub fn start(journal: Arc<dyn Journal>) -> (Self, Arbiter) {
        let arbiter = Arbiter::new();
        // Listeners do not wait for a position: they are told what comes.
        let signals = Signals { upstream: journal.durable(), wanted: None };
        let watch = Self(Arc::new(Inner { journal, stages: Mutex::default() }));
        let watched = watch.clone();
        follow(&arbiter, "seat_watch", signals, move || Ok(Announcer::new(watched.clone())));
        (watch, arbiter)
    }

    /// Listens to a show that others watch already. `None`: nobody does.
    pub fn join(&self, show: ShowId) -> Result<Option<Watching>, WatchClosed> {
        let stages = self.open_stages()?;
        Ok(stages.by_show.get(&show).map(Stage::join))
    }

    /// Begins to watch a show from this map, which has folded everything up to this position; joins where somebody was
    /// faster.
    pub fn begin(&self, show: ShowId, position: Position, map: Arc<SeatMap>) -> Result<Watching, WatchClosed> {
        let mut stages = self.open_stages()?;
        Ok(stages.by_show.entry(show).or_insert_with(|| Stage::new(position, map)).join())
    }

    /// Ends the listening of all, for good.
    pub fn close(&self) {
        let mut stages = self.stages();
        stages.is_closed = true;
        stages.by_show.clear();
    }

    fn open_stages(&self) -> Result<MutexGuard<'_, Stages>, WatchClosed> {
        let stages = self.stages();
        if stages.is_closed { Err(WatchClosed) } else { Ok(stages) }
    }

    fn stages(&self) -> MutexGuard<'_, Stages> {
        // Whatever panicked while it changed a stage has taken that stage away: see `Stages::tell`.
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
