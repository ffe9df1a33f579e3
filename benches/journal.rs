//! What the journal costs: appends at several numbers in flight, opening a long one, reading it.
//!
//! `cargo bench --bench journal [-- DIRECTORY]`. Every figure has to be read beside the disk's own latency, which is
//! printed first; with 2 ms added it is the latency of a disk in a cloud.

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use understudy::domain::{CommandId, Event, Fingerprint, ShowEvent, StreamId, Timestamp};
use understudy::journal::local::{Fault, LocalJournal, Options, fdatasync_latency};
use understudy::journal::{Appended, CommandRecord, Commit, Incarnation, Journal, Position};

const LONG_EVENTS: u64 = 5_000_000;

fn main() {
    // `cargo bench` passes options of its own.
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let dir = given.map_or_else(std::env::temp_dir, Into::into);
    let latency = fdatasync_latency(&dir).expect("the directory can be written");
    println!("{}: 4 KiB + fdatasync: median {:?}, p99 {:?}\n", dir.display(), latency.median, latency.p99);

    println!(
        "{:>10} {:>8} {:>8} {:>12} {:>12} {:>10} {:>10} {:>8}",
        "disk", "flight", "events", "commits/s", "events/s", "p50", "p99", "group"
    );
    for (disk, fault) in [("as it is", Fault::Well), ("+2 ms", Fault::Slow { micros: 2_000 })] {
        for (in_flight, events) in [(1, 1), (16, 1), (256, 1), (4_096, 1), (16, 50), (256, 50)] {
            appends(&dir, disk, fault, in_flight, events);
        }
    }
    println!();
    for events in [50, 1] {
        long_journal(&dir, events);
    }
}

fn commit(stream: u64, first_version: u64, events: u32) -> Arc<Commit> {
    let event = || Event::Show(ShowEvent::SeatsBlocked { seats: Vec::new(), reason: "sixteen bytes ok".into() });
    Arc::new(Commit {
        stream: StreamId(uuid::Uuid::from_u128(u128::from(stream) << 64 | 7)),
        first_version,
        time: Timestamp::from_micros(1_700_000_000_000_000),
        commands: vec![CommandRecord { id: CommandId(u128::MAX / 3), fingerprint: Fingerprint(u64::MAX / 3), events }],
        events: (0..events).map(|_| event()).collect(),
    })
}

/// So many commits in flight, each of a stream of its own, until `count` are acknowledged.
fn drive(journal: &LocalJournal, in_flight: u64, events: u32, count: u64) -> Vec<Duration> {
    let mut waiting: VecDeque<(Instant, Appended)> = VecDeque::with_capacity(in_flight as usize);
    let mut taken = Vec::with_capacity(count as usize);
    let mut acknowledge = |(begun, appended): (Instant, Appended)| {
        appended.blocking_recv().expect("answered").expect("accepted");
        taken.push(begun.elapsed());
    };
    for index in 0..count {
        if waiting.len() as u64 == in_flight {
            waiting.pop_front().into_iter().for_each(&mut acknowledge);
        }
        let (stream, round) = (index % in_flight, index / in_flight);
        let commit = commit(stream, round * u64::from(events) + 1, events);
        waiting.push_back((Instant::now(), journal.append(Incarnation(0), commit)));
    }
    waiting.into_iter().for_each(acknowledge);
    taken
}

fn appends(dir: &Path, disk: &str, fault: Fault, in_flight: u64, events: u32) {
    let dir = tempfile::tempdir_in(dir).expect("a directory");
    let options = Options::default();
    let faults = Arc::clone(&options.faults);
    let journal = LocalJournal::open(dir.path(), options).expect("new");
    faults.set(fault);
    let rate = if fault == Fault::Well { in_flight * 6_000 } else { in_flight * 350 };
    let count = (rate * 2).clamp(500, 2_000_000 / u64::from(events));
    let begun = Instant::now();
    let mut taken = drive(&journal, in_flight, events, count);
    let seconds = begun.elapsed().as_secs_f64();
    taken.sort_unstable();
    let figures = journal.figures();
    println!(
        "{disk:>10} {in_flight:>8} {events:>8} {:>12.0} {:>12.0} {:>10.0?} {:>10.0?} {:>8.1}",
        count as f64 / seconds,
        (count * u64::from(events)) as f64 / seconds,
        taken[taken.len() / 2],
        taken[taken.len() * 99 / 100],
        figures.commits as f64 / figures.groups as f64,
    );
}

fn long_journal(dir: &Path, events: u32) {
    let dir = tempfile::tempdir_in(dir).expect("a directory");
    let heads = dir.path().join("heads");
    let open = |what: &str| {
        let begun = Instant::now();
        let journal = LocalJournal::open(dir.path(), Options::default()).expect("sound");
        let opening = journal.opening();
        println!("  open, {what}: {:.0?}, {} MB checked", begun.elapsed(), opening.bytes_checked / 1_000_000);
        journal
    };
    let journal = LocalJournal::open(dir.path(), Options::default()).expect("new");
    let begun = Instant::now();
    drive(&journal, 4_096, events, LONG_EVENTS / u64::from(events));
    println!("{LONG_EVENTS} events in commits of {events}: written in {:.1?}", begun.elapsed());
    let at_last_roll = std::fs::read(&heads);
    drop(journal);
    drop(open("after a clean stop"));
    if let Ok(at_last_roll) = at_last_roll {
        std::fs::write(&heads, at_last_roll).expect("written");
        drop(open("after kill -9 (heads of the last full segment)"));
    }
    std::fs::remove_file(&heads).expect("it was there");
    drop(open("without heads"));
    evict(dir.path()).expect("advice");
    let journal = open("after a clean stop, page cache cold");
    read_all(&journal);
    let begun = Instant::now();
    let scrubbed = journal.scrub(|_| ControlFlow::Continue(())).expect("sound");
    println!("  scrub: {:.0} MB/s\n", scrubbed.bytes as f64 / 1e6 / begun.elapsed().as_secs_f64());
}

fn read_all(journal: &LocalJournal) {
    let (begun, mut next, mut bytes, mut events) = (Instant::now(), Position(1), 0, 0);
    loop {
        let records = journal.read(next, 1 << 20).expect("sound");
        let Some(last) = records.last() else { break };
        next = last.position.next();
        bytes += records.iter().map(|record| record.bytes.len()).sum::<usize>();
        events += records.iter().map(|record| record.commit.events.len()).sum::<usize>();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let rates = (bytes as f64 / 1e6 / seconds, next.0 as f64 / seconds, events as f64 / seconds);
    println!("  read in order: {:.0} MB/s, {:.0} commits/s, {:.0} events/s", rates.0, rates.1, rates.2);
}

fn evict(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let file = std::fs::File::open(entry?.path())?;
        file.sync_all()?;
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    }
    Ok(())
}
