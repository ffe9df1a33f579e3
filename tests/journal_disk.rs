//! A disk that fails, is full, is slow, or lies, while the journal runs: what is acknowledged, and what comes after.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use understudy::journal::local::{DiskFaults, Fault, LocalJournal, Options, fdatasync_latency};
use understudy::journal::{AppendError, Health, Incarnation, Journal, Position};

use crate::journal_fixtures::{FIRST, answer, append, bulky, commit, fence, read_all, stream, until};

struct Subject {
    journal: LocalJournal,
    faults: Arc<DiskFaults>,
    dir: TempDir,
}

impl Subject {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let options =
            Options { segment_bytes: 1 << 16, preallocate_bytes: 1 << 12, recent_bytes: 1000, ..Options::default() };
        let faults = Arc::clone(&options.faults);
        let journal = LocalJournal::open(dir.path(), options).expect("new");
        Self { journal, faults, dir }
    }

    fn wait_until_writable(&self) {
        let health = self.journal.health();
        until("it can be written again", || *health.borrow() == Health::Writable);
    }

    /// Exactly these versions of the first stream are there, now and after a restart.
    fn assert_versions(self, count: u64) {
        let Self { journal, dir, .. } = self;
        let versions = |journal: &LocalJournal| -> Vec<_> {
            let records = read_all(journal, Position(1), 1 << 20);
            records.iter().map(|record| record.commit.first_version).collect()
        };
        let expected: Vec<_> = (1..=count).collect();
        assert_eq!(versions(&journal), expected);
        drop(journal);
        let reopened = LocalJournal::open(dir.path(), Options::default()).expect("sound");
        assert_eq!(versions(&reopened), expected);
        assert_eq!(reopened.head(stream(1)).map_or(0, |head| head.version), count);
    }
}

fn is_unavailable<T>(outcome: &Result<T, AppendError>) -> bool {
    matches!(outcome, Err(AppendError::Unavailable(_)))
}

#[test]
fn a_failing_disk_acknowledges_nothing_and_everything_goes_on_when_it_is_well_again() {
    for fault in [Fault::Failing, Fault::Full, Fault::Lying, Fault::Panicking] {
        let subject = Subject::new();
        let Subject { journal, faults, .. } = &subject;
        append(journal, commit(stream(1), 1, 1)).expect("well so far");
        faults.set(fault);
        let outcome = append(journal, commit(stream(1), 2, 1));
        assert!(is_unavailable(&outcome), "{fault:?}: {outcome:?}");
        assert_eq!(journal.head(stream(1)).map(|head| head.version), Some(1), "{fault:?}");
        assert_eq!(*journal.durable().borrow(), Position(1), "{fault:?}");
        until("it says so", || matches!(*journal.health().borrow(), Health::Unavailable { .. }));
        assert!(is_unavailable(&fence(journal, stream(1))), "{fault:?}");
        assert_eq!(read_all(journal, Position(1), 1 << 20).len(), 1, "{fault:?}: reading goes on");
        faults.set(Fault::Well);
        subject.wait_until_writable();
        let fence = fence(journal, stream(1)).expect("writable");
        assert_eq!(fence.head.map(|head| head.version), Some(1), "{fault:?}");
        for version in 2..=5 {
            answer(journal.append(fence.incarnation, commit(stream(1), version, 1))).expect("writable");
        }
        assert!(journal.figures().failures >= 1 && journal.figures().reopenings >= 1);
        subject.assert_versions(5);
    }
}

#[test]
fn one_failed_sync_is_mended_by_itself_and_what_it_carried_is_not_there() {
    for fault in [Fault::Lying, Fault::Failing] {
        let subject = Subject::new();
        append(&subject.journal, commit(stream(1), 1, 1)).expect("well so far");
        subject.faults.set_for(fault, 1);
        assert!(is_unavailable(&append(&subject.journal, commit(stream(1), 2, 1))));
        subject.wait_until_writable();
        append(&subject.journal, commit(stream(1), 2, 1)).expect("the version is still free");
        let segments = std::fs::read_dir(subject.dir.path()).expect("a directory");
        let count = segments
            .filter(|entry| entry.as_ref().is_ok_and(|it| it.path().extension().is_some_and(|is| is == "journal")));
        assert_eq!(count.count(), 2, "a segment whose sync failed is not written again");
        subject.assert_versions(2);
    }
}

#[test]
fn a_first_write_that_fails_leaves_no_empty_segment_behind() {
    let subject = Subject::new();
    subject.faults.set_for(Fault::Lying, 1);
    assert!(is_unavailable(&append(&subject.journal, commit(stream(1), 1, 1))));
    subject.wait_until_writable();
    append(&subject.journal, commit(stream(1), 1, 1)).expect("writable");
    subject.assert_versions(1);
}

