//! Damage to sled's files, by hand and at random. Whatever happens: what is read is right, or an error.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use understudy::journal::{Journal, Position};
use understudy::store::{Opened, Snapshot, Store, StoreError};

use crate::store_support::{Place, assert_same, commits, raw, read, streams};
use crate::store_tape::Tape;

/// A stopped store with logs, snapshots and a view, three quarters of it written in an earlier life.
fn stopped(tape: &Tape) -> Place {
    let place = Place::new();
    place.filled(&tape.cut(tape.all().len() * 3 / 4)).close().expect("a clean stop");
    let store = place.filled(tape);
    let view = store.view("positions", 1).expect("an empty view");
    for record in tape.all() {
        let entry = (record.position.0.to_be_bytes().to_vec(), Some(record.hash.to_vec()));
        view.write(vec![entry], record.position).expect("sled works");
    }
    for stream in streams(tape).into_keys() {
        store.save_snapshot(stream, &snapshot_of(stream)).expect("a disk that works");
    }
    store.close().expect("a clean stop");
    place
}

fn snapshot_of(stream: understudy::domain::StreamId) -> Snapshot {
    Snapshot { version: 3, hash: [3; 32], bytes: stream.0.as_bytes().repeat(500) }
}

/// Opens it, and does what its users do about errors. What they read without one must be right.
fn heal(place: &Place, tape: &Tape) -> Opened {
    let (store, opened) = place.open(tape);
    if matches!(opened, Opened::AheadOfJournal { .. }) {
        panic!("the journal is whole: {opened:?}");
    }
    if let Err(error) = store.catch_up(tape, &mut |_, _| {}) {
        rebuild(&store, tape, &error);
    }
    for (stream, records) in streams(tape) {
        let head = tape.head(stream).expect("a stream").version;
        let complete = |records: &Vec<_>| {
            records.last().is_some_and(|last: &understudy::journal::Record| last.commit.last_version() == head)
        };
        match read(&store, stream, 0) {
            Ok(read) if complete(&read) => assert_eq!(read, records, "what is read without an error is right"),
            Ok(_) | Err(StoreError::StreamDamaged { .. }) => {
                if let Err(error) = store.repair(stream, tape) {
                    rebuild(&store, tape, &error);
                }
            }
            Err(error) => rebuild(&store, tape, &error),
        }
        if let Some(snapshot) = store.load_snapshot(stream) {
            assert_eq!(snapshot, snapshot_of(stream));
        }
    }
    check_view(&store, tape);
    assert_same(&store, tape);
    opened
}

fn rebuild(store: &Store, tape: &Tape, error: &StoreError) {
    assert!(matches!(error, StoreError::Damaged(_) | StoreError::Failed(_)), "{error}");
    store.rebuild(&error.to_string(), tape, &mut |_, _| {}).expect("it can always be rebuilt");
}

fn check_view(store: &Store, tape: &Tape) {
    let view = store.view("positions", 1);
    let outcome = view.and_then(|view| Ok((view.all()?, view.cursor()?)));
    match outcome {
        Ok((entries, cursor)) => {
            let expected: Vec<_> = tape.all()[..cursor.unwrap_or(Position::ZERO).0 as usize]
                .iter()
                .map(|record| (record.position.0.to_be_bytes().to_vec(), record.hash.to_vec()))
                .collect();
            assert_eq!(entries, expected, "a view that is read without an error is the fold up to its cursor");
        }
        Err(StoreError::ViewDamaged { .. }) => {
            store.drop_view("positions", 1).unwrap_or_else(|error| rebuild(store, tape, &error));
        }
        Err(error) => rebuild(store, tape, &error),
    }
}

fn flip(path: &Path, bit: u64) {
    let file = OpenOptions::new().read(true).write(true).open(path).expect("sled's file");
    let mut byte = [0];
    file.read_exact_at(&mut byte, bit / 8).expect("within the file");
    byte[0] ^= 1 << (bit % 8);
    file.write_all_at(&byte, bit / 8).expect("within the file");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a file type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// All files below, by their paths from here.
fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        let name = PathBuf::from(entry.file_name());
        if entry.file_type().expect("a file type").is_dir() {
            files.extend(files_in(&entry.path()).into_iter().map(|below| name.join(below)));
        } else {
            files.push(name);
        }
    }
    files
}

