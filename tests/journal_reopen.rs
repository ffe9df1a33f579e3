//! Stopping and starting: what is found again, what it costs, and what a second process hears.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use understudy::journal::local::{LocalJournal, OpenError, Options, Reader, RestoreError};
use understudy::journal::{AppendError, Incarnation, Journal, Position, ReadError, Record};

use crate::journal_fixtures::{FIRST, answer, append, assert_dense, bulky, commit, fence, read_all, stream, until};

/// Many segments, and hardly anything in memory.
fn tiny() -> Options {
    Options { segment_bytes: 2_000, preallocate_bytes: 700, recent_bytes: 1_500, ..Options::default() }
}

fn open(dir: &Path) -> LocalJournal {
    LocalJournal::open(dir, tiny()).expect("it can be opened")
}

fn write(journal: &LocalJournal, versions: std::ops::RangeInclusive<u64>) {
    for version in versions {
        append(journal, bulky(stream(u128::from(version % 7)), version.div_ceil(7), 20)).expect("accepted");
    }
}

fn files(dir: &Path, suffix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.to_str().is_some_and(|path| path.ends_with(suffix))).collect();
    files.sort();
    files
}

#[test]
fn a_new_journal_says_that_it_is_new_and_an_old_one_does_not() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(&dir.path().join("deep/down"));
    assert!(journal.opening().created);
    drop(journal);
    let journal = open(&dir.path().join("deep/down"));
    assert!(!journal.opening().created, "empty, but not new");
    assert_eq!(journal.opening().heads_rebuilt, None);
}

#[test]
fn everything_is_there_after_any_number_of_restarts_and_segments() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut all: Vec<Record> = Vec::new();
    for round in 0..6 {
        let journal = open(dir.path());
        assert_eq!(*journal.durable().borrow(), Position(round * 70));
        assert_eq!(read_all(&journal, Position(1), 3_000), all);
        write(&journal, round * 70 + 1..=round * 70 + 70);
        all = read_all(&journal, Position(1), 3_000);
        assert_dense(&all, Position(1));
        assert_eq!(all.len() as u64, round * 70 + 70);
        assert_eq!(journal.end(), (Position(round * 70 + 70), all.last().expect("some").hash));
        assert_eq!(all.last().expect("some").epoch, round + 1);
    }
    assert!(files(dir.path(), ".journal").len() > 20);
}

#[test]
fn incarnations_begin_anew_with_every_opening() {
    let dir = tempfile::tempdir().expect("a directory");
    for _ in 0..2 {
        let journal = open(dir.path());
        assert_eq!(fence(&journal, stream(1)).expect("fenced").incarnation, Incarnation(1));
    }
}

#[test]
fn a_closed_journal_can_be_read_and_refuses_the_rest() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    let queued: Vec<_> = (1..=30).map(|version| journal.append(FIRST, commit(stream(1), version, 1))).collect();
    journal.close();
    queued.into_iter().for_each(|queued| drop(answer(queued).expect("it was queued before")));
    assert!(matches!(append(&journal, commit(stream(1), 31, 1)), Err(AppendError::Unavailable(_))));
    assert!(matches!(fence(&journal, stream(1)), Err(AppendError::Unavailable(_))));
    assert_eq!(read_all(&journal, Position(1), 1_000).len(), 30);
    drop(open(dir.path()));
    journal.close();
}

#[test]
fn a_second_opener_is_refused_in_words_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=3);
    let refused = LocalJournal::open(dir.path(), tiny()).map(|_| ()).expect_err("it is in use");
    assert!(matches!(refused, OpenError::InUse { .. }));
    assert!(
        refused.to_string().contains(&format!("in use by another process (process {})", std::process::id())),
        "{refused}"
    );
    assert!(matches!(Reader::open(dir.path()), Err(OpenError::InUse { .. })));
    write(&journal, 4..=6);
}

