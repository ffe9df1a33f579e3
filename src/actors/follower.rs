//! An actor that follows a log: when there is something new, it takes a step. The store's follower and the projectors
//! are such actors, each on a thread where it may block.
//!
//! It knows nothing of what it moves along. After any failure its work is thrown away and begun anew from what is
//! stored, for as long as it takes: a view that lags is a nuisance, a follower that gave up would be an outage.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use actix::fut::ActorFutureExt;
use actix::{Actor, ActorContext, AsyncContext, Context, WrapFuture};
use actix_rt::Arbiter;
use tokio::sync::watch;
use tokio::time::Instant;

use super::supervision::{Death, RestartPolicy, Restarts, Verdict, live, panic_text};
use crate::journal::Position;

/// What moves along behind a log.
pub trait Work: Send + Unpin + 'static {
    /// Whether there is nothing beyond what it has done.
    fn has_reached(&self, end: Position) -> bool;
    /// Does some of what is new. May block; may do nothing yet, where it gathers.
    fn step(&mut self) -> Result<(), String>;
    /// How long after this moment the next step is, at the earliest, unless somebody waits for it: fewer, larger steps
    /// cost less.
    fn pause(&self) -> Duration;
    /// Called when nothing new has come for a while.
    fn rest(&mut self) -> Result<(), String>;
}

/// What a follower is told.
#[derive(Clone)]
pub struct Signals {
    /// How far it can go.
    pub upstream: watch::Receiver<Position>,
    /// How far somebody wants it to be. `None`: nobody ever waits.
    pub wanted: Option<watch::Receiver<Position>>,
}

struct Follower<W> {
    work: W,
    signals: Signals,
    failure: std::sync::mpsc::Sender<String>,
}

/// After this time without anything new the work may rest.
const REST_AFTER: Duration = Duration::from_millis(250);

impl<W: Work> Follower<W> {
    fn wait(&mut self, context: &mut Context<Self>) {
        let Signals { mut upstream, mut wanted } = self.signals.clone();
        let reached = self.work.has_reached(*upstream.borrow_and_update());
        let is_wanted = wanted.as_mut().is_some_and(|wanted| !self.work.has_reached(*wanted.borrow_and_update()));
        // From now on: what comes after a pause is not kept waiting for another.
        let due = Instant::now() + if is_wanted { Duration::ZERO } else { self.work.pause() };
        let news = async move {
            if reached && tokio::time::timeout(REST_AFTER, upstream.changed()).await.is_err() {
                return false;
            }
            gather(due, wanted).await;
            true
        };
        context.spawn(news.into_actor(self).map(|news, actor, context| {
            let done = if news { actor.work.step() } else { actor.work.rest() };
            match done {
                Ok(()) => actor.wait(context),
                Err(reason) => {
                    // The supervisor reads it when this life is over.
                    let _ = actor.failure.send(reason);
                    context.terminate();
                }
            }
        }));
    }
}

/// Until then, or until somebody wants more than was wanted before.
async fn gather(due: Instant, wanted: Option<watch::Receiver<Position>>) {
    match wanted {
        // The other end belongs to what the work writes to: it is there for as long as this waits.
        Some(mut wanted) => drop(tokio::time::timeout_at(due, wanted.changed()).await),
        None => tokio::time::sleep_until(due).await,
    }
}

impl<W: Work> Actor for Follower<W> {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        self.wait(context);
    }
}

/// Runs the work on this thread, life after life, until the thread is stopped. `begin` makes it from what is stored.
pub fn follow<W: Work>(
    arbiter: &Arbiter,
    name: &'static str,
    signals: Signals,
    begin: impl FnMut() -> Result<W, String> + Send + 'static,
) {
    arbiter.spawn_fn(move || {
        actix_rt::spawn(supervise(name, signals, begin));
    });
}

async fn supervise<W: Work>(name: &'static str, signals: Signals, mut begin: impl FnMut() -> Result<W, String>) {
    // Never quarantined: it is the only one of its kind.
    let policy = RestartPolicy { restarts_max: u32::MAX, ..RestartPolicy::default() };
    let mut restarts = Restarts::default();
    let began = std::time::Instant::now();
    loop {
        let cause = match catch_unwind(AssertUnwindSafe(&mut begin)) {
            Ok(Ok(work)) => {
                let (failure, failed) = std::sync::mpsc::channel();
                let actor = Follower { work, signals: signals.clone(), failure };
                match live(Context::new(), actor).await {
                    Death::Stopped => failed.try_recv().unwrap_or_else(|_| "its context stopped".into()),
                    Death::Panicked(cause) => cause,
                }
            }
            Ok(Err(reason)) => reason,
            Err(panic) => panic_text(&*panic),
        };
        let verdict = restarts.after_death(&policy, began.elapsed(), false, 0.5);
        let Verdict::Restart { after } = verdict else { unreachable!("a follower is never quarantined") };
        tracing::error!(
            follower = name,
            cause,
            after_ms = after.as_millis() as u64,
            "a follower died and begins again"
        );
        tokio::time::sleep(after).await;
    }
}