/// A small, good generator: the seed of a failing case is in the message.
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn seeds(default: u64) -> u64 {
    std::env::var("STORE_DAMAGE_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(default)
}

/// The bytes of the file that carry something: a flipped bit in the zeros at its end proves nothing.
fn used(path: &Path) -> u64 {
    let bytes = fs::read(path).expect("sled's file");
    bytes.iter().rposition(|&byte| byte != 0).map_or(1, |last| last as u64 + 1)
}

#[test]
fn a_deleted_store_is_rebuilt() {
    let tape = Tape::of(commits(5, 400));
    let place = stopped(&tape);
    fs::remove_dir_all(place.dir()).expect("it is there");
    assert_eq!(heal(&place, &tape), Opened::Behind { cursor: Position::ZERO, end: Position(400) });
}

#[test]
fn a_store_whose_files_are_gone_or_empty_is_rebuilt() {
    let tape = Tape::of(commits(5, 400));
    for name in ["db", "conf"] {
        let place = stopped(&tape);
        fs::write(place.dir().join(name), b"").expect("it is there");
        heal(&place, &tape);
        let place = stopped(&tape);
        fs::remove_file(place.dir().join(name)).expect("it is there");
        heal(&place, &tape);
    }
}

#[test]
fn a_database_that_came_back_empty_is_set_aside_and_never_taken_for_a_new_one() {
    let tape = Tape::of(commits(5, 400));
    let place = stopped(&tape);
    fs::remove_dir_all(place.dir()).expect("it is there");
    drop(raw(&place.dir()));
    let opened = heal(&place, &tape);
    assert!(matches!(&opened, Opened::SetAside { path, .. } if *path == place.set_aside(1)), "{opened:?}");
}

#[test]
fn a_half_written_snapshot_of_sled_is_no_reason_to_rebuild() {
    let tape = Tape::of(commits(5, 400));
    let place = stopped(&tape);
    fs::write(place.dir().join("snap.00000000FFFFFFFF.generating"), b"half of it").expect("a file");
    assert_eq!(heal(&place, &tape), Opened::Clean { cursor: Position(400) });
}

#[test]
fn only_the_last_three_damaged_stores_are_kept() {
    let tape = Tape::of(commits(2, 10));
    let place = Place::new();
    let store = place.filled(&tape);
    for _ in 0..5 {
        store.rebuild("a test", &tape, &mut |_, _| {}).expect("it begins again");
    }
    let kept: Vec<_> = (1..=6).filter(|&number| place.set_aside(number).exists()).collect();
    assert_eq!(kept, [3, 4, 5]);
    assert_same(&store, &tape);
}

#[test]
fn a_store_cut_off_anywhere_ends_equal_to_the_journal() {
    let tape = Tape::of(commits(5, 3_000));
    let template = stopped(&tape);
    let used = used(&template.dir().join("db"));
    for seed in 0..seeds(30) {
        let place = Place::new();
        copy(&template.dir(), &place.dir());
        let length = random(seed)() % used;
        println!("seed {seed}: cut at {length} of {used}");
        let db = OpenOptions::new().write(true).open(place.dir().join("db")).expect("sled's file");
        db.set_len(length).expect("it can be cut");
        drop(db);
        println!("{:?}", heal(&place, &tape));
    }
}

#[test]
fn a_store_with_a_flipped_bit_ends_equal_to_the_journal() {
    let tape = Tape::of(commits(5, 3_000));
    let template = stopped(&tape);
    let files = files_in(&template.dir());
    for seed in 0..seeds(60) {
        let place = Place::new();
        copy(&template.dir(), &place.dir());
        let mut random = random(seed);
        // Two of three in the log; the others wherever.
        let anywhere = random().is_multiple_of(3);
        let name = if anywhere { &files[random() as usize % files.len()] } else { Path::new("db") };
        let path = place.dir().join(name);
        let bit = random() % (used(&path) * 8);
        println!("seed {seed}: bit {bit} of {}", name.display());
        flip(&path, bit);
        println!("{:?}", heal(&place, &tape));
    }
}