#[test]
fn heads_that_are_missing_damaged_or_of_another_journal_are_folded_from_the_segments() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=100);
    let heads: Vec<_> = (0..7).map(|number| journal.head(stream(number))).collect();
    drop(journal);
    let other = tempfile::tempdir().expect("a directory");
    let journal = open(other.path());
    append(&journal, commit(stream(5), 1, 3)).expect("accepted");
    drop(journal);
    let path = dir.path().join("heads");
    let sound = fs::read(&path).expect("readable");
    let foreign = fs::read(other.path().join("heads")).expect("readable");
    let mut flipped = sound.clone();
    flipped[30] ^= 1;
    for (what, bytes) in [("damaged", &flipped[..]), ("cut", &sound[..70]), ("empty", &[]), ("foreign", &foreign)] {
        fs::write(&path, bytes).expect("written");
        let options = Options { check_at_start_bytes: 0, ..tiny() };
        let journal = LocalJournal::open(dir.path(), options).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(journal.opening().heads_rebuilt.is_some(), "{what}");
        assert_eq!((0..7).map(|number| journal.head(stream(number))).collect::<Vec<_>>(), heads, "{what}");
        drop(journal);
        assert_eq!(open(dir.path()).opening().heads_rebuilt, None, "{what}: it was written anew");
    }
}

#[test]
fn stale_heads_are_brought_up_to_date_from_where_they_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("heads");
    let journal = open(dir.path());
    write(&journal, 1..=37);
    drop(journal);
    let stale = fs::read(&path).expect("readable");
    let journal = open(dir.path());
    write(&journal, 38..=120);
    let heads: Vec<_> = (0..7).map(|number| journal.head(stream(number))).collect();
    drop(journal);
    fs::write(&path, stale).expect("written");
    let options = Options { check_at_start_bytes: 0, ..tiny() };
    let journal = LocalJournal::open(dir.path(), options).expect("sound");
    assert_eq!(journal.opening().heads_rebuilt, None);
    assert!(journal.opening().bytes_unchecked > 0, "what is before them need not be read");
    assert_eq!((0..7).map(|number| journal.head(stream(number))).collect::<Vec<_>>(), heads);
}

#[test]
fn heads_are_written_down_when_a_segment_is_full_and_not_only_at_the_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=40);
    until("the heads are written down", || dir.path().join("heads").exists());
}

/// Copies a directory as a crash would leave it at some moment: each file as far as it was written by then.
fn copy_while_it_runs(from: &Path, to: &Path) {
    // The heads first and then the segments in order: what a copy taken later has, the earlier ones must lead up to.
    for path in files(from, "heads").into_iter().chain(files(from, ".journal")) {
        fs::copy(&path, to.join(path.file_name().expect("a file"))).expect("copied");
    }
}

#[test]
fn a_copy_taken_while_it_is_written_has_everything_acknowledged_before_and_opens() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = Options { segment_bytes: 30_000, preallocate_bytes: 10_000, ..Options::default() };
    let journal = Arc::new(LocalJournal::open(dir.path(), options.clone()).expect("new"));
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for writer in 0..4u128 {
            let (journal, stop, acknowledged) = (Arc::clone(&journal), &stop, &acknowledged);
            scope.spawn(move || {
                for version in 1.. {
                    let record = append(&*journal, bulky(stream(writer), version, 30)).expect("accepted");
                    acknowledged.fetch_max(record.position.0, Ordering::SeqCst);
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        for _ in 0..15 {
            let before = acknowledged.load(Ordering::SeqCst);
            until("it has gone on", || acknowledged.load(Ordering::SeqCst) > before + 200);
            let before = acknowledged.load(Ordering::SeqCst);
            let copy = tempfile::tempdir().expect("a directory");
            copy_while_it_runs(dir.path(), copy.path());
            let crashed = LocalJournal::open(copy.path(), options.clone()).expect("a crash is survived");
            let records = read_all(&crashed, Position(1), 1 << 20);
            assert_dense(&records, Position(1));
            assert!(records.len() as u64 >= before, "{} of {before}", records.len());
            crashed.scrub(|_| std::ops::ControlFlow::Continue(())).expect("sound");
            append(&crashed, commit(stream(9), 1, 1)).expect("and goes on");
        }
        stop.store(true, Ordering::SeqCst);
    });
}

#[test]
fn what_a_crash_left_half_prepared_is_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path()));
    for name in ["segment.tmp", "spare-3.tmp", "heads.tmp"] {
        fs::write(dir.path().join(name), b"half").expect("written");
    }
    drop(open(dir.path()));
    assert_eq!(files(dir.path(), ".tmp"), Vec::<PathBuf>::new());
}

