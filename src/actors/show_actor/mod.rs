//! The actor of one show: the only one who decides for it.
//!
//! Here is what actix needs; what the actor does is in [`Desk`], which knows no actix. The desk is taken out while it
//! works and put back when it is done: after a panic there is none, and whatever actix still delivers while it buries
//! the actor (it polls the mailbox once more, measured with 0.13.5) finds nobody who could decide on half-changed state.

mod answers;
mod batch;
mod desk;
mod in_tray;
mod refusals;
mod snapshots;

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::fut::ActorFutureExt;
use actix::{Actor, ActorContext, AsyncContext, Context, Handler, Message, WrapFuture};
use tokio::sync::oneshot;

pub use answers::{Answer, Reply};
pub use desk::Desk;
pub use in_tray::{InTray, ShowAddress};

use super::directory::Entry;
use super::faults::CrashMode;
use crate::domain::event::ShowTerms;
use crate::domain::plan::SeatingPlan;
use crate::domain::show::Hold;
use crate::domain::{BookingId, Command, HoldId, Refusal, Timestamp};
use crate::journal::{AppendError, Appended, Record};

/// A command, with the one who waits for its answer.
pub struct Decide {
    pub command: Arc<Command>,
    pub reply: Reply,
}

/// There is something in the tray.
pub struct Ring;

impl Message for Ring {
    type Result = ();
}

/// A look at one hold and one booking, for who has to know before it decides to send a command.
pub struct Look {
    pub now: Timestamp,
    pub hold_id: HoldId,
    pub booking_id: BookingId,
    pub reply: Reply,
}

impl Message for Look {
    type Result = ();
}

/// A command that is not to be decided: only whether it was decided before is asked.
pub struct Recall(pub Decide);

impl Message for Recall {
    type Result = ();
}

/// What stands in the show under these ids, and what it is sold on.
#[derive(Debug)]
pub struct Findings {
    pub hold: Result<Hold, Refusal>,
    pub is_booked: bool,
    pub terms: Arc<ShowTerms>,
    pub plan: Arc<SeatingPlan>,
}

/// Something may be due.
pub struct Tick {
    pub now: Timestamp,
}

impl Message for Tick {
    type Result = ();
}

/// Die.
pub struct Crash(pub CrashMode);

impl Message for Crash {
    type Result = ();
}

/// Snapshot what is durable and stop; the process is ending.
pub struct Leave(pub oneshot::Sender<()>);

impl Message for Leave {
    type Result = ();
}

/// Other shows live on the same thread.
const DECIDED_AT_ONCE_MAX: usize = 1_024;

pub struct ShowActor {
    /// `None` while it works, and after a panic.
    desk: Option<Box<Desk>>,
    tray: Arc<InTray>,
    entry: Arc<Entry>,
    idle: Duration,
    last_message: Instant,
}

impl ShowActor {
    pub fn new(desk: Desk, tray: Arc<InTray>, entry: Arc<Entry>, idle: Duration) -> Self {
        Self { desk: Some(Box::new(desk)), tray, entry, idle, last_message: Instant::now() }
    }

    /// Lets the desk work, and decide what waits; then sends off what it has decided. The disk has that already when the
    /// answers to the commit before go out.
    fn work(&mut self, context: &mut Context<Self>, work: impl FnOnce(&mut Desk) -> Result<(), AppendError>) {
        let Some(mut desk) = self.desk.take() else { return };
        if let Err(error) = work(&mut desk) {
            // What the desk holds in memory is ahead of what is durable: it must not decide anything any more.
            self.entry.note_failed_append(&error);
            context.terminate();
            return;
        }
        let waiting = self.tray.take(DECIDED_AT_ONCE_MAX.min(desk.room()));
        if !waiting.is_empty() {
            self.last_message = Instant::now();
        }
        waiting.into_iter().for_each(|Decide { command, reply }| desk.receive(&command, reply));
        if let Some(appended) = desk.append() {
            self.wait_for(appended, context);
        }
        desk.give_answers();
        // Otherwise it works again when the commit is back.
        if !desk.is_busy() && !self.tray.turn_away() {
            context.notify(Ring);
        }
        self.desk = Some(desk);
    }

