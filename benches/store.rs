//! What the store costs: following the journal, reading one show, opening after `kill -9`, many streams.
//!
//! `cargo bench --bench store`, or with names of figures after `--`. The journal is made up on the fly, and the time that
//! takes is not counted, so the figures are sled's and the store's own.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use understudy::domain::event::SeatsHeld;
use understudy::domain::plan::SeatIndex;
use understudy::domain::{CommandId, Event, Fingerprint, HoldId, ShowEvent, StreamId, Timestamp};
use understudy::journal::{
    AppendError, Appended, CommandRecord, Commit, Fence, Head, Health, Incarnation, Journal, Position, ReadError,
    Record, codec,
};
use understudy::store::{Options, Store};
use uuid::Uuid;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [child, dir] = &arguments[..]
        && child == "fill-and-die"
    {
        fill_and_die(Path::new(dir));
    }
    let asked = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    if asked("follow") {
        follow("follow, 200 shows, 50 events per commit", 5_000_000, 50, 200);
        follow("follow, 200 shows, 1 event per commit", 1_000_000, 1, 200);
        follow("follow, 1 show, 1 event per commit", 1_000_000, 1, 1);
    }
    if asked("replay") {
        replay(1_000_000, 100);
        replay(1_000_000, 50);
        replay(300_000, 1);
    }
    if asked("streams") {
        many_streams();
    }
    if asked("views") {
        views();
    }
    if asked("open") {
        open_after_kill();
    }
}

fn follow(what: &str, events: u64, per_commit: u64, shows: u64) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let journal = Generated::new(events / per_commit, per_commit, shows);
    let before = resident_megabytes();
    let (store, took) = filled(dir.path(), &journal);
    println!(
        "{what}: {:.0} k events/s, {:.0} MB on disk, memory grew by {} MB",
        per_second(events, took) / 1e3,
        bytes_in(&dir.path().join("store")) as f64 / 1e6,
        resident_megabytes().saturating_sub(before),
    );
    store.close().expect("a clean stop");
}

fn replay(events: u64, per_commit: u64) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    // Another show in between, so that the one that is read does not lie alone.
    let journal = Generated::new(2 * events / per_commit, per_commit, 2);
    let (store, _) = filled(dir.path(), &journal);
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let read: u64 =
            store.stream(stream(0), 0).map(|record| record.expect("sound").commit.events.len() as u64).sum();
        best = best.min(start.elapsed());
        assert_eq!(read, events);
    }
    println!("replay, {per_commit} events per commit: {:.2} M events/s", per_second(events, best) / 1e6);
}

fn many_streams() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let journal = Generated::new(500_000, 1, 100_000);
    let before = resident_megabytes();
    let (store, took) = filled(dir.path(), &journal);
    let grown = resident_megabytes().saturating_sub(before);
    println!("100,000 shows, 5 commits each: followed in {took:.1?}, memory grew by {grown} MB");
    store.close().expect("a clean stop");
    let start = Instant::now();
    let (store, opened) = open(dir.path(), &journal);
    println!("100,000 shows: opened in {:.1?} ({opened:?})", start.elapsed());
    let start = Instant::now();
    let heads = store.streams().expect("an open store").filter(Result::is_ok).count();
    println!("100,000 shows: {heads} heads listed in {:.1?}", start.elapsed());
    let start = Instant::now();
    for show in 0..1_000 {
        assert_eq!(store.stream(stream(show * 97), 0).count(), 5);
    }
    println!("100,000 shows: one is read in {:.1?}", start.elapsed() / 1_000);
}

fn views() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (store, _) = open(dir.path(), &Generated::new(0, 1, 1));
    let seat_maps = store.view("seat_maps", 1).expect("a view");
    let batches = 50;
    let start = Instant::now();
    for batch in 1..=batches {
        let map = |show: u64| (stream(show).0.as_bytes().to_vec(), Some(vec![batch as u8; 20_000]));
        seat_maps.write((0..200).map(map).collect(), Position(batch)).expect("sled works");
    }
    println!("views: 200 values of 20 KB, changed at once: {:.1?} each time", start.elapsed() / batches as u32);
    let shows = store.view("shows", 1).expect("a view");
    let start = Instant::now();
    for batch in 0..100 {
        let summary = |show: u64| (stream(batch * 1_000 + show).0.as_bytes().to_vec(), Some(vec![7; 300]));
        shows.write((0..1_000).map(summary).collect(), Position(batch)).expect("sled works");
    }
    println!("views: 100,000 values of 300 bytes, 1,000 at once: {:.1?}", start.elapsed());
    let start = Instant::now();
    let entries = shows.all().expect("all are there").len();
    println!("views: all {entries} read and summed up in {:.1?}", start.elapsed());
}

