//! The lives of the runner: each begins with what is open according to the log, and after a death nothing of it is used
//! any more. A drive that dies takes its own row along, and no other.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::faults::CheckoutCrashMode;
use super::log::Written;
use super::{Checkouts, Inner};
use crate::actors::projector::ViewName;
use crate::actors::supervision::panic_text;
use crate::domain::CheckoutId;

/// Between two lives, and between two tries to read what cannot be read.
const PAUSE: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(5);

impl Checkouts {
    /// Makes the runner die, or a drive of it. Returns which life it is that was told to.
    pub fn crash(&self, mode: CheckoutCrashMode) -> u64 {
        let life = self.0.table().life;
        tracing::warn!(life, ?mode, "a crash of checkouts is injected");
        self.0.faults.order(mode);
        self.0.sooner.notify_one();
        life
    }

    /// Which life the runner is in, once it knows again all that is open.
    pub fn life(&self) -> Option<u64> {
        let life = self.0.table().life;
        self.0.is_ready.borrow().then_some(life)
    }
}

impl Inner {
    pub(super) async fn live(self: Arc<Self>) {
        loop {
            self.is_ready.send_replace(false);
            let life = self.table().begin_life();
            let lived = AssertUnwindSafe(self.one_life(life)).catch_unwind().await;
            let cause = lived.err().map_or_else(|| "it ended".to_owned(), |panic| panic_text(&*panic));
            tracing::error!(life, cause, "the runner of checkouts died and begins again");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn one_life(self: &Arc<Self>, life: u64) {
        let open = self.open_checkouts().await;
        let began = Instant::now();
        for id in &open {
            // What an earlier life may still be writing is fenced off.
            let read = if life > 1 { self.log.take_over(*id).await } else { self.log.read(*id).await };
            match read {
                Ok(Some(written)) => self.take_in(written),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(checkout = %id, error, "an open checkout cannot be read; it is tried again");
                    self.spawn_seek(life, *id);
                }
            }
        }
        if !open.is_empty() {
            let millis = began.elapsed().as_millis() as u64;
            tracing::info!(count = open.len(), millis, "open checkouts go on");
        }
        self.is_ready.send_replace(true);
        tokio::join!(self.watch_the_clock(), self.teach());
    }

    async fn open_checkouts(&self) -> Vec<CheckoutId> {
        loop {
            let end = *self.log.journal.durable().borrow();
            if self.views.reached(ViewName::Checkouts, end, CAUGHT_UP_WITHIN).await.is_ok()
                && let Ok(open) = self.views.open_checkouts()
            {
                return open;
            }
            tracing::warn!("checkouts go on once their view has caught up");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Puts a checkout into the table and lets it go on.
    pub(super) fn take_in(self: &Arc<Self>, written: Written) {
        let id = written.state.id();
        self.table().insert(written);
        self.kick(id);
    }

    async fn watch_the_clock(self: &Arc<Self>) {
        loop {
            self.faults.strike(CheckoutCrashMode::Runner);
            let (look, retry) = {
                let table = self.table();
                (table.next_look(), table.next_retry())
            };
            let looks = async {
                match look {
                    Some(at) => self.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let retries = async {
                match retry {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.sooner.notified() => {}
                () = looks => {}
                () = retries => {}
            }
            let due = self.table().take_due(self.now(), Instant::now());
            due.into_iter().for_each(|id| self.kick(id));
        }
    }

    /// Has the checkout driven, unless it is.
    pub(super) fn kick(self: &Arc<Self>, id: CheckoutId) {
        let life = {
            let mut table = self.table();
            if !table.begin_drive(id) {
                return;
            }
            table.life
        };
        let this = self.clone();
        self.arbiter.spawn(async move {
            let driven = async {
                this.faults.strike(CheckoutCrashMode::Drive);
                this.drive(life, id).await;
            };
            if let Err(panic) = AssertUnwindSafe(driven).catch_unwind().await {
                this.bury(life, id, &panic_text(&*panic)).await;
            }
        });
    }

    /// The row goes with the drive that died on it, and comes again from the log.
    async fn bury(self: &Arc<Self>, life: u64, id: CheckoutId, cause: &str) {
        let deaths = self.table().rows.get(&id).map_or(1, |row| row.deaths + 1);
        let after = self.options.retry_after(deaths);
        tracing::error!(checkout = %id, cause, deaths, after_ms = after.as_millis() as u64, "a checkout's drive died");
        self.table().note_death(life, id, deaths, cause);
        tokio::time::sleep(after).await;
        self.fetch(life, id).await;
    }

    fn spawn_seek(self: &Arc<Self>, life: u64, id: CheckoutId) {
        let this = self.clone();
        self.arbiter.spawn(async move { this.seek(life, id).await });
    }

    /// Brings in a checkout that has no row, if it has begun. A row that has come meanwhile is somebody else's to drive.
    pub(super) async fn seek(self: &Arc<Self>, life: u64, id: CheckoutId) {
        let has_row = || self.table().rows.contains_key(&id);
        if let Some(Some(written)) = self.taken_over(life, id, has_row).await
            && self.table().life == life
        {
            self.take_in(written);
        }
    }

    /// Makes the row again from the log, and has it driven. By whoever drove it, and nobody else: two would fence each
    /// other off for ever.
    pub(super) async fn fetch(self: &Arc<Self>, life: u64, id: CheckoutId) {
        if let Some(found) = self.taken_over(life, id, || false).await
            && self.table().replace(life, id, found)
        {
            self.kick(id);
        }
    }

    /// What its log says, after as many tries as it takes. `None`: this life is over, or nobody needs it any more.
    async fn taken_over(&self, life: u64, id: CheckoutId, is_needless: impl Fn() -> bool) -> Option<Option<Written>> {
        let mut tries = 0;
        while self.table().life == life && !is_needless() {
            tries += 1;
            let read = AssertUnwindSafe(self.log.take_over(id)).catch_unwind().await;
            match read.unwrap_or_else(|panic| Err(panic_text(&*panic))) {
                Ok(found) => return Some(found),
                Err(error) if tries == 1 => {
                    tracing::warn!(checkout = %id, error, "a checkout cannot be read; it is tried again");
                }
                Err(error) => tracing::debug!(checkout = %id, tries, error, "a checkout can still not be read"),
            }
            tokio::time::sleep(PAUSE.saturating_mul(tries).min(PAUSE_MAX)).await;
        }
        None
    }
}
