//! What a crash costs where nothing else is done: loading and decoding a snapshot, restoring the show, folding the rest of
//! the log; and what the snapshot costs that makes it so short, which is taken on the thread that decides.
//!
//! `cargo bench --bench recovery`. A hall of 8,000 seats and 2,000 standing places, of which half is sold in bookings of
//! two, with 100 live holds. A number after `--` is that of the rounds: few of them for `valgrind --tool=callgrind`.
//! Nothing is written to a disk that would have to be waited for: no figure has an `fdatasync` in it.
use std::borrow::Cow;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::actors::{Loaded, Recovered, SnapshotBody, StreamLog};
use understudy::domain::command::HoldSeats;
use understudy::domain::event::ShowTerms;
use understudy::domain::money::Money;
use understudy::domain::plan::{Area, Category, CategoryIndex, PlanDefinition, Row, Seat, SeatingPlan, Zone};
use understudy::domain::remembered::{Past, Remembered};
use understudy::domain::{
    Action, BookingId, Command, CommandId, CustomerId, Event, Fingerprint, HoldId, Show, StreamId, Timestamp, VenueId,
};
use understudy::journal::memory::MemoryJournal;
use understudy::journal::{CommandRecord, Commit, Incarnation, Journal, Record, Version};
use understudy::store::{Options, Snapshot, Store};
use uuid::Uuid;

const ROWS: u32 = 80;
const SEATS_IN_A_ROW: u32 = 100;
const PLACES: u32 = 2_000;
const BOOKINGS_SEATED: u32 = 2_000;
const BOOKINGS_STANDING: u32 = 500;
const LIVE_HOLDS: u32 = 100;
const TAIL_BYTES: usize = 64 << 10;

/// That of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(201);
    let mut evening = Evening::new();
    evening.sell();
    let (decided, snapshot) = (evening.show.clone(), evening.take());
    let (version, hash) = evening.end;
    println!(
        "a snapshot of {} KB: {BOOKINGS_SEATED} bookings of two seats, {BOOKINGS_STANDING} of two places, {LIVE_HOLDS} live holds",
        snapshot.len() / 1_000
    );
    let (mut taking, mut saving, mut loading) = (Times::default(), Times::default(), Times::default());
    let (mut restoring, mut folding) = (Times::default(), Times::default());
    let snapshot = Snapshot { version, hash, bytes: snapshot };
    let log = evening.log();
    for _ in 0..rounds {
        taking.add(|| evening.take());
        saving.add(|| evening.store.save_snapshot(evening.stream, &snapshot).expect("a disk that works"));
        let loaded = loading.add(|| evening.load());
        let recovered = restoring.add(|| evening.fold(&log, loaded));
        assert_eq!(recovered.show.snapshot(), decided.snapshot());
    }
    let tail = evening.sell_on();
    let log = evening.log();
    for _ in 0..rounds {
        let loaded = evening.load();
        let recovered = folding.add(|| evening.fold(&log, loaded));
        assert_eq!(recovered.events_replayed, tail);
        assert_eq!(recovered.show.snapshot(), evening.show.snapshot());
    }
    println!("\n{:<60} {:>10} {:>10}", "microseconds", "median", "best");
    loading.print("load and decode it");
    restoring.print("restore the show");
    folding.print(&format!("the same, and fold {tail} events, 64 KiB of log"));
    taking.print("take one: gather and encode");
    saving.print("save it");
}

/// A show, its log and its store.
struct Evening {
    show: Show,
    remembered: Remembered,
    plan: Arc<SeatingPlan>,
    journal: Arc<dyn Journal>,
    store: Store,
    stream: StreamId,
    end: (Version, [u8; 32]),
    commands: u32,
    _dir: tempfile::TempDir,
}

impl Evening {
    fn new() -> Self {
        let plan = Arc::new(SeatingPlan::new(grid()));
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (store, _) = Store::open(dir.path(), Options::default(), &*journal).expect("a new store");
        let (show, remembered, stream) = (Show::new(plan.clone()), Remembered::default(), StreamId(id(0)));
        let mut new =
            Self { show, remembered, plan, journal, store, stream, end: (0, [0; 32]), commands: 0, _dir: dir };
        new.execute(Action::ScheduleShow { terms: Box::new(terms()), organiser: None });
        new.execute(Action::OpenSales);
        new
    }

    /// Seats all over the hall.
    fn sell(&mut self) {
        for booking in 0..BOOKINGS_SEATED + BOOKINGS_STANDING {
            self.hold(booking, booking >= BOOKINGS_SEATED);
            self.confirm(booking);
        }
        (0..LIVE_HOLDS).for_each(|hold| drop(self.hold(3_000 + hold, false)));
        self.follow();
    }

    /// Returns the number of events that came to about 64 KiB.
    fn sell_on(&mut self) -> u64 {
        let (before, mut bytes) = (self.end.0, 0);
        for booking in 3_200.. {
            bytes += self.hold(booking, false).bytes.len() + self.confirm(booking).bytes.len();
            if bytes >= TAIL_BYTES {
                break;
            }
        }
        self.follow();
        self.end.0 - before
    }