fn open_after_kill() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let program = env::current_exe().expect("this program");
    let died = Command::new(program).arg("fill-and-die").arg(dir.path()).status().expect("a child");
    assert!(!died.success());
    let journal = Generated::new(100_000, 50, 200);
    let start = Instant::now();
    let (store, opened) = open(dir.path(), &journal);
    let took = start.elapsed();
    store.catch_up(&journal, &mut |_, _| {}).expect("it catches up");
    println!("open after kill -9 with 5 M events: {took:.1?} ({opened:?}), caught up after {:.1?}", start.elapsed());
}

fn fill_and_die(dir: &Path) -> ! {
    let journal = Generated::new(100_000, 50, 200);
    let (store, _) = open(dir, &journal);
    store.catch_up(&journal, &mut |_, _| {}).expect("it catches up");
    std::process::abort();
}

fn open(dir: &Path, journal: &Generated) -> (Store, understudy::store::Opened) {
    Store::open(&dir.join("store"), Options::default(), journal).expect("the store opens")
}

/// The time is the store's alone.
fn filled(dir: &Path, journal: &Generated) -> (Store, Duration) {
    let (store, _) = open(dir, journal);
    journal.nanoseconds.store(0, Ordering::Relaxed);
    let start = Instant::now();
    store.catch_up(journal, &mut |_, _| {}).expect("it catches up");
    store.flush().expect("it flushes");
    let took = start.elapsed() - Duration::from_nanos(journal.nanoseconds.load(Ordering::Relaxed));
    (store, took)
}

/// A journal that makes up its records when they are read. The hash chain is left out.
struct Generated {
    commits: u64,
    per_commit: u64,
    streams: u64,
    nanoseconds: AtomicU64,
}

impl Generated {
    fn new(commits: u64, per_commit: u64, streams: u64) -> Self {
        Self { commits, per_commit, streams, nanoseconds: AtomicU64::new(0) }
    }

    fn record(&self, position: Position) -> Record {
        let (round, show) = ((position.0 - 1) / self.streams, (position.0 - 1) % self.streams);
        let first_version = round * self.per_commit + 1;
        let command = CommandRecord { id: CommandId(position.0.into()), fingerprint: Fingerprint(7), events: 1 };
        let commit = Commit {
            stream: stream(show),
            first_version,
            time: Timestamp::from_micros(position.0 as i64),
            commands: vec![command; self.per_commit as usize],
            events: (first_version..first_version + self.per_commit).map(held).collect(),
        };
        let mut bytes = codec::encode(&commit).expect("a small commit").to_vec();
        codec::seal(&mut bytes, position, 1, position, &codec::HASH_OF_NOTHING);
        codec::frame(&bytes).and_then(|frame| frame.record()).expect("what was just encoded")
    }
}

fn stream(show: u64) -> StreamId {
    // Spread like UUIDv7 of shows that were not all made in one moment.
    StreamId(Uuid::from_u128(u128::from(show.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 48 | u128::from(show)))
}

fn held(version: u64) -> Event {
    Event::Show(ShowEvent::SeatsHeld(SeatsHeld {
        hold_id: HoldId(Uuid::from_u128(u128::from(version.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64)),
        customer_id: None,
        seats: vec![SeatIndex(version as u32 % 40_000), SeatIndex(version as u32 % 40_000 + 1)],
        general_admission: Vec::new(),
        expires_at: Timestamp::from_micros(1_760_000_000_000_000 + version as i64),
        adjacent: true,
    }))
}

impl Journal for Generated {
    fn append(&self, _: Incarnation, _: Arc<Commit>) -> Appended {
        let (answer, appended) = oneshot::channel();
        let _ = answer.send(Err(AppendError::Unavailable("made up".into())));
        appended
    }

    fn fence(&self, _: StreamId) -> oneshot::Receiver<Result<Fence, AppendError>> {
        oneshot::channel().1
    }

    fn head(&self, _: StreamId) -> Option<Head> {
        None
    }

    fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        let start = Instant::now();
        let mut bytes = 0;
        let mut records = Vec::new();
        let mut position = from;
        while position.0 <= self.commits && bytes < bytes_max {
            let record = self.record(position);
            bytes += record.bytes.len();
            records.push(record);
            position = position.next();
        }
        self.nanoseconds.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        Ok(records)
    }

    fn recent(&self, _: StreamId, _: Position) -> Option<Vec<Record>> {
        None
    }

    fn durable(&self) -> watch::Receiver<Position> {
        watch::channel(Position(self.commits)).1
    }

    fn health(&self) -> watch::Receiver<Health> {
        watch::channel(Health::Writable).1
    }
}

fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn resident_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn bytes_in(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
