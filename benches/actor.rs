//! Durable commands through one show's actor, in process: many callers, one hot show; with this machine's disk and with
//! 2 ms added to every `fdatasync`. Then: panic to the first answer of the next incarnation. Prints a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use understudy::actors::{CrashMode, ImportVenue, SendError};
use understudy::app::{Data, House, HouseOptions};
use understudy::domain::command::HoldSeats;
use understudy::domain::event::ShowTerms;
use understudy::domain::money::Money;
use understudy::domain::plan::{GeneralAdmission, ImportOptions, import};
use understudy::domain::{Action, Command, CommandId, Fingerprint, HoldId, Refusal, ShowId, Timestamp, VenueId};
use understudy::journal::local::{DiskFaults, Fault, Options, fdatasync_latency};
use uuid::Uuid;

fn main() {
    actix_rt::System::new().block_on(run());
}

async fn run() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let latency = fdatasync_latency(dir.path()).expect("a disk to measure");
    println!("fdatasync of 4 KiB here: {latency:?}");
    let faults = Arc::new(DiskFaults::default());
    let options = Options { faults: faults.clone(), ..Options::default() };
    let data = Data::open(dir.path(), options, Default::default(), &mut |_, _| {}).expect("an empty directory");
    let house = House::open(data.journal.clone(), data.store.clone(), HouseOptions::default());
    house.ready(Duration::from_secs(10)).await.expect("views");

    let venue = import_venue(&house).await;
    println!("{:<44} {:>10} {:>10} {:>10}", "what", "callers", "per second", "ratio");
    for callers in [1_usize, 16, 256, 1_024] {
        let per_second = holds_and_releases(&house, schedule(&house, venue).await, callers).await;
        println!("{:<44} {callers:>10} {per_second:>10.0}", "durable commands, one show");
    }
    faults.set(Fault::Slow { micros: 2_000 });
    let per_second = holds_and_releases(&house, schedule(&house, venue).await, 1_024).await;
    println!("{:<44} {:>10} {per_second:>10.0}", "the same, +2 ms on every fdatasync", 1_024);
    faults.set(Fault::Well);
    recovery(&house, schedule(&house, venue).await).await;
}

/// Seats 0..8000 in rows of 100: each caller holds and releases two seats of its own.
async fn import_venue(house: &House) -> VenueId {
    let rows: Vec<String> = (0..80)
        .map(|row| {
            let seats: Vec<String> = (0..100)
                .map(|seat| {
                    format!(r#"{{"seat_guid":"{row}-{seat}","seat_number":"{seat}","position":{{"x":{seat},"y":0}},"category":"A"}}"#)
                })
                .collect();
            format!(r#"{{"row_number":"{row}","position":{{"x":0,"y":{row}}},"seats":[{}]}}"#, seats.join(","))
        })
        .collect();
    let plan = format!(
        r##"{{"name":"bench","categories":[{{"name":"A","color":"#fff"}}],"zones":[{{"name":"Z","position":{{"x":0,"y":0}},"rows":[{}],"areas":[]}}]}}"##,
        rows.join(",")
    );
    let pit = GeneralAdmission { area: "Pit".into(), category: "A".into(), capacity: 100_000 };
    let options = ImportOptions { general_admission: vec![pit], accessible: Vec::new() };
    let plan = import(&plan, options).expect("the plan is right");
    let fresh = VenueId(Uuid::now_v7());
    let request = ImportVenue {
        id: new_id(),
        fingerprint: Fingerprint(1),
        at: house.directory.now(),
        name: "bench".into(),
        plan,
        organiser: None,
    };
    house.venues.import(fresh, request).await.expect("a venue").venue.id
}

async fn schedule(house: &House, venue_id: VenueId) -> ShowId {
    let now = house.directory.now();
    let terms = ShowTerms {
        venue_id,
        title: "bench".into(),
        starts_at_local: "2030-01-01T20:00:00".into(),
        time_zone: "UTC".into(),
        starts_at: now.plus_seconds(1_000_000),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(1_000))],
        hold_seconds: 600,
        max_per_customer: None,
        on_sale_at: Some(now),
        off_sale_at: None,
    };
    let command = command(now, Action::ScheduleShow { terms: Box::new(terms), organiser: None });
    house.directory.schedule(ShowId(Uuid::now_v7()), command).await.expect("a show").0
}

async fn holds_and_releases(house: &House, show: ShowId, callers: usize) -> f64 {
    let done = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + Duration::from_secs(3);
    let began = Instant::now();
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (directory, done) = (house.directory.clone(), done.clone());
        let seats = [2 * caller, 2 * caller + 1].map(|seat| format!("{}-{}", seat / 100, seat % 100));
        tasks.push(actix_rt::spawn(async move {
            while Instant::now() < until {
                let now = directory.now();
                let hold_id = HoldId(Uuid::now_v7());
                directory.send(show, command(now, hold(hold_id, seats.to_vec()))).await.expect("the seats are free");
                directory.send(show, command(now, Action::ReleaseHold { hold_id })).await.expect("the hold lives");
                done.fetch_add(2, Ordering::Relaxed);
            }
        }));
    }
    for task in tasks {
        task.await.expect("no caller panics");
    }
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// A show of 10,000 events; panic, then ask; 200 times.
async fn recovery(house: &House, show: ShowId) {
    for _ in 0..5_000 {
        let hold_id = HoldId(Uuid::now_v7());
        let now = house.directory.now();
        house.directory.send(show, command(now, hold(hold_id, vec!["0-0".into()]))).await.expect("free");
        house.directory.send(show, command(now, Action::ReleaseHold { hold_id })).await.expect("live");
    }
    let mut micros = Vec::new();
    for _ in 0..200 {
        house.directory.crash(show, CrashMode::Panic).await.expect("alive");
        let began = Instant::now();
        let ask = command(house.directory.now(), hold(HoldId(Uuid::now_v7()), vec!["no such seat".into()]));
        let answer = house.directory.send(show, ask).await;
        assert!(matches!(answer, Err(SendError::Refused(Refusal::UnknownSeats(_)))), "{answer:?}");
        micros.push(began.elapsed().as_micros());
    }
    micros.sort_unstable();
    println!(
        "panic to first answer, show of 10,000 events: p50 {} us, p99 {} us, max {} us",
        micros[100], micros[198], micros[199]
    );
}

fn hold(hold_id: HoldId, seats: Vec<String>) -> Action {
    Action::HoldSeats(HoldSeats { hold_id, customer_id: None, seats, best_available: None, general_admission: vec![] })
}

fn command(at: Timestamp, action: Action) -> Command {
    Command { id: new_id(), fingerprint: Fingerprint(0), at, action }
}

fn new_id() -> CommandId {
    CommandId(Uuid::new_v4().as_u128())
}