    /// The actor goes on deciding meanwhile.
    fn wait_for(&mut self, appended: Appended, context: &mut Context<Self>) {
        let answered = appended.into_actor(self).map(|answer, actor, context| {
            let record = answer.unwrap_or_else(|_| Err(AppendError::Unavailable("it has stopped".into())));
            actor.work(context, |desk| desk.appended(record));
        });
        context.spawn(answered);
    }

    fn go_to_sleep_when_idle(&mut self, context: &mut Context<Self>) {
        let idle = self.last_message.elapsed() >= self.idle;
        if !idle || self.desk.as_ref().is_none_or(|desk| desk.is_busy()) || !self.tray.close_if_empty() {
            context.run_later(self.idle.max(Duration::from_millis(10)) / 2, Self::go_to_sleep_when_idle);
            return;
        }
        self.go_to_sleep(context);
    }

    fn go_to_sleep(&mut self, context: &mut Context<Self>) {
        let desk = self.desk.as_mut().expect("the caller has looked at it");
        desk.save_snapshot_before_sleep();
        self.entry.note_asleep(desk.next_due());
        context.terminate();
    }
}

impl Actor for ShowActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        context.run_later(self.idle, Self::go_to_sleep_when_idle);
        self.work(context, |desk| {
            desk.say_when_next_due();
            Ok(())
        });
    }
}

/// Whoever still waits asks the next incarnation.
impl Drop for ShowActor {
    fn drop(&mut self) {
        self.tray.close();
    }
}

impl Handler<Ring> for ShowActor {
    type Result = ();

    fn handle(&mut self, _: Ring, context: &mut Context<Self>) {
        self.work(context, |_| Ok(()));
    }
}

impl Handler<Look> for ShowActor {
    type Result = ();

    fn handle(&mut self, look: Look, _: &mut Context<Self>) {
        self.last_message = Instant::now();
        if let Some(desk) = &mut self.desk {
            desk.look(look);
        }
    }
}

impl Handler<Recall> for ShowActor {
    type Result = ();

    fn handle(&mut self, Recall(Decide { command, reply }): Recall, _: &mut Context<Self>) {
        self.last_message = Instant::now();
        if let Some(desk) = &mut self.desk {
            desk.recall(&command, reply);
        }
    }
}

impl Handler<Tick> for ShowActor {
    type Result = ();

    fn handle(&mut self, tick: Tick, context: &mut Context<Self>) {
        self.work(context, |desk| {
            desk.tick(tick.now);
            Ok(())
        });
    }
}

impl Handler<Leave> for ShowActor {
    type Result = ();

    fn handle(&mut self, leave: Leave, context: &mut Context<Self>) {
        match &self.desk {
            // Answers are still owed: come back when they are given.
            Some(desk) if desk.is_busy() || !self.tray.close_if_empty() => {
                context.notify_later(leave, Duration::from_millis(1));
            }
            Some(_) => {
                self.go_to_sleep(context);
                // Whoever waits may have given up waiting.
                let _ = leave.0.send(());
            }
            // It is dying: its successor has not been told.
            None => {}
        }
    }
}

impl Handler<Crash> for ShowActor {
    type Result = ();

    fn handle(&mut self, crash: Crash, context: &mut Context<Self>) {
        match crash.0 {
            CrashMode::Panic => {
                let _dies_with_it = self.desk.take();
                panic!("crash injected: in a handler");
            }
            CrashMode::PanicInReplay => {
                self.entry.panic_in_next_replay();
                let _dies_with_it = self.desk.take();
                panic!("crash injected: now, and in the next replay");
            }
            CrashMode::PanicInFuture => {
                let dies = async {}.into_actor(self).map(|(), actor, _| {
                    let _dies_with_it = actor.desk.take();
                    panic!("crash injected: in a spawned future");
                });
                context.spawn(dies);
            }
            CrashMode::PanicAfterAppend => {
                if let Some(desk) = &mut self.desk {
                    desk.panic_after_next_append();
                }
            }
            CrashMode::Stop => {
                self.desk = None;
                context.terminate();
            }
        }
    }
}

/// What an append comes back with.
pub type AppendResult = Result<Record, AppendError>;
