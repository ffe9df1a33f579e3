//! What the journal does about bytes that are not as it wrote them: a torn tail is cut, everything else refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use understudy::journal::local::{LocalJournal, OpenError, Opening, Options, Reader};
use understudy::journal::{Journal, Position, Record, codec};

use crate::journal_fixtures::{FIRST, answer, append, assert_dense, bulky, commit, fence, read_all, stream, until};

const SEGMENT_HEADER_BYTES: u64 = 72;

fn small() -> Options {
    Options { segment_bytes: 1 << 20, preallocate_bytes: 1 << 13, ..Options::default() }
}

fn open(dir: &Path) -> LocalJournal {
    LocalJournal::open(dir, small()).expect("it can be opened")
}

/// What a crash leaves behind: the segments as they are now, and no table of heads that a clean stop would write.
fn crash(journal_dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a directory");
    for segment in segments(journal_dir) {
        fs::copy(&segment, copy.path().join(segment.file_name().expect("a file"))).expect("copied");
    }
    copy
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path());
    let mut segments: Vec<_> = entries.filter(|path| path.extension().is_some_and(|is| is == "journal")).collect();
    segments.sort();
    segments
}

/// Acknowledged records one by one, and then a last group of several records in one write.
struct Written {
    dir: TempDir,
    records: Vec<Record>,
    last_group: usize,
    bytes: Vec<u8>,
}

impl Written {
    fn new(alone: u64, together: u64) -> Self {
        let living = tempfile::tempdir().expect("a directory");
        let options = small();
        let faults = Arc::clone(&options.faults);
        let journal = LocalJournal::open(living.path(), options).expect("new");
        for version in 1..=alone {
            append(&journal, commit(stream(1), version, 1)).expect("accepted");
        }
        // The first is being synced while the others are queued, so that they become one write.
        faults.set_for(understudy::journal::local::Fault::Slow { micros: 500_000 }, 1);
        let busy = journal.append(FIRST, commit(stream(1), alone + 1, 1));
        until("the writer is busy", || faults.get() == understudy::journal::local::Fault::Well);
        let group: Vec<_> = (1..=together)
            .map(|index| journal.append(FIRST, bulky(stream(1), alone + 1 + index, 10 * index as usize)))
            .collect();
        answer(busy).expect("accepted");
        group.into_iter().for_each(|queued| drop(answer(queued).expect("accepted")));
        let records = read_all(&journal, Position(1), usize::MAX);
        let last_group = records.iter().position(|record| record.group.0 == alone + 2).expect("they are one group");
        assert_eq!(records.len() - last_group, together as usize, "they are one group");
        let dir = crash(living.path());
        let bytes = fs::read(&segments(dir.path())[0]).expect("readable");
        Self { dir, records, last_group, bytes }
    }

    fn offset_of(&self, index: usize) -> usize {
        let before: usize = self.records[..index].iter().map(|record| record.bytes.len()).sum();
        SEGMENT_HEADER_BYTES as usize + before
    }

    fn end(&self) -> usize {
        self.offset_of(self.records.len())
    }

    fn write(&self, bytes: &[u8]) {
        let _ = fs::remove_file(self.dir.path().join("heads"));
        fs::write(&segments(self.dir.path())[0], bytes).expect("written");
    }

    fn open(&self) -> Result<LocalJournal, OpenError> {
        LocalJournal::open(self.dir.path(), small())
    }

