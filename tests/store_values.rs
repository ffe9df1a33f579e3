//! Values larger than sled should see in one piece.

use understudy::journal::Version;

use crate::store_support::{Place, assert_same, blocked, commit, raw, stream};
use crate::store_tape::Tape;

fn pattern(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 31 % 251) as u8).collect()
}

const SIZES: [usize; 9] = [0, 1, 7_150, 7_168, 7_169, 100_000, 3_000_000, 14_400, 5];

#[test]
fn a_large_record_comes_back_whole() {
    let tape = Tape::of((1..).zip(SIZES).map(|(version, bytes)| commit(stream(1), version, vec![blocked(bytes)])));
    let place = Place::new();
    let store = place.filled(&tape);
    assert_same(&store, &tape);
    let blobs = std::fs::read_dir(place.dir().join("blobs")).expect("sled's blobs").count();
    assert_eq!(blobs, 0, "no value is so large that sled keeps it outside of its log");
}

#[test]
fn a_snapshot_that_grows_and_shrinks_leaves_no_pieces_behind() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    for (version, bytes) in (1..).zip(SIZES) {
        store.save_snapshot(stream(1), version, &pattern(bytes)).expect("sled works");
        store.save_snapshot(stream(2), version, b"a neighbour").expect("sled works");
        assert_eq!(store.load_snapshot(stream(1)), Ok(Some((version, pattern(bytes)))));
    }
    assert_eq!(store.load_snapshot(stream(2)), Ok(Some((SIZES.len() as Version, b"a neighbour".to_vec()))));
    assert_eq!(store.load_snapshot(stream(3)), Ok(None));
    store.close().expect("a clean stop");
    let snapshots = raw(&place.dir()).open_tree("snapshots").expect("the snapshots");
    assert_eq!(snapshots.iter().count(), 2);
}

#[test]
fn a_view_entry_that_grows_and_shrinks_leaves_no_pieces_behind() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    let view = store.view("seats", 1).expect("an empty view");
    for bytes in SIZES {
        let change = |key: &[u8]| (key.to_vec(), Some(pattern(bytes)));
        view.write(vec![change(b"a"), change(b"a\0"), change(b"")], tape.end()).expect("sled works");
        assert_eq!(view.get(b"a"), Ok(Some(pattern(bytes))));
        let keys: Vec<_> = view.all().expect("nothing is missing").into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, [b"".to_vec(), b"a".to_vec(), b"a\0".to_vec()]);
    }
    view.write(vec![(b"a".to_vec(), None), (b"b".to_vec(), None)], tape.end()).expect("sled works");
    assert_eq!(view.get(b"a"), Ok(None));
    assert_eq!(view.all().expect("nothing is missing").len(), 2);
    store.close().expect("a clean stop");
    let tree = raw(&place.dir()).open_tree("view/seats/1").expect("the view");
    assert_eq!(tree.iter().count(), 3);
}

/// Of several pieces, so that a reader may have the head of one and the pieces of the next.
#[test]
fn a_snapshot_that_is_replaced_while_it_is_read_is_not_taken_for_damaged() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    let snapshot = |version: Version| [version as u8].repeat(60_000);
    store.save_snapshot(stream(1), 0, &snapshot(0)).expect("sled works");
    let writer = store.clone();
    let writing = std::thread::spawn(move || {
        for version in 1..=40 {
            writer.save_snapshot(stream(1), version, &snapshot(version)).expect("sled works");
        }
    });
    while !writing.is_finished() {
        let (version, bytes) = store.load_snapshot(stream(1)).expect("sled works").expect("there is always one");
        assert_eq!(bytes, snapshot(version));
    }
    writing.join().expect("the writer has written");
    store.close().expect("a clean stop");
}

#[test]
fn a_damaged_snapshot_counts_as_none_and_can_be_replaced() {
    let (place, tape) = (Place::new(), Tape::new());
    for (at, bytes) in [(0, 10), (4, 10), (7, 20_000), (12, 20_000), (7_000, 20_000)] {
        let store = place.filled(&tape);
        store.save_snapshot(stream(1), 5, &pattern(bytes)).expect("sled works");
        store.close().expect("a clean stop");
        {
            let snapshots = raw(&place.dir()).open_tree("snapshots").expect("the snapshots");
            let (key, value) = snapshots.first().expect("sled works").expect("a snapshot");
            let mut value = value.to_vec();
            value[at] ^= 0x40;
            snapshots.insert(key, value).expect("sled works");
        }
        let store = place.filled(&tape);
        assert_eq!(store.load_snapshot(stream(1)), Ok(None), "byte {at} of {bytes} is wrong");
        store.save_snapshot(stream(1), 6, &pattern(bytes)).expect("sled works");
        assert_eq!(store.load_snapshot(stream(1)), Ok(Some((6, pattern(bytes)))));
        store.save_snapshot(stream(1), 7, b"").expect("sled works");
        store.close().expect("a clean stop");
        assert_eq!(raw(&place.dir()).open_tree("snapshots").expect("the snapshots").iter().count(), 1);
    }
}
