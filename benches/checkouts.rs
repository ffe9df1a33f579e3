//! Checkouts in process: how many are completed per second on one hot show, through a provider that answers at once; what
//! one that waits for its buyer costs in memory, and how fast a restart finds ten thousand of them.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::actors::{BeginCheckout, CheckoutError, ImportVenue};
use understudy::app::{Data, House, HouseOptions};
use understudy::domain::command::HoldSeats;
use understudy::domain::event::ShowTerms;
use understudy::domain::money::Money;
use understudy::domain::plan::{GeneralAdmission, ImportOptions, import};
use understudy::domain::{Action, CheckoutId, Command, CommandId, Fingerprint, HoldId, ShowId, Timestamp, VenueId};
use understudy::journal::local::Options as JournalOptions;
use understudy::payments::Secret;
use understudy::payments::simulated::{Errands, Pays, SimulatedGateway, SimulatedOptions};
use understudy::store::Options as StoreOptions;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COMPLETED: usize = 20_000;
const WAITING: usize = 10_000;
const BATCHES: usize = 12;
/// By then caches are full.
const FULL: usize = 4;
const CALLERS: usize = 256;
const WITHIN: Duration = Duration::from_secs(60);

fn main() {
    // A process of its own measures nothing but what a restart has found.
    if let Some(dir) = std::env::var_os("CHECKOUTS_FOUND_IN") {
        return actix_rt::System::new().block_on(found_again(Path::new(&dir)));
    }
    actix_rt::System::new().block_on(completed());
    let dir = tempfile::tempdir().expect("a directory");
    actix_rt::System::new().block_on(waiting(dir.path()));
    let itself = std::env::current_exe().expect("it runs");
    let child = std::process::Command::new(itself).env("CHECKOUTS_FOUND_IN", dir.path()).status();
    assert!(child.expect("it can be started").success());
}

async fn completed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (data, house, _errands) = open(dir.path(), Pays::AtOnce).await;
    let show = on_sale(&house).await;
    let holds = holds(&house, show, COMPLETED).await;
    let began = Instant::now();
    begin_all(&house, show, holds).await;
    let per_second = COMPLETED as f64 / began.elapsed().as_secs_f64();
    println!("{per_second:.0} checkouts completed per second, {CALLERS} at a time, one hot show");
    close(data, house).await;
}

/// Caches have bounds of their own and fill up first: what the later batches add is what checkouts cost. Their holds are
/// there before, and the book of the simulated provider, who lives in the same process, is counted in.
async fn waiting(dir: &Path) {
    let (data, house, _errands) = open(dir, Pays::WhenTold).await;
    let show = on_sale(&house).await;
    let all = holds(&house, show, WAITING * BATCHES).await;
    house.views.settle(WITHIN).await;
    let mut resident = Vec::new();
    for batch in all.chunks(WAITING) {
        begin_all(&house, show, batch.to_vec()).await;
        house.views.settle(WITHIN).await;
        resident.push(resident_bytes());
        println!("{WAITING} more wait for their buyers: {} KiB resident in all", resident[resident.len() - 1] >> 10);
    }
    let each = slope(&resident[FULL - 1..]) / WAITING as f64;
    println!("{each:.0} bytes each, of those after the first {FULL} batches");
    close(data, house).await;
}

/// Of the line that fits best: single readings have buffers in them that come and go.
fn slope(readings: &[u64]) -> f64 {
    let mean_at = (readings.len() - 1) as f64 / 2.0;
    let mean = readings.iter().sum::<u64>() as f64 / readings.len() as f64;
    let from_mean = (0..).zip(readings).map(|(at, reading)| (f64::from(at) - mean_at, *reading as f64 - mean));
    let (shared, square) =
        from_mean.fold((0.0, 0.0), |(shared, square), (at, reading)| (shared + at * reading, square + at * at));
    shared / square
}

async fn found_again(dir: &Path) {
    let began = Instant::now();
    let (data, house, _errands) = open(dir, Pays::WhenTold).await;
    let opened = began.elapsed();
    // The first answer comes when all of them are there.
    let nobody = house.checkouts.get(CheckoutId(Uuid::nil())).await;
    assert_eq!(nobody.err(), Some(CheckoutError::NotFound));
    let count: u64 = house.checkouts.report().open.values().sum();
    let (found, resident) = (began.elapsed() - opened, resident_bytes() >> 10);
    println!("{count} found again in {found:?}, after a start that took {opened:?}; {resident} KiB resident");
    close(data, house).await;
}