    /// Opens, and holds exactly the records up to `count`; can be written and opened again.
    fn assert_cut_to(&self, count: usize, what: &str) -> Opening {
        let journal = self.open().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read_all(&journal, Position(1), usize::MAX), self.records[..count], "{what}");
        assert_eq!(journal.end().1, self.records[count - 1].hash, "{what}");
        append(&journal, commit(stream(1), count as u64 + 1, 1)).unwrap_or_else(|error| panic!("{what}: {error}"));
        let opening = journal.opening().clone();
        drop(journal);
        let again = open(self.dir.path());
        assert_eq!(again.opening().torn_tail, None, "{what}");
        assert_eq!(*again.durable().borrow(), Position(count as u64 + 1), "{what}");
        opening
    }

    fn assert_refused(&self, at: usize, what: &str) {
        match self.open().map(|_| ()) {
            Err(error @ OpenError::Damaged { .. }) => {
                let said = error.to_string();
                assert!(said.contains("00000000000000000001.journal"), "{what}: {said}");
                assert!(said.contains(&format!("at byte {at}")), "{what}: {said}");
                assert!(said.contains("understudy verify") && said.contains("restore this file from a copy"), "{said}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn a_file_that_ends_anywhere_in_the_last_group_is_cut_to_its_last_whole_record() {
    let written = Written::new(3, 4);
    let begin = written.offset_of(written.last_group);
    for end in begin..=written.end() {
        written.write(&written.bytes[..end]);
        let whole = (0..=written.records.len()).rev().find(|&count| written.offset_of(count) <= end).expect("some");
        let opening = written.assert_cut_to(whole, &format!("cut at {end}"));
        let torn = end - written.offset_of(whole);
        // Zeros at the end are nothing to be seen: the segment was full of them before.
        assert_eq!(
            opening.torn_tail.is_some(),
            written.bytes[end - torn..end].iter().any(|&byte| byte != 0),
            "cut at {end}"
        );
        assert!(opening.torn_tail.is_none_or(|tail| tail.bytes as usize <= torn), "cut at {end}");
    }
}

#[test]
fn zeros_or_garbage_from_anywhere_in_the_last_group_on_are_cut_off() {
    let written = Written::new(2, 3);
    let mut noise = 0x9e37_79b9_7f4a_7c15_u64;
    // Not every byte: the test above does that, and each round costs a dozen syncs.
    for from in (written.offset_of(written.last_group)..written.end()).step_by(5) {
        let whole = (0..=written.records.len()).rev().find(|&count| written.offset_of(count) <= from).expect("some");
        let mut zeroed = written.bytes.clone();
        zeroed[from..].fill(0);
        written.write(&zeroed);
        written.assert_cut_to(whole, &format!("zeros from {from}"));
        let mut garbled = written.bytes.clone();
        for byte in &mut garbled[from..written.end() + 100] {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (noise >> 56) as u8 | 1;
        }
        garbled[from] = !written.bytes[from];
        written.write(&garbled);
        written.assert_cut_to(whole, &format!("garbage from {from}"));
    }
}

#[test]
fn an_earlier_record_of_the_last_group_may_be_torn_and_later_ones_whole() {
    let written = Written::new(2, 4);
    for torn in written.last_group..written.records.len() {
        for offset in [0, 5, 20, 40, written.records[torn].bytes.len() - 1] {
            let mut bytes = written.bytes.clone();
            bytes[written.offset_of(torn) + offset] ^= 0x10;
            written.write(&bytes);
            written.assert_cut_to(torn, &format!("record {torn} of the group torn at {offset}"));
            bytes[written.offset_of(torn)..written.offset_of(torn + 1)].fill(0);
            written.write(&bytes);
            written.assert_cut_to(torn, &format!("record {torn} of the group never written"));
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_before_the_last_group_is_refused_and_nothing_is_changed() {
    let written = Written::new(3, 2);
    for index in 0..written.last_group {
        let begin = written.offset_of(index);
        for offset in begin..written.offset_of(index + 1) {
            let mut bytes = written.bytes.clone();
            bytes[offset] ^= 1 << (offset % 8);
            written.write(&bytes);
            written.assert_refused(begin, &format!("byte {offset} in record {index}"));
            assert_eq!(fs::read(&segments(written.dir.path())[0]).expect("readable"), bytes);
        }
        let mut zeroed = written.bytes.clone();
        zeroed[begin..written.offset_of(index + 1)].fill(0);
        written.write(&zeroed);
        written.assert_refused(begin, &format!("record {index} zeroed"));
    }
}

#[test]
fn the_last_group_is_not_taken_for_torn_when_the_heads_say_that_it_was_durable() {
    let written = Written::new(2, 2);
    drop(written.open().expect("sound"));
    let mut bytes = written.bytes.clone();
    bytes[written.end() - 1] ^= 1;
    fs::write(&segments(written.dir.path())[0], &bytes).expect("written");
    written.assert_refused(written.offset_of(written.records.len() - 1), "with a witness");
    written.write(&bytes);
    written.assert_cut_to(written.records.len() - 1, "without one");
}

#[test]
fn a_journal_that_ends_before_what_was_durable_is_refused_unless_that_is_accepted() {
    let written = Written::new(2, 2);
    drop(written.open().expect("sound"));
    let shorter = &written.bytes[..written.offset_of(2)];
    fs::write(&segments(written.dir.path())[0], shorter).expect("written");
    let refused = written.open().map(|_| ()).expect_err("acknowledged commits are missing");
    assert!(matches!(refused, OpenError::EndLost { witnessed: Position(5), end: Position(2), .. }), "{refused}");
    let options = Options { end_may_be_lost: true, ..small() };
    let journal = LocalJournal::open(written.dir.path(), options).expect("accepted");
    assert_eq!(journal.opening().lost_up_to, Some(Position(5)));
    let lost = written.records[2..].iter().map(|record| Arc::clone(&record.bytes)).collect();
    journal.restore(lost).expect("they continue the chain");
    assert_eq!(read_all(&journal, Position(1), usize::MAX), written.records);
}

/// Ten segments of a few records each.
fn sealed() -> (TempDir, Vec<Record>) {
    let living = tempfile::tempdir().expect("a directory");
    let options = Options { segment_bytes: 600, preallocate_bytes: 300, ..Options::default() };
    let journal = LocalJournal::open(living.path(), options).expect("new");
    for version in 1..=40 {
        append(&journal, commit(stream(version % 3), version.div_ceil(3).try_into().expect("small"), 1))
            .expect("accepted");
    }
    let records = read_all(&journal, Position(1), usize::MAX);
    (crash(living.path()), records)
}

#[test]
fn any_flipped_bit_in_a_sealed_segment_is_refused_and_names_that_segment() {
    let (dir, _) = sealed();
    let sealed = segments(dir.path());
    assert!(sealed.len() > 5);
    for path in [&sealed[0], &sealed[2], &sealed[sealed.len() - 2]] {
        let sound = fs::read(path).expect("readable");
        for offset in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[offset] ^= 0x40;
            fs::write(path, &bytes).expect("written");
            let error = LocalJournal::open(dir.path(), small()).map(|_| ()).expect_err("damaged").to_string();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            assert!(error.contains(name), "byte {offset} of {name}: {error}");
        }
        fs::write(path, &sound).expect("written");
    }
    open(dir.path());
}

#[test]
fn a_sealed_segment_that_is_shorter_longer_or_missing_is_refused() {
    let (dir, _) = sealed();
    let sealed = segments(dir.path());
    let path = &sealed[2];
    let sound = fs::read(path).expect("readable");
    let refused = || LocalJournal::open(dir.path(), small()).map(|_| ()).expect_err("damaged").to_string();
    for bytes in 0..sound.len() {
        fs::write(path, &sound[..bytes]).expect("written");
        assert!(refused().contains("is damaged"), "cut to {bytes}");
    }
    fs::write(path, [&sound[..], b"more"].concat()).expect("written");
    assert!(refused().contains("is damaged"));
    fs::remove_file(path).expect("removed");
    let error = refused();
    assert!(error.contains(sealed[3].to_str().expect("a path")) && error.contains("is missing"), "{error}");
    fs::write(path, &sound).expect("written");
    fs::remove_file(&sealed[0]).expect("removed");
    assert!(refused().contains("is missing"));
}

#[test]
fn a_missing_segment_is_noticed_even_where_nothing_else_is_checked() {
    let (dir, _) = sealed();
    drop(open(dir.path()));
    fs::remove_file(&segments(dir.path())[1]).expect("removed");
    let options = Options { check_at_start_bytes: 0, ..small() };
    let error = LocalJournal::open(dir.path(), options).map(|_| ()).expect_err("damaged").to_string();
    assert!(error.contains("is missing"), "{error}");
}

#[test]
fn segments_that_are_all_gone_are_not_a_new_journal() {
    let (dir, _) = sealed();
    drop(open(dir.path()));
    segments(dir.path()).iter().for_each(|path| fs::remove_file(path).expect("removed"));
    let error = LocalJournal::open(dir.path(), small()).map(|_| ()).expect_err("an empty one never stands in");
    assert!(matches!(error, OpenError::EndLost { end: Position::ZERO, .. }), "{error}");
}

/// Replaces a record by one of the same place with another commit, its checksum and hash made to match.
fn forge(path: &Path, record: &Record, previous: &codec::Hash) {
    let mut forged = codec::encode(&bulky(record.commit.stream, record.commit.first_version, 3)).expect("small");
    let unsealed = Arc::get_mut(&mut forged).expect("nobody else has it");
    codec::seal(unsealed, record.position, record.epoch, record.group, previous);
    let bytes = fs::read(path).expect("readable");
    let at = bytes.windows(record.bytes.len()).position(|window| *window == *record.bytes).expect("it is there");
    let replaced = [&bytes[..at], &forged, &bytes[at + record.bytes.len()..]].concat();
    fs::write(path, replaced).expect("written");
}

#[test]
fn a_record_of_the_last_segment_that_was_replaced_by_a_sound_one_breaks_the_hash_chain() {
    let (dir, records) = sealed();
    let path = segments(dir.path()).pop().expect("some");
    let index = records.len() - 2;
    forge(&path, &records[index], &records[index - 1].hash);
    let error = LocalJournal::open(dir.path(), small()).map(|_| ()).expect_err("forged").to_string();
    assert!(error.contains(path.to_str().expect("a path")) && error.contains("hash chain"), "{error}");
}

#[test]
fn one_that_was_replaced_in_a_sealed_segment_is_found_by_a_scrub() {
    let (dir, records) = sealed();
    let path = &segments(dir.path())[0];
    forge(path, &records[1], &records[0].hash);
    let journal =
        LocalJournal::open(dir.path(), small()).expect("opening does not recompute the hashes of sealed segments");
    let error = journal.scrub(|_| std::ops::ControlFlow::Continue(())).expect_err("forged").to_string();
    assert!(error.contains(path.to_str().expect("a path")) && error.contains("hash chain"), "{error}");
    drop(journal);
    let reader = Reader::open(dir.path()).expect("nobody writes");
    let damages: Vec<_> = reader.filter_map(Result::err).collect();
    assert!(damages[0].to_string().contains("hash chain"), "{damages:?}");
}

#[test]
fn damage_that_opening_left_unchecked_is_found_by_a_scrub_and_by_every_read() {
    let (dir, records) = sealed();
    drop(open(dir.path()));
    let path = &segments(dir.path())[1];
    let mut bytes = fs::read(path).expect("readable");
    *bytes.last_mut().expect("not empty") ^= 1;
    fs::write(path, bytes).expect("written");
    let options = Options { check_at_start_bytes: 0, ..small() };
    let journal = LocalJournal::open(dir.path(), options).expect("what is checked is sound");
    assert!(journal.opening().bytes_unchecked > 0);
    let name = path.to_str().expect("a path");
    let scrub = journal.scrub(|_| std::ops::ControlFlow::Continue(())).expect_err("damaged");
    assert!(scrub.to_string().contains(name), "{scrub}");
    let damaged = records.iter().filter(|record| journal.read(record.position, 1).is_err()).count();
    assert_eq!(damaged, 1, "the others can be read");
    fence(&journal, stream(1)).expect("and it goes on");
}

#[test]
fn a_sound_journal_passes_a_scrub() {
    let (dir, records) = sealed();
    let journal = open(dir.path());
    let scrubbed = journal.scrub(|_| std::ops::ControlFlow::Continue(())).expect("sound");
    assert_eq!(scrubbed.records, records.len() as u64);
    assert_dense(&read_all(&journal, Position(1), 1000), Position(1));
}
