//! Values larger than sled should see in one piece.

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
