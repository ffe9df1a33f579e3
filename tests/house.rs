//! A house in process, as tests of the actors need it: a small venue, a clock that is set, a journal that fails on
//! demand, and a ledger of all that was asked and answered.
//!
//! A [`Playhouse`] is the building: what is on disk stays from evening to evening. An [`Evening`] is the house open. When
//! it ends, whatever the test did, ledger, log and views have to agree: see `actors_invariant.rs`.

use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use understudy::actors::{
    ActorReport, Clock, CrashMode, ImportVenue, ManualClock, Receipt, RestartPolicy, SendError, ShowLimits,
};
use understudy::app::{Data, House, HouseOptions, STORE_DIR};
use understudy::domain::event::ShowTerms;
use understudy::domain::money::Money;
use understudy::domain::{Action, Command, CommandId, Fingerprint, ShowId, StreamId, Timestamp, VenueId};
use understudy::journal::local::{DiskFaults, LocalJournal, Options};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{Journal, Position, Record};
use understudy::store::{Options as StoreOptions, Store};
use uuid::Uuid;

use crate::actors_invariant::{Ledger, check};
pub use crate::actors_requests::{PIT, SEATS, confirm, give_back, hold, label, new_hold, stand};

/// Anything that takes longer than this has gone wrong.
pub const DEADLINE: Duration = Duration::from_secs(30);
pub const HOLD_SECONDS: u32 = 600;
const FINGERPRINT: Fingerprint = Fingerprint(7);
const VENUE_COMMAND: CommandId = CommandId(1);

/// One data directory, or one journal in memory, with the house that is opened on it.
pub struct Playhouse {
    pub dir: TempDir,
    kind: Kind,
    pub options: HouseOptions,
    pub clock: ManualClock,
    ledger: Ledger,
}

enum Kind {
    Memory(Arc<MemoryJournal>),
    Local(Arc<DiskFaults>),
}

/// The house while it is open. Clones share it.
#[derive(Clone)]
pub struct Evening {
    pub house: House,
    pub clock: ManualClock,
    pub venue: VenueId,
    pub ledger: Ledger,
    memory: Option<Arc<MemoryJournal>>,
    local: Option<(Arc<LocalJournal>, Arc<DiskFaults>)>,
}

impl Playhouse {
    pub fn in_memory() -> Self {
        Self::new(Kind::Memory(Arc::new(MemoryJournal::new())))
    }

    pub fn on_disk() -> Self {
        Self::new(Kind::Local(Arc::default()))
    }

    fn new(kind: Kind) -> Self {
        let clock = ManualClock::new(Timestamp::from_micros(1_800_000_000_000_000));
        let restart_policy = RestartPolicy {
            backoff_first: Duration::from_millis(1),
            backoff_max: Duration::from_millis(5),
            ..RestartPolicy::default()
        };
        let limits = ShowLimits { command_deadline: DEADLINE, arbiters: 2, ..ShowLimits::default() };
        let clock_of_house = Clock::Manual(clock.clone());
        let options = HouseOptions { limits, restart_policy, clock: clock_of_house, ..HouseOptions::default() };
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { dir, kind, options, clock, ledger: Ledger::default() }
    }

