//! Start to ready with 5 million events in the journal: after a clean stop, and after `kill -9`. Then: the resident
//! memory with 100,000 shows of which 100 are awake. Prints a table; a child process is what is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use understudy::actors::{ImportVenue, ShowLimits};
use understudy::app::{Data, House, HouseOptions};
use understudy::domain::event::{HoldEnded, SeatsHeld, ShowTerms};
use understudy::domain::money::Money;
use understudy::domain::plan::{SeatIndex, import, theatre};
use understudy::domain::{
    Action, Command, CommandId, Event, Fingerprint, HoldId, Show, ShowEvent, ShowId, StreamId, Timestamp, VenueId,
};
use understudy::journal::local::fdatasync_latency;
use understudy::journal::{CommandRecord, Commit, Incarnation};
use uuid::Uuid;

const EVENTS: u64 = 5_000_000;
const SHOWS: u64 = 1_000;
const SHOWS_ASLEEP: usize = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("start") => actix_rt::System::new().block_on(start(arguments[2].as_ref(), &arguments[3])),
        Some("many") => actix_rt::System::new().block_on(many_shows(arguments[2].as_ref())),
        Some("only-replay") => actix_rt::System::new().block_on(replay()),
        Some("only-many") => {
            let many = tempfile::tempdir().expect("a temporary directory");
            child("100,000 shows, 100 awake", many.path(), "many");
            child("start to ready", many.path(), "close");
        }
        _ => measure(),
    }
}

fn measure() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    println!("fdatasync of 4 KiB here: {:?}", fdatasync_latency(dir.path()).expect("a disk to measure"));
    let began = Instant::now();
    actix_rt::System::new().block_on(fill(dir.path()));
    println!("{EVENTS} events of {SHOWS} shows written, stored and folded in {:.1?}", began.elapsed());
    child("start to ready, after a clean stop", dir.path(), "close");
    child("start to ready, again, then kill -9", dir.path(), "sell");
    child("start to ready, after kill -9", dir.path(), "close");
    let many = tempfile::tempdir().expect("a temporary directory");
    child("100,000 shows, 100 awake", many.path(), "many");
}

