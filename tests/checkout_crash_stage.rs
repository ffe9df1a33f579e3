//! The stage of the crash points: the real house over a journal in memory and the simulated provider, both with
//! trapdoors. A [`Story`] is played on it once undisturbed, and then once for every point at which somebody can fall.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::time::sleep;
use understudy::actors::{CheckoutOptions, Clock, ManualClock, RestartPolicy, ShowLimits};
use understudy::app::{House, HouseOptions, STORE_DIR};
use understudy::domain::command::HoldSeats;
use understudy::domain::plan::SeatingPlan;
use understudy::domain::{
    Action, Checkout, CheckoutId, Command, CommandId, Fingerprint, HoldId, ShowId, StreamId, Timestamp, VenueId,
};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{Journal, Position};
use understudy::payments::Secret;
use understudy::payments::simulated::{Pays, SimulatedGateway, SimulatedOptions};
use understudy::store::{Options as StoreOptions, Store};
use uuid::Uuid;

use super::actors_requests::{label, plan};
use super::checkout_crash_deeds::Story;
use super::checkout_crash_provider::TrappedGateway;
use super::checkout_crash_traps::{Death, Point, TrappedJournal, Traps, until_next_life};
use super::house::{DEADLINE, Patience, import_venue, keep_injected_panics_quiet, on_sale, until};

/// A house that stories are played in, one after the other.
pub struct Theatre {
    pub house: House,
    pub traps: Arc<Traps>,
    pub memory: Arc<MemoryJournal>,
    pub gateway: Arc<TrappedGateway>,
    pub clock: ManualClock,
    venue: VenueId,
    pub plan: Arc<SeatingPlan>,
    /// Removed last.
    _dir: TempDir,
}

/// One run of a story.
pub struct Run<'a> {
    pub theatre: &'a Theatre,
    pub show: ShowId,
    pub hold: HoldId,
    pub checkouts: Vec<CheckoutId>,
    pub begins_at: Position,
    pub began: Timestamp,
    last_nudge: Instant,
    /// Somebody is to fall.
    pub point: Option<Point>,
}

/// Opens a theatre, plays, and closes it.
pub fn on_stage<T>(play: impl AsyncFnOnce(&Theatre) -> T) -> T {
    keep_injected_panics_quiet();
    let system = actix_rt::System::new();
    let outcome = system.block_on(async {
        let theatre = Theatre::open().await;
        let outcome = play(&theatre).await;
        theatre.house.leave(DEADLINE).await;
        theatre.house.store.close().expect("the store closes");
        outcome
    });
    actix_rt::System::current().stop();
    system.run().expect("nothing asked for another end");
    outcome
}

