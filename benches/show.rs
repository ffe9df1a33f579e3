//! Measures how fast one show decides: holds of two named seats on a plan of the size of a race track, what follows on
//! them, and the replay of what they left in the log.
//!
//! Run with `cargo bench --bench show`. It measures the domain alone, on one thread: no actor, no journal, no disk, so
//! there is no `fdatasync` here that could be printed. Commands are made beforehand; each figure is the median over
//! rounds that each fill the whole hall, with the best round beside it: other programs on the machine slow rounds down.
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::domain::command::HoldSeats;
use understudy::domain::event::ShowTerms;
use understudy::domain::money::Money;
use understudy::domain::plan::{ImportOptions, SeatIndex, SeatingPlan, import};
use understudy::domain::{
    Action, BookingId, Command, CommandId, CustomerId, Event, Fingerprint, HoldId, Show, ShowEvent, Timestamp, VenueId,
};
use uuid::Uuid;

const ROUNDS: usize = 101;
const HOLD_SECONDS: u32 = 600;

fn main() {
    let path = std::env::var("UNDERSTUDY_RACE_TRACK")
        .unwrap_or_else(|_| format!("{}/../shared/data/race-track.json", env!("CARGO_MANIFEST_DIR")));
    let Ok(file) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {path} is absent; name a plan with UNDERSTUDY_RACE_TRACK");
        return;
    };
    let definition = import(&file, ImportOptions::default()).expect("the race track is a sound plan");
    let plan = Arc::new(SeatingPlan::new(definition));
    println!("{} seats; pure decisions, nothing is written: no fdatasync is part of any figure", plan.seat_count());
    println!("\n{:<46} {:>14} {:>14} {:>9}", "commands a second", "median", "best round", "commands");
    let mut house = House::of(&plan, None);
    house.holds_and_releases("by nobody known", None);
    house.holds_and_releases("by 1,000 customers", Some(1_000));
    House::of(&plan, Some(20)).holds_and_releases("by 1,000 customers, with a limit", Some(1_000));
    house.holds_then_confirmations();
    house.each_hold_at_once("hold, then confirm, one by one", true);
    house.each_hold_at_once("hold, then release, one by one", false);
    house.expiries();
    println!("\n{:<46} {:>14} {:>14} {:>9}", "events a second", "median", "best round", "events");
    replay(&plan, &house.log());
}

/// A show on sale and the ids and the time that have not been used yet.
struct House {
    show: Show,
    pairs: Vec<[String; 2]>,
    ids: u128,
    now: Timestamp,
}

impl House {
    fn of(plan: &Arc<SeatingPlan>, max_per_customer: Option<u32>) -> Self {
        let mut show = Show::new(plan.clone());
        on_sale(plan, max_per_customer).iter().for_each(|event| show.apply(event));
        Self { show, pairs: pairs(plan), ids: 0, now: Timestamp::EPOCH }
    }

    fn holds_and_releases(&mut self, who: &str, customers: Option<usize>) {
        let (mut holding, mut releasing) = (Times::default(), Times::default());
        for _ in 0..ROUNDS {
            let holds = self.holds(customers);
            let releases = self.after(&holds, |hold_id, _| Action::ReleaseHold { hold_id });
            holding.add(self.execute(&holds), holds.len());
            releasing.add(self.execute(&releases), releases.len());
        }
        holding.print(&format!("hold 2 named seats {who}"));
        releasing.print(&format!("release {who}"));
    }

    fn holds_then_confirmations(&mut self) {
        let (mut confirming, mut cancelling) = (Times::default(), Times::default());
        for _ in 0..ROUNDS {
            let holds = self.holds(Some(1_000));
            let confirmations = self.after(&holds, confirm);
            let cancellations = self.after(&holds, |_, booking_id| Action::CancelTickets { booking_id, tickets: None });
            self.execute(&holds);
            confirming.add(self.execute(&confirmations), confirmations.len());
            cancelling.add(self.execute(&cancellations), cancellations.len());
        }
        confirming.print("confirm");
        cancelling.print("cancel a booking of 2");
    }

