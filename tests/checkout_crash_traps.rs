//! Trapdoors under the runner of checkouts: a journal and a payment provider that let whoever writes or calls fall, once,
//! before or after a write or a call of one's choice. Everything else goes through.

use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::{oneshot, watch};
use understudy::actors::{CheckoutCrashMode, Checkouts};
use understudy::domain::{CheckoutId, CommandId, StreamId};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{
    AppendError, Appended, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError, Record,
};

use super::house::until;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    CheckoutAppend,
    /// Of a command, not of the clock.
    ShowAppend,
    GatewayCall,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    Before,
    After,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Death {
    /// Whoever writes or calls panics.
    Panic,
    /// The runner begins a new life, and whoever writes or calls is never heard of again: as if the process had died.
    Runner,
    /// The runner begins a new life, and whoever writes or calls goes on beside it, late.
    Ghost,
}

/// The nth time that the run comes to this place, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub place: Place,
    pub nth: u32,
    pub side: Side,
    pub death: Death,
}

/// What one run comes by: its show and its checkouts, so that a ghost of an earlier run is not counted.
#[derive(Default)]
struct Run {
    show: Option<StreamId>,
    checkouts: HashSet<CheckoutId>,
    point: Option<Point>,
    counts: [u32; 3],
    has_struck: bool,
}

#[derive(Default)]
pub struct Traps {
    run: Mutex<Run>,
    pub runner: OnceLock<Checkouts>,
}

impl Traps {
    pub fn set(&self, show: StreamId, checkouts: &[CheckoutId], point: Option<Point>) {
        let checkouts = checkouts.iter().copied().collect();
        *self.run() = Run { show: Some(show), checkouts, point, ..Run::default() };
    }

    /// How often the run has come to this place.
    pub fn count(&self, place: Place) -> u32 {
        self.run().counts[place as usize]
    }

    pub fn have_struck(&self) -> bool {
        self.run().has_struck
    }

    /// Of a call at the provider: by its key, or the checkout that it names.
    pub fn step_of(&self, checkout: &str) -> Option<Point> {
        let id = checkout.split(':').next().and_then(|text| uuid::Uuid::try_parse(text).ok()).map(CheckoutId);
        self.step(Place::GatewayCall, |run| id.is_some_and(|id| run.checkouts.contains(&id)))
    }

    fn step(&self, place: Place, is_of_run: impl FnOnce(&Run) -> bool) -> Option<Point> {
        let mut run = self.run();
        if !is_of_run(&run) {
            return None;
        }
        run.counts[place as usize] += 1;
        let nth = run.counts[place as usize];
        let point = run.point.filter(|point| point.place == place && point.nth == nth)?;
        run.has_struck = true;
        Some(point)
    }

    /// Kills whoever stands there. Who is to live on as a ghost does so in the runner's next life.
    fn fall(&self, point: Point) -> Option<Ghost> {
        let runner = self.runner.get().expect("it is told before anything is begun");
        match point.death {
            Death::Panic => panic!("crash injected: {point:?}"),
            Death::Runner => {
                runner.crash(CheckoutCrashMode::Runner);
                None
            }
            Death::Ghost => {
                let life = runner.crash(CheckoutCrashMode::Runner);
                Some(Ghost { runner: runner.clone(), life })
            }
        }
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody of a life that has ended.
struct Ghost {
    runner: Checkouts,
    life: u64,
}

impl Ghost {
    /// Writes, or hears that it was written, when another has taken over long ago.
    fn append(self, append: impl FnOnce() -> Appended + 'static) -> Appended {
        let (answer, appended) = oneshot::channel();
        actix_rt::spawn(async move {
            until_next_life(&self.runner, self.life).await;
            if let Ok(written) = append().await {
                // It may have been forgotten.
                let _ = answer.send(written);
            }
        });
        appended
    }
}

/// Until the runner that comes after this life knows all that is open.
pub async fn until_next_life(runner: &Checkouts, life: u64) {
    until("the runner has begun its next life", || runner.life().is_some_and(|now| now > life)).await;
}

/// A call at the provider, with the trapdoors before and behind it.
pub fn over_trap<'a, T: Send + 'a>(traps: &'a Traps, point: Option<Point>, call: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    Box::pin(async move {
        let fall = async |side| match point.filter(|point| point.side == side).map(|point| traps.fall(point)) {
            Some(Some(ghost)) => until_next_life(&ghost.runner, ghost.life).await,
            Some(None) => pending().await,
            None => {}
        };
        fall(Side::Before).await;
        let answer = call.await;
        fall(Side::After).await;
        answer
    })
}

pub struct TrappedJournal {
    pub inner: Arc<MemoryJournal>,
    pub traps: Arc<Traps>,
}

impl Journal for TrappedJournal {
    fn append(&self, incarnation: Incarnation, commit: Arc<Commit>) -> Appended {
        let stream = commit.stream;
        let is_asked_for = commit.commands.iter().any(|command| command.id != CommandId::CLOCK);
        let of_show = self.traps.step(Place::ShowAppend, |run| run.show == Some(stream) && is_asked_for);
        let of_checkout = self.traps.step(Place::CheckoutAppend, |run| run.checkouts.contains(&CheckoutId(stream.0)));
        let Some(point) = of_show.or(of_checkout) else { return self.inner.append(incarnation, commit) };
        match point.side {
            Side::Before => match self.traps.fall(point) {
                Some(ghost) => {
                    let inner = self.inner.clone();
                    ghost.append(move || inner.append(incarnation, commit))
                }
                None => never(),
            },
            Side::After => {
                let appended = self.inner.append(incarnation, commit);
                self.traps.fall(point).map_or_else(never, |ghost| ghost.append(|| appended))
            }
        }
    }

    fn fence(&self, stream: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        self.inner.fence(stream)
    }

    fn head(&self, stream: StreamId) -> Option<Head> {
        self.inner.head(stream)
    }

    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        self.inner.read(from, bytes_max)
    }

    fn recent(&self, stream: StreamId, after: Position) -> Option<Vec<Record>> {
        self.inner.recent(stream, after)
    }

    fn durable(&self) -> watch::Receiver<Position> {
        self.inner.durable()
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.inner.health()
    }
}

fn never() -> Appended {
    let (answer, appended) = oneshot::channel();
    std::mem::forget(answer);
    appended
}

/// Whose payment is whose: a look at one names only the payment.
#[derive(Default)]
pub struct Payers(Mutex<HashMap<Box<str>, Box<str>>>);

impl Payers {
    pub fn note(&self, payment: &str, checkout: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(payment.into(), checkout.into());
    }

    pub fn of(&self, payment: &str) -> Box<str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(payment).cloned().unwrap_or_default()
    }
}