impl Theatre {
    async fn open() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let memory = Arc::new(MemoryJournal::new());
        let traps = Arc::new(Traps::default());
        let opened = Store::open(&dir.path().join(STORE_DIR), StoreOptions::default(), &*memory);
        let (store, _) = opened.expect("the store opens");
        let simulated = SimulatedOptions {
            pays: Pays::WhenTold,
            webhooks: false,
            counts_effects: true,
            // They are pending until the story says how they end.
            refunds_after_ms: 1,
            ..SimulatedOptions::default()
        };
        let (simulated, _) = SimulatedGateway::open(simulated, Secret::new("s"), None).expect("sound options");
        let gateway = Arc::new(TrappedGateway::new(simulated, traps.clone()));
        let clock = ManualClock::new(Timestamp::from_micros(1_800_000_000_000_000));
        let backoff = (Duration::from_millis(1), Duration::from_millis(5));
        let options = HouseOptions {
            limits: ShowLimits { command_deadline: DEADLINE, arbiters: 1, ..ShowLimits::default() },
            restart_policy: RestartPolicy {
                backoff_first: backoff.0,
                backoff_max: backoff.1,
                ..RestartPolicy::default()
            },
            clock: Clock::Manual(clock.clone()),
            checkout: CheckoutOptions {
                equal_seats: true,
                retry_first: backoff.0,
                retry_max: backoff.1,
                refund_again_first: Duration::ZERO,
                ..CheckoutOptions::default()
            },
            gateways: vec![gateway.clone()],
        };
        let journal = Arc::new(TrappedJournal { inner: memory.clone(), traps: traps.clone() });
        let house = House::open(journal, store, options);
        house.ready(DEADLINE).await.expect("the views catch up");
        let told = traps.runner.set(house.checkouts.clone());
        assert!(told.is_ok(), "there is one runner");
        let venue = import_venue(&house, CommandId(1), Fingerprint(7)).await.expect("the venue is imported");
        let plan = Arc::new(SeatingPlan::new(plan()));
        Self { house, traps, memory, gateway, clock, venue, plan, _dir: dir }
    }

    /// Plays the story to its end. Whoever stands on `point` falls.
    pub async fn play(&self, story: &Story, point: Option<Point>) -> Run<'_> {
        self.gateway.mend();
        until("the runner is ready", || self.house.checkouts.life().is_some()).await;
        let begins_at = self.memory.durable().borrow().next();
        let mut run = Run {
            theatre: self,
            show: ShowId(Uuid::now_v7()),
            hold: HoldId(Uuid::now_v7()),
            checkouts: story.ends.iter().map(|_| CheckoutId(Uuid::now_v7())).collect(),
            begins_at,
            began: self.house.directory.now(),
            last_nudge: Instant::now(),
            point,
        };
        run.open_the_doors().await;
        self.traps.set(StreamId::from(run.show), &run.checkouts, point);
        let life = self.house.checkouts.life().expect("the runner lives before anybody falls");
        for deed in story.deeds {
            run.act(*deed).await;
        }
        run.until("everything rests", Run::rests).await;
        if point.is_some_and(|point| point.death != Death::Panic) && self.traps.have_struck() {
            until_next_life(&self.house.checkouts, life).await;
            run.until("everything rests, the ghosts included", Run::rests).await;
        }
        run
    }
}

impl Run<'_> {
    async fn open_the_doors(&self) {
        let now = self.theatre.house.directory.now();
        let schedule = self.command(on_sale(self.theatre.venue, now));
        self.theatre.house.directory.schedule(self.show, schedule).await.expect("a show can be scheduled");
        let asked = HoldSeats {
            hold_id: self.hold,
            customer_id: None,
            seats: vec![label(1), label(2)],
            best_available: None,
            general_admission: vec![("Pit".into(), 1)],
        };
        assert!(self.ask(Action::HoldSeats(asked)).await, "the seats are free");
    }

    pub async fn until_state(&mut self, at: usize, what: &str, holds: impl Fn(&Checkout) -> bool) {
        self.until(what, |run| run.state(at).is_some_and(|state| holds(&state))).await;
    }

    /// Once somebody has fallen, the provider's messages come again and again: one of them may have gone down with him.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let mut patience = Patience::default();
        while !holds(self) {
            let states: Vec<_> = (0..self.checkouts.len()).map(|at| self.state(at)).collect();
            assert!(!patience.has_ended(), "waited until {what} with {:?}; they are {states:?}", self.point);
            if self.theatre.traps.have_struck() && self.last_nudge.elapsed() > Duration::from_millis(10) {
                self.last_nudge = Instant::now();
                (0..self.checkouts.len()).for_each(|at| self.nudge(at));
            }
            sleep(Duration::from_micros(300)).await;
        }
    }

    fn rests(&self) -> bool {
        let is_done = |state: Checkout| !state.is_live() && state.next().is_none() && !state.needs_operator();
        let all_done = (0..self.checkouts.len()).all(|at| self.state(at).is_none_or(is_done));
        all_done && self.theatre.house.checkouts.report().open.is_empty()
    }

    fn command(&self, action: Action) -> Command {
        let at = self.theatre.house.directory.now();
        Command { id: CommandId(Uuid::now_v7().as_u128()), fingerprint: Fingerprint(7), at, action }
    }

    /// Whether it is accepted.
    pub async fn ask(&self, action: Action) -> bool {
        let command = self.command(action);
        self.theatre.house.directory.send(self.show, command).await.is_ok()
    }
}