    pub fn with(mut self, change: impl FnOnce(&mut HouseOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Opens the house, plays, holds what happened against the invariant, and closes it again.
    pub fn evening<T>(&self, play: impl AsyncFnOnce(&Evening) -> T) -> T {
        keep_injected_panics_quiet();
        let system = actix_rt::System::new();
        let (outcome, evening) = system.block_on(async {
            let evening = self.open().await;
            let outcome = play(&evening).await;
            check(&evening).await;
            evening.house.leave(DEADLINE).await;
            (outcome, evening)
        });
        actix_rt::System::current().stop();
        system.run().expect("nothing asked for another end");
        evening.close();
        outcome
    }

    async fn open(&self) -> Evening {
        let store_dir = self.dir.path().join(STORE_DIR);
        let (journal, store, memory, local): (Arc<dyn Journal>, _, _, _) = match &self.kind {
            Kind::Memory(journal) => {
                let (store, _) = Store::open(&store_dir, StoreOptions::default(), &**journal).expect("the store opens");
                store.catch_up(&**journal, &mut |_, _| {}).expect("the store catches up");
                (journal.clone(), store, Some(journal.clone()), None)
            }
            Kind::Local(faults) => {
                let options = Options {
                    preallocate_bytes: 1 << 20,
                    segment_bytes: 1 << 20,
                    faults: faults.clone(),
                    ..Options::default()
                };
                let data = Data::open(self.dir.path(), options, StoreOptions::default(), &mut |_, _| {});
                let data = data.expect("what is on disk can be opened");
                (data.journal.clone(), data.store, None, Some((data.journal, faults.clone())))
            }
        };
        let house = House::open(journal, store, self.options.clone());
        house.ready(DEADLINE).await.expect("the views catch up");
        let venue = import_venue(&house, VENUE_COMMAND, FINGERPRINT).await.expect("the venue is imported or found");
        Evening { house, clock: self.clock.clone(), venue, ledger: self.ledger.clone(), memory, local }
    }
}

impl Evening {
    /// The switches of the journal in memory.
    pub fn memory(&self) -> &MemoryJournal {
        self.memory.as_ref().expect("this playhouse has a journal in memory")
    }

    /// The switches of the journal's disk.
    pub fn disk(&self) -> &DiskFaults {
        &self.local.as_ref().expect("this playhouse is on disk").1
    }

    /// A second house on the same journal, with a store of its own: two actors for every show, by mistake.
    pub async fn with_rival(&self, dir: &TempDir, options: &HouseOptions) -> Self {
        let journal = self.house.journal.clone();
        let (store, _) = Store::open(dir.path(), StoreOptions::default(), &*journal).expect("the store opens");
        store.catch_up(&*journal, &mut |_, _| {}).expect("the store catches up");
        let house = House::open(journal, store, options.clone());
        house.ready(DEADLINE).await.expect("the views catch up");
        Self { house, ..self.clone() }
    }

    pub fn command(&self, action: Action) -> Command {
        Command {
            id: CommandId(Uuid::new_v4().as_u128()),
            fingerprint: FINGERPRINT,
            at: self.house.directory.now(),
            action,
        }
    }

    /// Sends the command as it is, and writes both it and its answer into the ledger.
    pub async fn send(&self, show: ShowId, command: &Command) -> Result<Receipt, SendError> {
        self.ledger.asked(show, command);
        let answer = self.house.directory.send(show, command.clone()).await;
        self.ledger.answered(show, command, &answer);
        answer
    }

    pub async fn ask(&self, show: ShowId, action: Action) -> Result<Receipt, SendError> {
        self.send(show, &self.command(action)).await
    }

    /// A new show of the venue, on sale.
    pub async fn schedule(&self) -> ShowId {
        let command = self.command(self.show_on_sale());
        self.send_schedule(&command).await.expect("a show can be scheduled").0
    }

    pub fn show_on_sale(&self) -> Action {
        on_sale(self.venue, self.house.directory.now())
    }

    pub async fn send_schedule(&self, command: &Command) -> Result<(ShowId, Receipt), SendError> {
        let fresh = ShowId(Uuid::now_v7());
        let answer = self.house.directory.schedule(fresh, command.clone()).await;
        let show = answer.as_ref().map_or(fresh, |(show, _)| *show);
        self.ledger.asked(show, command);
        self.ledger.answered(show, command, &answer.clone().map(|(_, receipt)| receipt));
        answer
    }

    /// Kills the show's actor and waits until the next one lives.
    pub async fn crash(&self, show: ShowId, mode: CrashMode) {
        let killed = self.house.directory.crash(show, mode).await.expect("there is an actor to kill");
        until("the next incarnation lives", || {
            self.report(show).is_some_and(|report| report.state == "awake" && report.incarnation > killed.0)
        })
        .await;
    }

    /// What operators see of a show that is not asleep.
    pub fn report(&self, show: ShowId) -> Option<ActorReport> {
        self.house.directory.actors().into_iter().find(|report| report.show_id == show)
    }

    /// Everything durable, in order.
    pub fn log(&self) -> Vec<Record> {
        let (mut records, mut next) = (Vec::new(), Position(1));
        loop {
            let batch = self.house.journal.read(next, 1 << 20).expect("the journal can be read");
            let Some(last) = batch.last() else { return records };
            next = last.position.next();
            records.extend(batch);
        }
    }

    /// The commits of one show.
    pub fn log_of(&self, show: ShowId) -> Vec<Record> {
        self.log().into_iter().filter(|record| record.commit.stream == StreamId::from(show)).collect()
    }

    fn close(self) {
        if let Some((journal, _)) = self.local {
            journal.close();
        }
        self.house.store.close().expect("the store closes");
    }
}

/// Imports the venue of these tests, or finds it.
pub async fn import_venue(house: &House, id: CommandId, fingerprint: Fingerprint) -> Result<VenueId, SendError> {
    let request = ImportVenue {
        id,
        fingerprint,
        at: house.directory.now(),
        name: "Globe".into(),
        plan: crate::actors_requests::plan(),
        organiser: None,
    };
    Ok(house.venues.import(VenueId(Uuid::now_v7()), request).await?.venue.id)
}

/// How long somebody has waited who looks again and again. A machine that stands still between two looks is nobody's
/// fault, so not all of that counts.
pub struct Patience {
    waited: Duration,
    last_look: Instant,
}

impl Default for Patience {
    fn default() -> Self {
        Self { waited: Duration::ZERO, last_look: Instant::now() }
    }
}

impl Patience {
    pub fn has_ended(&mut self) -> bool {
        self.waited += self.last_look.elapsed().min(Duration::from_millis(100));
        self.last_look = Instant::now();
        self.waited > DEADLINE
    }
}

/// Waits for a condition, for as long as anything may take.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let mut patience = Patience::default();
    while !condition() {
        assert!(!patience.has_ended(), "waited for {DEADLINE:?} until {what}");
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Hundreds of panics are meant here; their messages would bury the one that is not.
pub fn keep_injected_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let payload = panic.payload();
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            if !text.is_some_and(|text| text.contains("injected")) {
                usual(panic);
            }
        }));
    });
}

/// A show in the venue's small hall, on sale from now.
pub fn on_sale(venue: VenueId, now: Timestamp) -> Action {
    let terms = ShowTerms {
        venue_id: venue,
        title: "Hamlet".into(),
        starts_at_local: "2030-01-01T20:00:00".into(),
        time_zone: "UTC".into(),
        starts_at: now.plus_seconds(10_000_000),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(5_000)), Some(Money::from_minor(2_000))],
        hold_seconds: HOLD_SECONDS,
        max_per_customer: None,
        on_sale_at: Some(now),
        off_sale_at: None,
    };
    Action::ScheduleShow { terms: Box::new(terms), organiser: None }
}
