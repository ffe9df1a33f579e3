//! The supervisor of one show: lives follow each other until the show sleeps. Nothing that happens in a life, a panic
//! in the fold included, ends this loop.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{AsyncContext, Context};
use futures_util::FutureExt;

use super::life::{Death, live, panic_text};
use super::recovery::{RecoveryError, recover};
use super::restart_policy::{Restarts, Verdict};
use crate::actors::backstage::Backstage;
use crate::actors::directory::{Entry, FellAsleep, Life};
use crate::actors::show_actor::{Desk, InTray, ShowActor, ShowAddress};
use crate::actors::tally::Cause;
use crate::journal::Health;

/// Why a life ended, as far as the next step depends on it.
enum End {
    Slept(FellAsleep),
    NoSuchShow,
    /// The journal or the store: not the show's fault.
    Unavailable(String),
    Died(String),
    /// It said nothing: its context came to an end.
    Stopped,
}

/// Returns when the show sleeps, or when there is none.
pub async fn supervise(entry: Arc<Entry>, backstage: Arc<Backstage>) {
    let began = Instant::now();
    let mut restarts = Restarts::default();
    let mut tries = 0;
    loop {
        let answered_before = entry.answered();
        let end = AssertUnwindSafe(one_life(&entry, &backstage)).catch_unwind().await;
        let end = end.unwrap_or_else(|panic| End::Died(panic_text(&*panic)));
        let achieved = entry.answered() > answered_before;
        match end {
            End::Slept(FellAsleep { until }) => {
                entry.publish(Life::Asleep);
                // Once more: a tick may have gone to the one who was about to sleep.
                return backstage.hold_clock.look_at(entry.show_id, until);
            }
            End::NoSuchShow => return entry.publish(Life::NotFound),
            End::Unavailable(reason) => {
                entry.publish(Life::Starting);
                tries = if achieved { 1 } else { tries + 1 };
                if u32::is_power_of_two(tries) {
                    tracing::warn!(show = %entry.show_id, reason, tries, "the show waits, and tries again");
                }
                entry.note_cause(&reason);
                backstage.tally.restart(Cause::Unavailable);
                wait_for_better_times(&backstage, tries).await;
            }
            End::Died(_) | End::Stopped => {
                let (cause, kind) = cause_of(end);
                backstage.tally.restart(kind);
                entry.publish(Life::Starting);
                entry.note_panic(&cause);
                let jitter = f64::from(began.elapsed().subsec_nanos() % 1_000) / 1_000.0;
                let verdict = restarts.after_death(&backstage.restart_policy, began.elapsed(), achieved, jitter);
                after_death(&entry, &mut restarts, verdict, cause).await;
            }
        }
        entry.note_restart();
    }
}

fn cause_of(end: End) -> (String, Cause) {
    match end {
        End::Died(cause) => (cause, Cause::Panic),
        End::Stopped => ("its context stopped".to_owned(), Cause::Stopped),
        End::Slept(_) | End::NoSuchShow | End::Unavailable(_) => unreachable!("nobody has died"),
    }
}

async fn after_death(entry: &Entry, restarts: &mut Restarts, verdict: Verdict, cause: String) {
    let show = entry.show_id;
    match verdict {
        Verdict::Restart { after } => {
            tracing::warn!(%show, cause, after_ms = after.as_millis() as u64, "the show's actor died; the next one begins");
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
        }
        Verdict::Quarantine => {
            tracing::error!(%show, cause, "the show's actor keeps dying: quarantined until an operator releases it (POST /v1/ops/shows/{show}/release)");
            entry.forget_release();
            entry.publish(Life::Quarantined);
            entry.released().await;
            tracing::info!(%show, "released from quarantine");
            restarts.forget();
            entry.publish(Life::Starting);
        }
    }
}

async fn one_life(entry: &Arc<Entry>, backstage: &Arc<Backstage>) -> End {
    let began = Instant::now();
    entry.handling(None);
    let recovered = match recover(backstage, entry.show_id, entry.new_in.clone()).await {
        Ok(recovered) => recovered,
        Err(RecoveryError::NoSuchShow) => return End::NoSuchShow,
        Err(RecoveryError::Unavailable(reason)) => return End::Unavailable(reason),
        Err(error @ RecoveryError::Unreadable(_)) => return End::Died(error.to_string()),
    };
    assert!(!entry.take_panic_in_replay(), "crash injected: in replay");
    let micros = began.elapsed().as_micros() as u64;
    backstage.tally.recovery(recovered.events_replayed, began.elapsed());
    entry.note_recovery(recovered.events_replayed, micros, recovered.version);
    let (incarnation, replayed, version) = (recovered.incarnation, recovered.events_replayed, recovered.version);
    tracing::debug!(show = %entry.show_id, ?incarnation, version, replayed, micros, "the show's actor lives");

    let context = Context::new();
    let tray = Arc::<InTray>::default();
    let address = Arc::new(ShowAddress { mailbox: context.address(), tray: tray.clone() });
    let desk = Desk::new(recovered, entry.clone(), backstage.clone());
    let actor = ShowActor::new(desk, tray, entry.clone(), backstage.limits.idle);
    entry.publish(Life::Awake { incarnation, address });
    match live(context, actor).await {
        Death::Stopped => match (entry.take_asleep(), entry.take_failed_append()) {
            (Some(slept), _) => End::Slept(slept),
            (None, Some(reason)) => End::Unavailable(reason),
            (None, None) => End::Stopped,
        },
        Death::Panicked(cause) => End::Died(cause),
    }
}

/// The journal says when it can be written again. Where it can, the store is in the way, which may be made anew for
/// minutes: it is looked at every half second at last.
async fn wait_for_better_times(backstage: &Backstage, tries: u32) {
    let mut pause = Duration::from_millis(1);
    if backstage.journal.is_writable() {
        pause *= 1 << tries.min(9);
    } else {
        let mut health = backstage.journal.health();
        let writable = health.wait_for(|health| *health == Health::Writable);
        let _ = tokio::time::timeout(Duration::from_millis(500), writable).await;
    }
    tokio::time::sleep(pause).await;
}