    fn each_hold_at_once(&mut self, name: &str, confirms: bool) {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            let holds = self.holds(Some(1_000));
            let seconds =
                self.after(&holds, if confirms { confirm } else { |hold_id, _| Action::ReleaseHold { hold_id } });
            let cancellations = self.after(&holds, |_, booking_id| Action::CancelTickets { booking_id, tickets: None });
            let both: Vec<Command> = holds.into_iter().zip(seconds).flat_map(<[Command; 2]>::from).collect();
            times.add(self.execute(&both), both.len());
            if confirms {
                self.execute(&cancellations);
            }
        }
        times.print(name);
    }

    /// All holds of a full hall in one tick: the worst that a clock can bring.
    fn expiries(&mut self) {
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            let holds = self.holds(Some(1_000));
            self.execute(&holds);
            self.now = self.now.plus_seconds(HOLD_SECONDS);
            let started = Instant::now();
            let lapsed = black_box(self.show.lapse(self.now));
            times.add(started.elapsed(), lapsed.len());
            assert_eq!(lapsed.len(), holds.len());
        }
        times.print("expire, all of a full hall in one tick");
    }

    /// Two named seats for each hold, until the hall is full.
    fn holds(&mut self, customers: Option<usize>) -> Vec<Command> {
        let customer = |at: usize| customers.and_then(|count| CustomerId::parse(&format!("customer-{}", at % count)));
        let pairs = std::mem::take(&mut self.pairs);
        let hold = |(at, pair): (usize, &[String; 2])| {
            let customer_id = customer(at);
            self.command(|id| {
                Action::HoldSeats(HoldSeats {
                    hold_id: HoldId(id),
                    customer_id,
                    seats: pair.to_vec(),
                    best_available: None,
                    general_admission: Vec::new(),
                })
            })
        };
        let holds = pairs.iter().enumerate().map(hold).collect();
        self.pairs = pairs;
        holds
    }

    /// One command for each of these holds.
    fn after(&mut self, holds: &[Command], action: fn(HoldId, BookingId) -> Action) -> Vec<Command> {
        let hold_id = |command: &Command| match &command.action {
            Action::HoldSeats(request) => request.hold_id,
            other => unreachable!("not a hold: {other:?}"),
        };
        // A booking goes by the number of its hold.
        holds.iter().map(|hold| self.command(|_| action(hold_id(hold), BookingId(hold_id(hold).0)))).collect()
    }

    fn command(&mut self, action: impl FnOnce(Uuid) -> Action) -> Command {
        self.ids += 1;
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | self.ids << 8);
        Command { id: CommandId(self.ids), fingerprint: Fingerprint(7), at: self.now, action: action(id) }
    }

    /// Commands come 10 microseconds apart.
    fn execute(&mut self, commands: &[Command]) -> Duration {
        let mut accepted = 0;
        let started = Instant::now();
        for command in commands {
            self.now = Timestamp::from_micros(self.now.as_micros() + 10);
            let execution = black_box(self.show.execute(black_box(command), self.now));
            accepted += usize::from(execution.outcome.is_ok() && execution.lapsed.is_empty());
        }
        let elapsed = started.elapsed();
        assert_eq!(accepted, commands.len(), "the figures are of accepted commands, and of nothing but them");
        elapsed
    }

    /// What a sale leaves behind: of four holds, three are confirmed and one is released; then all bookings are
    /// cancelled, and the hall is sold again.
    fn log(&mut self) -> Vec<ShowEvent> {
        let mut log = on_sale(self.show.plan(), None);
        while log.len() < 250_000 {
            let holds = self.holds(Some(1_000));
            let (released, confirmed) = holds.split_at(holds.len() / 4);
            let releases = self.after(released, |hold_id, _| Action::ReleaseHold { hold_id });
            let confirmations = self.after(confirmed, confirm);
            let cancellations =
                self.after(confirmed, |_, booking_id| Action::CancelTickets { booking_id, tickets: None });
            for command in holds.iter().chain(&releases).chain(&confirmations).chain(&cancellations) {
                self.now = Timestamp::from_micros(self.now.as_micros() + 10);
                log.extend(self.show.execute(command, self.now).outcome.expect("it is accepted"));
            }
        }
        log
    }
}