    fn hold(&mut self, number: u32, stands: bool) -> Record {
        // Pairs are taken in an order without pattern: 1,601 has no divisor in common with their number.
        let first = number * 1_601 % (ROWS * SEATS_IN_A_ROW / 2) * 2;
        let seats = if stands { vec![] } else { vec![label(first), label(first + 1)] };
        let general_admission = if stands { vec![("Field".into(), 2)] } else { vec![] };
        self.execute(Action::HoldSeats(HoldSeats {
            hold_id: HoldId(id(number)),
            customer_id: CustomerId::parse(&format!("customer-{number}")),
            seats,
            best_available: None,
            general_admission,
        }))
    }

    fn confirm(&mut self, number: u32) -> Record {
        let (hold_id, booking_id) = (HoldId(id(number)), BookingId(id(number)));
        self.execute(Action::ConfirmHold { hold_id, booking_id, payment_reference: "payment-0123456789".into() })
    }

    fn execute(&mut self, action: Action) -> Record {
        self.commands += 1;
        let (id, fingerprint) = (CommandId(Uuid::new_v4().as_u128()), Fingerprint(7));
        let at = Timestamp::from_micros(i64::from(self.commands));
        let events = self.show.execute(&Command { id, fingerprint, at, action }, at).outcome.expect("it is accepted");
        let first_version = self.end.0 + 1;
        let version = self.end.0 + events.len() as u64;
        self.remembered.remember(Past { id, fingerprint, version, at });
        let commands = vec![CommandRecord { id, fingerprint, events: events.len() as u32 }];
        let events = events.into_iter().map(Event::Show).collect();
        let commit = Commit { stream: self.stream, first_version, time: at, commands, events };
        let appended = self.journal.append(Incarnation(0), Arc::new(commit));
        let record = appended.blocking_recv().expect("an answer").expect("it is the next one");
        self.end = (version, record.hash);
        record
    }

    fn follow(&self) {
        self.store.catch_up(&*self.journal, &mut |_, _| {}).expect("a store that works");
    }

    /// As the show's actor does it.
    fn take(&self) -> Vec<u8> {
        let show = self.show.snapshot().expect("it is scheduled");
        let last_time = Timestamp::from_micros(i64::from(self.commands));
        SnapshotBody { show, last_time, remembered: Cow::Borrowed(&self.remembered) }.encode(600_000)
    }

    fn load(&self) -> Loaded {
        Loaded::load(&self.store, self.stream, self.end.0).expect("it was saved")
    }

    /// The store has all of it.
    fn log(&self) -> StreamLog {
        let head = self.journal.head(self.stream).expect("it has begun");
        let log = StreamLog::up_to(head, self.stream, &self.store, &self.journal);
        actix_rt::Runtime::new().expect("a runtime").block_on(log)
    }

    fn fold(&self, log: &StreamLog, loaded: Loaded) -> Recovered {
        let (incarnation, plan) = (Incarnation(1), self.plan.clone());
        Recovered::fold(log, incarnation, plan, Some(loaded)).expect("the log is sound")
    }
}

/// Sorts by number, as ids by time do.
fn id(number: u32) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(number) << 64 | 7)
}

fn label(seat: u32) -> String {
    format!("{}-{}", seat / SEATS_IN_A_ROW, seat % SEATS_IN_A_ROW)
}

fn grid() -> PlanDefinition {
    let category = |name: &str| Category { name: name.into(), color: None };
    let seat = |row: u32, number: u32| Seat {
        label: label(row * SEATS_IN_A_ROW + number),
        number: number.to_string(),
        category: CategoryIndex(0),
        x: f64::from(number),
        y: f64::from(row) * 1.2,
        radius: None,
        accessible: false,
    };
    let row = |row: u32| Row {
        number: row.to_string(),
        label: None,
        seats: (0..SEATS_IN_A_ROW).map(|number| seat(row, number)).collect(),
    };
    PlanDefinition {
        name: "Grid".into(),
        size: None,
        categories: vec![category("Floor"), category("Field")],
        zones: vec![Zone {
            name: "Floor".into(),
            zone_id: None,
            x: 0.0,
            y: 0.0,
            rows: (0..ROWS).map(row).collect(),
            shapes: Vec::new(),
        }],
        areas: vec![Area { name: "Field".into(), category: CategoryIndex(1), capacity: PLACES }],
    }
}

fn terms() -> ShowTerms {
    ShowTerms {
        venue_id: VenueId(Uuid::from_u128(1)),
        title: "The Understudy".into(),
        starts_at_local: "2026-11-21T20:00".into(),
        time_zone: "Europe/Vienna".into(),
        starts_at: Timestamp::from_micros(i64::MAX),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(5_000)); 2],
        hold_seconds: 600,
        max_per_customer: None,
        on_sale_at: None,
        off_sale_at: None,
    }
}

#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn add<T>(&mut self, f: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let outcome = black_box(f());
        self.0.push(started.elapsed());
        outcome
    }

    fn print(mut self, name: &str) {
        self.0.sort_unstable();
        let micros = |elapsed: Duration| elapsed.as_secs_f64() * 1e6;
        println!("{name:<60} {:>10.0} {:>10.0}", micros(self.0[self.0.len() / 2]), micros(self.0[0]));
    }
}