/// Runs this program as a child; what it says is printed, and it is killed when it has said all.
fn child(what: &str, dir: &Path, then: &str) {
    let mode = if then == "many" { "many" } else { "start" };
    let mut child = Process::new(std::env::current_exe().expect("this program"))
        .args([mode.as_ref(), dir.as_os_str(), then.as_ref()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started");
    let out = BufReader::new(child.stdout.take().expect("it is piped"));
    for line in out.lines().map_while(Result::ok) {
        if line == "kill me" {
            child.kill().expect("it is alive");
            break;
        }
        println!("{what:<40} {line}");
    }
    child.wait().expect("it ends");
}

async fn start(dir: &Path, then: &str) {
    let began = Instant::now();
    let data = Data::open(dir, Default::default(), Default::default(), &mut |_, _| {}).expect("it opens");
    let opened = began.elapsed();
    let house = House::open(data.journal.clone(), data.store.clone(), HouseOptions::default());
    house.ready(Duration::from_secs(120)).await.expect("the views catch up");
    println!("{:.2?} (journal and store {opened:.2?}), resident {} MB", began.elapsed(), resident_mb());
    if then == "sell" {
        let stream = StreamId(Uuid::now_v7());
        let venue = some_venue(&house).await;
        for version in 0..20_000_u64 {
            let event =
                if version == 0 { ShowEvent::ShowScheduled(Box::new(terms(venue))) } else { ShowEvent::SalesOpened };
            let appended = house.journal.append(Incarnation(0), commit(stream, version + 1, vec![Event::Show(event)]));
            if version % 500 == 0 {
                appended.await.expect("an answer").expect("durable");
            }
        }
        println!("kill me");
        std::io::stdout().flush().expect("a pipe");
        std::thread::sleep(Duration::from_secs(60));
    }
    data.journal.close();
    data.store.close().expect("a clean stop");
    std::process::exit(0);
}

/// One show of a million events, read from the store, decoded and applied: with one event to a commit, and with eight.
async fn replay() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = Data::open(dir.path(), Default::default(), Default::default(), &mut |_, _| {}).expect("it opens");
    let house = House::open(data.journal.clone(), data.store.clone(), HouseOptions::default());
    let venue = some_venue(&house).await;
    let plan = house.venues.get(venue).await.expect("readable").expect("it was just imported").plan.clone();
    for per_commit in [1_usize, 8, 64] {
        let show = StreamId(Uuid::now_v7());
        append(&house, show, 1, vec![ShowEvent::ShowScheduled(Box::new(terms(venue))), ShowEvent::SalesOpened]).await;
        let events: Vec<Event> = (0..500_000_u32).flat_map(|n| hold_and_release(n * 2 % 900)).collect();
        let mut version = 3;
        for some in events.chunks(4_096) {
            let appended: Vec<_> = some
                .chunks(per_commit)
                .map(|events| {
                    let appended = house.journal.append(Incarnation(0), commit(show, version, events.to_vec()));
                    version += events.len() as u64;
                    appended
                })
                .collect();
            for appended in appended {
                appended.await.expect("an answer").expect("durable");
            }
        }
        house.store.wait_for(*house.journal.durable().borrow()).await;
        let began = Instant::now();
        let mut folded = Show::new(plan.clone());
        let mut count = 0_u32;
        for record in house.store.stream(show, 0) {
            for event in &record.expect("sound").commit.events {
                if let Event::Show(event) = event {
                    folded.apply(event);
                    count += 1;
                }
            }
        }
        let per_second = f64::from(count) / began.elapsed().as_secs_f64();
        println!("replay of one show from the store, {per_commit:>2} events to a commit: {per_second:.0} events/s");
    }
    std::process::exit(0);
}

/// Shows that hold and release, eight events to a commit.
async fn fill(dir: &Path) {
    let data = Data::open(dir, Default::default(), Default::default(), &mut |_, _| {}).expect("it opens");
    let house = House::open(data.journal.clone(), data.store.clone(), HouseOptions::default());
    let venue = some_venue(&house).await;
    let shows: Vec<StreamId> = (0..SHOWS).map(|_| StreamId(Uuid::now_v7())).collect();
    for show in &shows {
        let first = vec![ShowEvent::ShowScheduled(Box::new(terms(venue))), ShowEvent::SalesOpened];
        append(&house, *show, 1, first).await;
    }
    let mut version = 3;
    while version * SHOWS < EVENTS {
        let mut appended = None;
        for show in &shows {
            let events: Vec<Event> =
                (0..4).flat_map(|n| hold_and_release((version as u32 * 4 + n * 2) % 900)).collect();
            appended = Some(house.journal.append(Incarnation(0), commit(*show, version, events)));
        }
        appended.expect("there are shows").await.expect("an answer").expect("durable");
        version += 8;
    }
    let end = *house.journal.durable().borrow();
    house.store.wait_for(end).await;
    house.ready(Duration::from_secs(600)).await.expect("the views catch up");
    // The projectors store what they have folded when nothing new has come for a while.
    tokio::time::sleep(Duration::from_secs(2)).await;
    data.journal.close();
    data.store.close().expect("a clean stop");
}

async fn many_shows(dir: &Path) {
    let limits = ShowLimits { idle: Duration::from_millis(300), ..ShowLimits::default() };
    let store = Default::default();
    let data = Data::open(dir, Default::default(), store, &mut |_, _| {}).expect("it opens");
    let house = House::open(data.journal.clone(), data.store.clone(), HouseOptions { limits, ..Default::default() });
    let venue = some_venue(&house).await;
    let began = Instant::now();
    for _ in 0..SHOWS_ASLEEP / 100 {
        let scheduling: Vec<_> =
            (0..100).map(|_| house.directory.schedule(ShowId(Uuid::now_v7()), scheduling(venue))).collect();
        for scheduled in futures_util::future::join_all(scheduling).await {
            scheduled.expect("a show");
        }
    }
    let awake = house.directory.actors().len();
    println!("scheduled in {:.1?}; {awake} still awake, resident {} MB", began.elapsed(), resident_mb());
    while !house.directory.actors().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.ready(Duration::from_secs(60)).await.expect("the views catch up");
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!(
        "all asleep, resident {} MB, {} threads",
        resident_mb(),
        std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
    );
    let (_, page) = house.views.shows(None, 100).expect("a list");
    for (show, _) in page {
        let tick = Command {
            id: CommandId(Uuid::new_v4().as_u128()),
            fingerprint: Fingerprint(0),
            at: house.directory.now(),
            action: Action::OpenSales,
        };
        let _ = house.directory.send(show, tick).await;
    }
    println!("{} awake, resident {} MB", house.directory.actors().len(), resident_mb());
    data.journal.close();
    data.store.close().expect("a clean stop");
    std::process::exit(0);
}

fn hold_and_release(seat: u32) -> [Event; 2] {
    let (hold_id, seats) = (HoldId(Uuid::now_v7()), vec![SeatIndex(seat), SeatIndex(seat + 1)]);
    let held = SeatsHeld {
        hold_id,
        customer_id: None,
        seats: seats.clone(),
        general_admission: vec![],
        expires_at: Timestamp::from_micros(4_000_000_000_000_000),
        adjacent: true,
    };
    let ended = HoldEnded { hold_id, seats, general_admission: vec![] };
    [Event::Show(ShowEvent::SeatsHeld(held)), Event::Show(ShowEvent::HoldReleased(ended))]
}

async fn append(house: &House, stream: StreamId, version: u64, events: Vec<ShowEvent>) {
    let events = events.into_iter().map(Event::Show).collect();
    house.journal.append(Incarnation(0), commit(stream, version, events)).await.expect("an answer").expect("durable");
}

fn commit(stream: StreamId, first_version: u64, events: Vec<Event>) -> Arc<Commit> {
    let id = CommandId(Uuid::new_v4().as_u128());
    let commands = vec![CommandRecord { id, fingerprint: Fingerprint(1), events: events.len() as u32 }];
    Arc::new(Commit { stream, first_version, time: Timestamp::from_micros(1), commands, events })
}

async fn some_venue(house: &House) -> VenueId {
    let (plan, options) = theatre();
    let plan = import(plan, options).expect("the built-in plan is right");
    let (id, at) = (CommandId(Uuid::new_v4().as_u128()), house.directory.now());
    let request = ImportVenue { id, fingerprint: Fingerprint(1), at, name: "Theatre".into(), plan, organiser: None };
    house.venues.import(VenueId(Uuid::now_v7()), request).await.expect("a venue").venue.id
}

fn scheduling(venue: VenueId) -> Command {
    let (id, at) = (CommandId(Uuid::new_v4().as_u128()), Timestamp::from_micros(1));
    Command {
        id,
        fingerprint: Fingerprint(1),
        at,
        action: Action::ScheduleShow { terms: Box::new(terms(venue)), organiser: None },
    }
}

fn terms(venue_id: VenueId) -> ShowTerms {
    static CATEGORIES: LazyLock<usize> = LazyLock::new(|| {
        let (plan, options) = theatre();
        import(plan, options).expect("the built-in plan is right").categories.len()
    });
    ShowTerms {
        venue_id,
        title: "The Understudy".into(),
        starts_at_local: "2030-01-01T20:00:00".into(),
        time_zone: "Europe/Vienna".into(),
        starts_at: Timestamp::from_micros(1),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(5_000)); *CATEGORIES],
        hold_seconds: 600,
        max_per_customer: None,
        on_sale_at: None,
        off_sale_at: None,
    }
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1_024
}
