//! Snapshots are files that nobody fsyncs: whatever a crash or a disk makes of one, it is right, or there is none.

use std::fs;
use std::path::PathBuf;

use understudy::domain::StreamId;
use understudy::journal::{Journal, Version};
use understudy::store::{Opened, Snapshot, Store};

use crate::store_support::{Place, assert_same, commits, raw, stream};
use crate::store_tape::Tape;

const SIZES: [usize; 6] = [0, 1, 100_000, 3_000_000, 14_400, 5];

fn snapshot(version: Version, bytes: usize) -> Snapshot {
    let bytes = (0..bytes).map(|at| (at * 31 % 251) as u8).collect();
    Snapshot { version, hash: [version as u8; 32], bytes }
}

/// Where the snapshots of the streams of these tests are.
fn file(place: &Place, stream: StreamId) -> PathBuf {
    place.dir().join("snapshots/00").join(stream.to_string())
}

fn stored(place: &Place, snapshot: &Snapshot) -> Store {
    let store = place.filled(&Tape::new());
    store.save_snapshot(stream(1), snapshot).expect("a disk that works");
    store
}

#[test]
fn a_snapshot_that_grows_and_shrinks_comes_back_whole() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    for (version, bytes) in (1..).zip(SIZES) {
        store.save_snapshot(stream(1), &snapshot(version, bytes)).expect("a disk that works");
        store.save_snapshot(stream(2), &snapshot(version, 7)).expect("a disk that works");
        assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(version, bytes)));
    }
    store.close().expect("a clean stop");
    let store = place.filled(&tape);
    assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(6, 5)));
    assert_eq!(store.load_snapshot(stream(2)), Some(snapshot(6, 7)));
    assert_eq!(store.load_snapshot(stream(3)), None);
    assert_eq!(fs::read_dir(place.dir().join("snapshots")).expect("a directory").count(), 1, "nothing is left over");
}

#[test]
fn a_snapshot_with_a_flipped_bit_counts_as_none_and_can_be_replaced() {
    let place = Place::new();
    let store = stored(&place, &snapshot(5, 100));
    let sound = fs::read(file(&place, stream(1))).expect("it was saved");
    for bit in 0..sound.len() * 8 {
        let mut bytes = sound.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(file(&place, stream(1)), bytes).expect("a disk that works");
        assert_eq!(store.load_snapshot(stream(1)), None, "bit {bit} is wrong");
    }
    store.save_snapshot(stream(1), &snapshot(6, 100)).expect("a disk that works");
    assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(6, 100)));
}

#[test]
fn a_snapshot_that_is_torn_or_empty_or_too_long_counts_as_none() {
    let place = Place::new();
    let store = stored(&place, &snapshot(5, 100));
    let sound = fs::read(file(&place, stream(1))).expect("it was saved");
    for length in 0..sound.len() {
        fs::write(file(&place, stream(1)), &sound[..length]).expect("a disk that works");
        assert_eq!(store.load_snapshot(stream(1)), None, "{length} bytes of {}", sound.len());
        // What a file system gives back whose power was cut: the length, and not the bytes.
        let zeros = vec![0; sound.len() - length];
        fs::write(file(&place, stream(1)), [&sound[..length], &zeros].concat()).expect("a disk that works");
        assert_eq!(store.load_snapshot(stream(1)), None, "zeros from byte {length} on");
    }
    fs::write(file(&place, stream(1)), [&sound[..], b"more"].concat()).expect("a disk that works");
    assert_eq!(store.load_snapshot(stream(1)), None, "more than it was");
    fs::write(file(&place, stream(1)), &sound).expect("a disk that works");
    assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(5, 100)));
}

#[test]
fn a_snapshot_of_another_stream_counts_as_none() {
    let place = Place::new();
    let store = stored(&place, &snapshot(5, 100));
    fs::rename(file(&place, stream(1)), file(&place, stream(2))).expect("it was saved");
    assert_eq!(store.load_snapshot(stream(2)), None);
    assert_eq!(store.load_snapshot(stream(1)), None);
}