#[test]
fn a_record_larger_than_a_segment_gets_a_segment_of_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    append(&journal, commit(stream(1), 1, 1)).expect("small");
    append(&journal, bulky(stream(1), 2, 100_000)).expect("large");
    append(&journal, commit(stream(1), 3, 1)).expect("small");
    let records = read_all(&journal, Position(1), 1);
    assert_eq!(records.len(), 3);
    drop(journal);
    assert_eq!(files(dir.path(), ".journal").len(), 3);
    assert_eq!(read_all(&open(dir.path()), Position(1), 1), records);
}

#[test]
fn only_what_continues_the_chain_can_be_restored() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=30);
    let records = read_all(&journal, Position(1), 1 << 20);
    drop(journal);
    let bytes = |from: usize| records[from..].iter().map(|record| Arc::clone(&record.bytes)).collect::<Vec<_>>();
    let shorter = tempfile::tempdir().expect("a directory");
    let journal = open(shorter.path());
    let refused = journal.restore(bytes(1)).expect_err("the first is missing");
    assert!(matches!(refused, RestoreError::NotNext { position: Position(1), .. }), "{refused}");
    journal.restore(bytes(0)[..10].to_vec()).expect("the first ten");
    let mut damaged = records[10].bytes.to_vec();
    damaged[80] ^= 1;
    assert!(journal.restore(vec![damaged.into()]).is_err());
    assert!(journal.restore(bytes(9)).is_err());
    journal.restore(bytes(10)).expect("the rest");
    assert_eq!(read_all(&journal, Position(1), 1 << 20), records);
    assert_eq!(journal.end(), (Position(30), records[29].hash));
    assert_eq!(journal.head(stream(3)).map(|head| head.version), Some(4));
    let next = append(&journal, bulky(stream(3), 5, 20)).expect("versions go on");
    assert!(next.epoch > records[29].epoch);
    drop(journal);
    assert_eq!(read_all(&open(shorter.path()), Position(1), 1 << 20)[..30], records);
}

#[test]
fn a_reader_sees_every_record_and_how_far_it_has_come() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=80);
    let records = read_all(&journal, Position(1), 1 << 20);
    drop(journal);
    let mut reader = Reader::open(dir.path()).expect("nobody writes");
    Reader::open(dir.path()).map(|_| ()).expect("two may read");
    let read: Result<Vec<_>, _> = reader.by_ref().collect();
    assert_eq!(read, Ok(records));
    let progress = reader.progress();
    assert_eq!((progress.records, progress.damages), (80, 0));
    assert_eq!(progress.bytes_done, progress.bytes_total);
    assert_eq!(reader.torn_tail(), None);
}

#[test]
fn a_reader_reports_damage_and_goes_on_behind_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=160);
    drop(journal);
    let segments = files(dir.path(), ".journal");
    let damage = |segment: usize, at: usize| {
        let mut bytes = fs::read(&segments[segment]).expect("readable");
        bytes[at] ^= 1;
        fs::write(&segments[segment], bytes).expect("written");
    };
    damage(1, 300);
    damage(2, 20);
    fs::remove_file(&segments[4]).expect("removed");
    let mut reader = Reader::open(dir.path()).expect("nobody writes");
    let mut found = Vec::new();
    let mut before = Vec::new();
    while let Some(item) = reader.next() {
        match item {
            Ok(_) => {}
            Err(ReadError::Damaged { file, .. }) => {
                before.push(reader.progress().records);
                found.push(file);
            }
            Err(error) => panic!("{error}"),
        }
    }
    let name = |segment: usize| segments[segment].to_str().expect("a path").to_owned();
    assert_eq!(found, [name(1), name(2), name(5)]);
    assert!(before.is_sorted() && before[0] > 0);
    let lost = 160 - reader.progress().records;
    assert!(lost > 1 && lost < 40, "{lost}");
}

#[test]
fn a_reader_leaves_a_torn_tail_as_it_is_and_says_where_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open(dir.path());
    write(&journal, 1..=3);
    drop(journal);
    let path = &files(dir.path(), ".journal")[0];
    let bytes = fs::read(path).expect("readable");
    let end = bytes.iter().rposition(|&byte| byte != 0).expect("records") + 1;
    let torn = [&bytes[..end], b"half a record"].concat();
    fs::write(path, &torn).expect("written");
    let mut reader = Reader::open(dir.path()).expect("nobody writes");
    assert_eq!(reader.by_ref().filter(Result::is_ok).count(), 3);
    assert_eq!(reader.progress().damages, 0);
    assert_eq!(reader.torn_tail().map(|tail| tail.bytes), Some(13));
    assert_eq!(fs::read(path).expect("readable"), torn);
}