async fn open(dir: &Path, pays: Pays) -> (Data, House, Errands) {
    let journal = JournalOptions { recent_bytes: 1 << 20, ..JournalOptions::default() };
    let data = Data::open(dir, journal, StoreOptions { cache_bytes: 8 << 20 }, &mut |_, _| {}).expect("a directory");
    let options = SimulatedOptions { pays, ..SimulatedOptions::default() };
    let (gateway, errands) =
        SimulatedGateway::open(options, Secret::new("s"), Some(&dir.join("payments"))).expect("it opens");
    let options = HouseOptions { gateways: vec![gateway], ..HouseOptions::default() };
    let house = House::open(data.journal.clone(), data.store.clone(), options);
    house.ready(WITHIN).await.expect("views");
    (data, house, errands)
}

async fn close(data: Data, house: House) {
    house.leave(WITHIN).await;
    drop(house);
    data.close().expect("it closes");
}

async fn on_sale(house: &House) -> ShowId {
    let now = house.directory.now();
    let plan = r##"{"name":"bench","categories":[{"name":"A","color":"#fff"}],"zones":[]}"##;
    let pit = GeneralAdmission { area: "Pit".into(), category: "A".into(), capacity: 1_000_000 };
    let options = ImportOptions { general_admission: vec![pit], accessible: Vec::new() };
    let plan = import(plan, options).expect("the plan is right");
    let (id, fingerprint) = (new_id(), Fingerprint(1));
    let request = ImportVenue { id, fingerprint, at: now, name: "bench".into(), plan, organiser: None };
    let venue = house.venues.import(VenueId(Uuid::now_v7()), request).await.expect("a venue");
    let terms = ShowTerms {
        venue_id: venue.venue.id,
        title: "bench".into(),
        starts_at_local: "2030-01-01T20:00:00".into(),
        time_zone: "UTC".into(),
        starts_at: now.plus_seconds(1_000_000),
        currency: "EUR".into(),
        prices: vec![Some(Money::from_minor(1_000))],
        hold_seconds: 3_600,
        max_per_customer: None,
        on_sale_at: Some(now),
        off_sale_at: None,
    };
    let command = command(now, Action::ScheduleShow { terms: Box::new(terms), organiser: None });
    house.directory.schedule(ShowId(Uuid::now_v7()), command).await.expect("a show").0
}

async fn holds(house: &House, show: ShowId, count: usize) -> Vec<HoldId> {
    let ids: Vec<HoldId> = (0..count).map(|_| HoldId(Uuid::now_v7())).collect();
    let directory = house.directory.clone();
    let each = ids.clone().into_iter().map(move |hold_id| {
        let directory = directory.clone();
        async move {
            let asked = HoldSeats {
                hold_id,
                customer_id: None,
                seats: vec![],
                best_available: None,
                general_admission: vec![("Pit".into(), 2)],
            };
            let action = Action::HoldSeats(asked);
            directory.send(show, command(directory.now(), action)).await.expect("there is room");
        }
    });
    at_once(each).await;
    ids
}

async fn begin_all(house: &House, show_id: ShowId, holds: Vec<HoldId>) {
    let checkouts = house.checkouts.clone();
    let each = holds.into_iter().map(move |hold_id| {
        let checkouts = checkouts.clone();
        async move {
            let fresh = CheckoutId(Uuid::now_v7());
            let request = BeginCheckout { show_id, hold_id, id: new_id(), fingerprint: Fingerprint(1), fresh };
            checkouts.begin(request).await.expect("it begins");
        }
    });
    at_once(each).await;
}

/// So many at a time as there are callers.
async fn at_once(each: impl Iterator<Item = impl Future<Output = ()>> + 'static) {
    let each = Arc::new(tokio::sync::Mutex::new(each));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let each = each.clone();
            actix_rt::spawn(async move {
                loop {
                    let Some(next) = each.lock().await.next() else { return };
                    next.await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no caller panics");
    }
}

fn command(at: Timestamp, action: Action) -> Command {
    Command { id: new_id(), fingerprint: Fingerprint(1), at, action }
}

fn new_id() -> CommandId {
    CommandId(Uuid::new_v4().as_u128())
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4_096
}