#[test]
fn a_snapshot_that_was_not_finished_is_no_snapshot_and_is_removed_at_the_next_opening() {
    let place = Place::new();
    stored(&place, &snapshot(5, 100)).close().expect("a clean stop");
    let half = place.dir().join(format!("snapshots/{}.unfinished", stream(1)));
    fs::write(&half, b"half of it").expect("a disk that works");
    let store = place.filled(&Tape::new());
    assert!(!half.exists());
    assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(5, 100)));
}

#[test]
fn a_snapshot_that_is_replaced_while_it_is_read_is_the_old_one_or_the_new_one() {
    let place = Place::new();
    let store = stored(&place, &snapshot(0, 60_000));
    let writer = store.clone();
    let writing = std::thread::spawn(move || {
        for version in 1..=400 {
            writer.save_snapshot(stream(1), &snapshot(version, 60_000)).expect("a disk that works");
        }
    });
    let mut last = 0;
    while !writing.is_finished() {
        let read = store.load_snapshot(stream(1)).expect("there is always one");
        assert!(read.version >= last, "version {} came back", read.version);
        last = read.version;
        assert_eq!(read, snapshot(last, 60_000));
    }
    writing.join().expect("the writer has written");
    assert_eq!(store.load_snapshot(stream(1)).map(|snapshot| snapshot.version), Some(400));
}

#[test]
fn where_snapshots_cannot_be_written_the_store_goes_on() {
    let (place, tape) = (Place::new(), Tape::of(commits(3, 100)));
    let store = place.filled(&tape.cut(50));
    fs::write(place.dir().join("snapshots"), b"in the way").expect("a disk that works");
    store.save_snapshot(stream(1), &snapshot(5, 100)).expect_err("there is no directory");
    assert_eq!(store.load_snapshot(stream(1)), None);
    assert_eq!(store.trouble(), None);
    store.catch_up(&tape, &mut |_, _| {}).expect("the store goes on");
    assert_same(&store, &tape);
}

#[test]
fn what_could_not_be_finished_is_not_left_behind() {
    let place = Place::new();
    let store = stored(&place, &snapshot(5, 100));
    fs::remove_file(file(&place, stream(1))).expect("it was saved");
    // A file cannot take the place of a directory.
    fs::create_dir(file(&place, stream(1))).expect("a disk that works");
    store.save_snapshot(stream(1), &snapshot(6, 100)).expect_err("something is in the way");
    assert_eq!(store.load_snapshot(stream(1)), None);
    assert_eq!(fs::read_dir(place.dir().join("snapshots")).expect("a directory").count(), 1);
}

#[test]
fn a_store_that_is_set_aside_takes_its_snapshots_along() {
    let (place, tape) = (Place::new(), Tape::of(commits(3, 100)));
    let store = place.filled(&tape);
    store.save_snapshot(stream(1), &snapshot(5, 100)).expect("a disk that works");
    store.rebuild("a test", &tape, &mut |_, _| {}).expect("it begins again");
    assert_eq!(store.load_snapshot(stream(1)), None);
    store.save_snapshot(stream(1), &snapshot(6, 100)).expect("a disk that works");
    store.reopen(&tape, &mut |_, _| {}).expect("nothing is wrong with it");
    assert_eq!(store.load_snapshot(stream(1)), Some(snapshot(6, 100)));
}

#[test]
fn snapshots_that_an_earlier_understudy_kept_in_sled_are_dropped() {
    let (place, tape) = (Place::new(), Tape::of(commits(3, 100)));
    place.filled(&tape).close().expect("a clean stop");
    {
        let old = raw(&place.dir()).open_tree("snapshots").expect("a tree");
        (0..5_000_u32).for_each(|key| drop(old.insert(key.to_be_bytes(), vec![7; 1_000]).expect("sled works")));
    }
    let (store, opened) = place.open(&tape);
    assert_eq!(opened, Opened::Clean { cursor: *tape.durable().borrow() });
    assert_same(&store, &tape);
    store.close().expect("a clean stop");
    assert!(!raw(&place.dir()).tree_names().contains(&"snapshots".into()));
    assert_same(&place.filled(&tape), &tape);
}