#[test]
fn all_that_is_queued_is_refused_at_once_and_not_kept_for_later() {
    let subject = Subject::new();
    let Subject { journal, faults, .. } = &subject;
    faults.set_for(Fault::Slow { micros: 2_000_000 }, 1);
    let busy = journal.append(FIRST, commit(stream(1), 1, 1));
    until("the writer is busy", || faults.get() == Fault::Well);
    let queued: Vec<_> = (2..=100).map(|version| journal.append(FIRST, commit(stream(1), version, 1))).collect();
    let fenced = journal.fence(stream(1));
    faults.set(Fault::Failing);
    answer(busy).expect("it was before");
    assert!(queued.into_iter().all(|queued| is_unavailable(&answer(queued))));
    assert!(is_unavailable(&answer(fenced)));
    let begun = Instant::now();
    assert!(is_unavailable(&append(journal, commit(stream(1), 2, 1))));
    assert!(begun.elapsed() < Duration::from_secs(1), "at once");
    faults.set(Fault::Well);
    subject.wait_until_writable();
    assert_eq!(subject.journal.head(stream(1)).map(|head| head.version), Some(1));
    subject.assert_versions(1);
}

#[test]
fn it_fails_again_and_again_and_loses_nothing_that_was_acknowledged() {
    let subject = Subject::new();
    let Subject { journal, faults, .. } = &subject;
    let (mut version, mut incarnation) = (1, Incarnation(0));
    for round in 0..60 {
        let fault = [Fault::Lying, Fault::Failing, Fault::Full, Fault::Panicking][round % 4];
        faults.set_for(fault, 1 + round as u64 % 3);
        let outcome = answer(journal.append(incarnation, bulky(stream(1), version, 50 * round)));
        version += u64::from(outcome.is_ok());
        until("a fence is granted", || {
            fence(journal, stream(1)).is_ok_and(|fence| {
                incarnation = fence.incarnation;
                assert_eq!(fence.head.map_or(0, |head| head.version), version - 1);
                true
            })
        });
        answer(journal.append(incarnation, commit(stream(1), version, 1))).map(|_| version += 1).unwrap_or_default();
    }
    subject.faults.set(Fault::Well);
    subject.assert_versions(version - 1);
}

#[test]
fn an_acknowledgement_waits_for_the_sync() {
    let subject = Subject::new();
    let Subject { journal, faults, .. } = &subject;
    faults.set(Fault::Slow { micros: 300_000 });
    for version in 1..=5 {
        let begun = Instant::now();
        let queued = journal.append(FIRST, commit(stream(1), version, 1));
        assert_eq!(*journal.durable().borrow(), Position(version - 1));
        answer(queued).expect("slow, but well");
        assert!(begun.elapsed() >= Duration::from_millis(300));
    }
    assert!(journal.figures().sync_micros_mean() > 10_000);
    subject.assert_versions(5);
}

#[test]
fn a_slow_disk_gets_larger_groups() {
    let subject = Subject::new();
    subject.faults.set(Fault::Slow { micros: 2_000 });
    let queued: Vec<_> =
        (1..=500).map(|version| subject.journal.append(FIRST, commit(stream(1), version, 1))).collect();
    queued.into_iter().for_each(|queued| drop(answer(queued).expect("accepted")));
    let figures = subject.journal.figures();
    assert_eq!((figures.commits, figures.events), (500, 500));
    assert!(figures.groups < 50, "{figures:?}");
}

#[test]
fn a_disk_without_room_for_a_prepared_segment_is_written_as_it_grows() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = Options { segment_bytes: u64::MAX / 4, preallocate_bytes: u64::MAX / 4, ..Options::default() };
    let journal = LocalJournal::open(dir.path(), options).expect("it does without");
    append(&journal, commit(stream(1), 1, 1)).expect("accepted");
}

#[test]
fn the_latency_of_a_disk_can_be_measured() {
    let dir = tempfile::tempdir().expect("a directory");
    let latency = fdatasync_latency(dir.path()).expect("measured");
    assert!(latency.median <= latency.p99 && latency.p99 > Duration::ZERO);
    assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 0, "nothing is left behind");
}

#[test]
#[ignore = "needs a file system of a few megabytes: mount -t tmpfs -o size=3m tmpfs DIR; UNDERSTUDY_TINY_DISK=DIR"]
fn a_disk_that_is_really_full_refuses_and_goes_on_when_there_is_room_again() {
    let disk = std::env::var_os("UNDERSTUDY_TINY_DISK").expect("the directory of a small file system");
    let dir = tempfile::tempdir_in(&disk).expect("a directory");
    let ballast = tempfile::tempdir_in(&disk).expect("a directory");
    let ballast = ballast.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1 << 20]).expect("there is room");
    let journal = LocalJournal::open(dir.path(), Options::default()).expect("it does without prepared segments");
    let mut version = 1;
    while append(&journal, bulky(stream(1), version, 10_000)).is_ok() {
        version += 1;
    }
    assert!(version > 100, "{version}");
    for _ in 0..20 {
        let outcome = append(&journal, bulky(stream(1), version, 100_000));
        assert!(is_unavailable(&outcome), "{outcome:?}");
    }
    std::fs::remove_file(&ballast).expect("removed");
    until("it goes on", || append(&journal, bulky(stream(1), version, 10_000)).is_ok());
    drop(journal);
    let journal = LocalJournal::open(dir.path(), Options::default()).expect("sound");
    assert_eq!(*journal.durable().borrow(), Position(version));
}
