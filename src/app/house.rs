//! Everything below HTTP, running: what tests and benchmarks of the actors start, and what the server serves.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_rt::Arbiter;
use tokio::sync::Semaphore;

use crate::actors::{
    Backstage, CheckoutOptions, CheckoutParts, Checkouts, Clock, Creations, Directory, Faults, HoldClock,
    RestartPolicy, SeatWatch, ShowLimits, SnapshotKeeper, Source, Tally, Venues, ViewError, Views, follow_journal,
};
use crate::journal::Journal;
use crate::payments::PaymentGateway;
use crate::store::Store;

/// For the views to store what they have folded, at the end.
const VIEWS_SETTLE: Duration = Duration::from_secs(3);
/// Shows that recover at the same time; more wait for their turn.
const RECOVERIES_MAX: usize = 8;

/// What can be chosen about the actors.
#[derive(Clone)]
pub struct HouseOptions {
    pub limits: ShowLimits,
    pub restart_policy: RestartPolicy,
    pub clock: Clock,
    pub checkout: CheckoutOptions,
    /// All that checkouts, new or old, may be paid through.
    pub gateways: Vec<Arc<dyn PaymentGateway>>,
}

impl Default for HouseOptions {
    fn default() -> Self {
        Self {
            limits: ShowLimits::default(),
            restart_policy: RestartPolicy::default(),
            clock: Clock::System,
            checkout: CheckoutOptions::default(),
            gateways: Vec::new(),
        }
    }
}

/// Cheap to clone. Has to be opened inside an actix system.
#[derive(Clone)]
pub struct House {
    pub directory: Directory,
    pub venues: Venues,
    pub views: Views,
    pub checkouts: Checkouts,
    pub seat_watch: SeatWatch,
    pub store: Store,
    pub journal: Arc<dyn Journal>,
    pub backstage: Arc<Backstage>,
    checkout_runner: Arc<Mutex<Option<Arbiter>>>,
    followers: Arc<Mutex<Vec<Arbiter>>>,
}

impl House {
    /// Starts the followers, the clock and the directory. No show is awake yet.
    pub fn open(journal: Arc<dyn Journal>, store: Store, options: HouseOptions) -> Self {
        let store_follower = follow_journal(store.clone(), journal.clone());
        let creations = Creations::new(journal.clone(), store.clone());
        let venues = Venues::new(journal.clone(), store.clone(), creations.clone());
        let source = Source { journal: journal.clone(), store: store.clone(), venues: venues.clone() };
        let (views, projectors) = Views::start(&source);
        let (seat_watch, announcer) = SeatWatch::start(journal.clone());
        let (hold_clock, clock_runner) = HoldClock::new();
        let backstage = Arc::new(Backstage {
            journal: journal.clone(),
            store: store.clone(),
            venues: venues.clone(),
            creations,
            clock: options.clock.clone(),
            hold_clock,
            snapshots: SnapshotKeeper::start(store.clone()),
            recoveries: Semaphore::new(RECOVERIES_MAX),
            restart_policy: options.restart_policy,
            limits: options.limits,
            faults: Faults::default(),
            tally: Tally::default(),
        });
        let directory = Directory::new(backstage.clone());
        let ticking = directory.clone();
        actix_rt::spawn(clock_runner.run(options.clock, Arc::new(move |show| ticking.tick(show))));
        let (checkouts, runner) = Checkouts::start(CheckoutParts {
            journal: journal.clone(),
            store: store.clone(),
            directory: directory.clone(),
            views: views.clone(),
            creations: backstage.creations.clone(),
            clock: backstage.clock.clone(),
            gateways: options.gateways,
            options: options.checkout,
        });
        let checkout_runner = Arc::new(Mutex::new(Some(runner)));
        let followers = Arc::new(Mutex::new(vec![store_follower, projectors, announcer]));
        Self { directory, venues, views, checkouts, seat_watch, store, journal, backstage, checkout_runner, followers }
    }

    /// Waits until the views have caught up with the journal, then tells the clock which shows have something due.
    pub async fn ready(&self, within: Duration) -> Result<(), ViewError> {
        self.views.caught_up(within).await?;
        for (show, at) in self.views.wake_times()? {
            self.backstage.hold_clock.look_at(show, Some(at));
        }
        Ok(())
    }

    /// Puts all shows to sleep with what they owe answered and a snapshot stored, then stops following. The journal and
    /// the store can be closed after that. Blocks at its end.
    pub async fn leave(&self, within: Duration) {
        // First of all: it would wake shows again. What it has begun goes on at the next start.
        let runner = self.checkout_runner.lock().expect("nothing panics while it holds this lock").take();
        if let Some(runner) = runner {
            runner.stop();
            let _ = runner.join();
        }
        let deadline = Instant::now() + within;
        let late = self.directory.leave(within).await;
        if late > 0 {
            tracing::warn!(late, "some shows were not done in time; what they had acknowledged is durable");
        }
        self.backstage.snapshots.settle();
        self.views.settle(VIEWS_SETTLE.min(deadline.saturating_duration_since(Instant::now()))).await;
        for follower in self.followers.lock().expect("nothing panics while it holds this lock").drain(..) {
            follower.stop();
            // An error means that the thread has panicked; it has ended either way.
            let _ = follower.join();
        }
    }
}