fn confirm(hold_id: HoldId, booking_id: BookingId) -> Action {
    Action::ConfirmHold { hold_id, booking_id, payment_reference: "payment-0123456789".into() }
}

fn replay(plan: &Arc<SeatingPlan>, log: &[ShowEvent]) {
    let encoded: Vec<u8> = log
        .iter()
        .flat_map(|event| postcard::to_stdvec(&Event::Show(event.clone())).expect("an event is plain data"))
        .collect();
    let (mut decoding, mut applying, mut both) = (Times::default(), Times::default(), Times::default());
    for _ in 0..11 {
        let started = Instant::now();
        let events = black_box(decoded(&encoded).count());
        decoding.add(started.elapsed(), events);

        let mut show = Show::new(plan.clone());
        let started = Instant::now();
        log.iter().for_each(|event| show.apply(event));
        applying.add(started.elapsed(), log.len());

        let mut again = Show::new(plan.clone());
        let started = Instant::now();
        let events = decoded(&encoded).map(|event| again.apply(&event)).count();
        both.add(started.elapsed(), events);
        assert_eq!(again.snapshot(), show.snapshot());
    }
    decoding.print("decode");
    applying.print("apply");
    both.print(&format!("replay: decode and apply, {} bytes an event", encoded.len() / log.len()));
}

fn decoded(mut bytes: &[u8]) -> impl Iterator<Item = ShowEvent> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (event, rest) = postcard::take_from_bytes(bytes).expect("it was just encoded");
        bytes = rest;
        match event {
            Event::Show(event) => Some(event),
            Event::Venue(event) => unreachable!("not of a show: {event:?}"),
            Event::Checkout(event) => unreachable!("not of a show: {event:?}"),
        }
    })
}

/// Labels of two seats each, all over the hall: nothing is near in memory that was not near by chance.
fn pairs(plan: &SeatingPlan) -> Vec<[String; 2]> {
    let mut seats: Vec<SeatIndex> = (0..plan.seat_count()).map(SeatIndex).collect();
    let mut random = 7_u64;
    for at in (1..seats.len()).rev() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        seats.swap(at, (random % (at as u64 + 1)) as usize);
    }
    let label = |seat: SeatIndex| plan.label(seat).to_owned();
    seats.chunks_exact(2).map(|pair| [label(pair[0]), label(pair[1])]).collect()
}

fn on_sale(plan: &SeatingPlan, max_per_customer: Option<u32>) -> Vec<ShowEvent> {
    let terms = ShowTerms {
        venue_id: VenueId(Uuid::from_u128(1)),
        title: "The race".into(),
        starts_at_local: "2026-11-21T20:00".into(),
        time_zone: "Europe/Vienna".into(),
        starts_at: Timestamp::from_micros(i64::MAX),
        currency: "EUR".into(),
        prices: plan.categories().iter().map(|_| Some(Money::from_minor(5_000))).collect(),
        hold_seconds: HOLD_SECONDS,
        max_per_customer,
        on_sale_at: None,
        off_sale_at: Some(Timestamp::from_micros(i64::MAX)),
    };
    vec![ShowEvent::ShowScheduled(Box::new(terms)), ShowEvent::SalesOpened]
}

#[derive(Default)]
struct Times {
    rounds: Vec<Duration>,
    each: usize,
}

impl Times {
    fn add(&mut self, elapsed: Duration, things: usize) {
        self.rounds.push(elapsed);
        self.each = things;
    }

    fn print(mut self, name: &str) {
        self.rounds.sort_unstable();
        let rate = |elapsed: Duration| self.each as f64 / elapsed.as_secs_f64();
        let (median, best) = (rate(self.rounds[self.rounds.len() / 2]), rate(self.rounds[0]));
        println!("{name:<46} {median:>14.0} {best:>14.0} {:>9}", self.each);
    }
}
