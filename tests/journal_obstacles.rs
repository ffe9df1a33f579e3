//! A journal whose lock file is taken away, and files of it that are no files.

use std::fs;
use std::path::Path;

use understudy::journal::local::{LocalJournal, OpenError, Options, Reader};

use crate::journal_fixtures::{append, bulky, stream};

/// Many segments.
fn tiny() -> Options {
    Options { segment_bytes: 2_000, preallocate_bytes: 700, ..Options::default() }
}

fn written(dir: &Path) -> LocalJournal {
    let journal = LocalJournal::open(dir, tiny()).expect("it can be opened");
    (1..=40).for_each(|version| drop(append(&journal, bulky(stream(1), version, 20)).expect("accepted")));
    journal
}

fn is_in_use<T>(opened: Result<T, OpenError>) -> bool {
    matches!(opened, Err(OpenError::InUse { .. }))
}

#[test]
fn a_journal_stays_locked_when_its_lock_file_is_deleted_or_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = written(dir.path());
    let lock = dir.path().join("lock");
    for replacement in [None, Some("1\n")] {
        let _ = fs::remove_file(&lock);
        replacement.into_iter().for_each(|text| fs::write(&lock, text).expect("it can be written"));
        assert!(is_in_use(LocalJournal::open(dir.path(), tiny())));
        assert!(is_in_use(LocalJournal::inspect(dir.path(), &tiny())));
        assert!(is_in_use(Reader::open(dir.path())));
    }
    drop(journal);
    let first = Reader::open(dir.path()).expect("nobody writes");
    let second = Reader::open(dir.path()).expect("several may read");
    assert!(is_in_use(LocalJournal::open(dir.path(), tiny())));
    fs::remove_file(&lock).expect("it was there");
    assert!(is_in_use(LocalJournal::open(dir.path(), tiny())), "readers are locked in as well");
    drop((first, second));
    written_again(dir.path());
}

fn written_again(dir: &Path) {
    let journal = LocalJournal::open(dir, tiny()).expect("nobody has it open");
    append(&journal, bulky(stream(1), 41, 20)).expect("nothing was lost");
}

#[test]
fn a_segment_that_is_no_file_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(written(dir.path()));
    let first = dir.path().join(format!("{:020}.journal", 1));
    fs::remove_file(&first).expect("it was there");
    fs::create_dir(&first).expect("a directory");
    let refused = LocalJournal::open(dir.path(), tiny()).err().expect("it must not open").to_string();
    assert!(refused.contains("00000000000000000001.journal"), "{refused}");
    fs::remove_dir(&first).expect("it was there");
    std::os::unix::fs::symlink(dir.path().join("nowhere"), &first).expect("a link");
    let refused = LocalJournal::open(dir.path(), tiny()).err().expect("it must not open").to_string();
    assert!(refused.contains("00000000000000000001.journal"), "{refused}");
    let refused = Reader::open(dir.path()).err().expect("it must not open").to_string();
    assert!(refused.contains("00000000000000000001.journal"), "{refused}");
}
