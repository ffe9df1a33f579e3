//! Views: atomic with their cursor, complete or said not to be, rebuilt beside the old ones.

use understudy::journal::Position;
use understudy::store::StoreError;

use crate::store_support::{Place, commits, raw};
use crate::store_tape::Tape;

fn entry(key: &str, value: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    (key.into(), Some(value.into()))
}

#[test]
fn a_view_is_kept_with_its_cursor() {
    let (place, tape) = (Place::new(), Tape::of(commits(1, 5)));
    let store = place.filled(&tape);
    let view = store.view("shows", 1).expect("an empty view");
    assert_eq!(view.cursor(), Ok(None));
    assert_eq!(view.all(), Ok(Vec::new()));
    view.write(vec![entry("a", "1"), entry("b", "2"), entry("a", "3")], Position(4)).expect("sled works");
    view.write(vec![], Position(5)).expect("sled works");
    store.close().expect("a clean stop");
    let view = place.filled(&tape).view("shows", 1).expect("the view");
    assert_eq!(view.cursor(), Ok(Some(Position(5))));
    assert_eq!(view.all(), Ok(vec![(b"a".to_vec(), b"3".to_vec()), (b"b".to_vec(), b"2".to_vec())]));
}

#[test]
fn a_view_is_scanned_by_prefix_page_by_page() {
    let (place, tape) = (Place::new(), Tape::new());
    let view = place.filled(&tape).view("shows", 1).expect("an empty view");
    let keys = ["a", "b/1", "b/1\0", "b/2", "b/3", "c"];
    view.write(keys.map(|key| entry(key, "x")).into(), Position(1)).expect("sled works");
    let page = |after: Option<&str>, limit| -> Vec<String> {
        let entries = view.scan(b"b/", after.map(str::as_bytes), limit).expect("sled works");
        entries.into_iter().map(|(key, _)| String::from_utf8(key).expect("text")).collect()
    };
    assert_eq!(page(None, 2), ["b/1", "b/1\0"]);
    assert_eq!(page(Some("b/1\0"), 2), ["b/2", "b/3"]);
    assert_eq!(page(Some("b/1"), 1), ["b/1\0"]);
    assert!(page(Some("b/3"), 2).is_empty());
    assert_eq!(page(Some("a"), 9).len(), 4);
    assert!(page(Some("c"), 9).is_empty());
}

#[test]
fn an_entry_that_sled_lost_without_a_word_is_noticed() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    let view = store.view("shows", 1).expect("an empty view");
    view.write((0..100).map(|key| entry(&format!("{key:03}"), "x")).collect(), Position(1)).expect("sled works");
    store.close().expect("a clean stop");
    raw(&place.dir())
        .open_tree("view/shows/1")
        .expect("the view")
        .remove(b"e050")
        .expect("sled works")
        .expect("an entry");
    let store = place.filled(&tape);
    let view = store.view("shows", 1).expect("the view");
    assert!(matches!(view.all(), Err(StoreError::ViewDamaged { .. })));
    store.drop_view("shows", 1).expect("sled works");
    assert_eq!(view.cursor(), Ok(None));
}

#[test]
fn a_view_is_rebuilt_beside_the_old_version() {
    let (place, tape) = (Place::new(), Tape::new());
    let store = place.filled(&tape);
    for version in [3, 11] {
        let view = store.view("shows", version).expect("an empty view");
        view.write(vec![entry("version", &version.to_string())], Position(1)).expect("sled works");
    }
    store.view("shows_by_day", 1).expect("an empty view");
    assert_eq!(store.view_versions("shows"), Ok(vec![3, 11]));
    store.drop_view("shows", 3).expect("sled works");
    assert_eq!(store.view_versions("shows"), Ok(vec![11]));
    assert_eq!(store.view("shows", 11).expect("the view").get(b"version"), Ok(Some(b"11".to_vec())));
}

#[test]
fn after_a_reopening_a_view_has_to_be_asked_for_again() {
    let (place, tape) = (Place::new(), Tape::of(commits(1, 5)));
    let store = place.filled(&tape);
    let view = store.view("shows", 1).expect("an empty view");
    view.write(vec![entry("a", "1")], Position(5)).expect("sled works");
    store.reopen(&tape, &mut |_, _| {}).expect("it opens again");
    assert!(matches!(view.write(vec![entry("a", "2")], Position(6)), Err(StoreError::ViewOutdated(_))));
    assert_eq!(store.view("shows", 1).expect("the view").cursor(), Ok(Some(Position(5))));
    store.rebuild("a test", &tape, &mut |_, _| {}).expect("it begins again");
    assert_eq!(store.view("shows", 1).expect("a new view").cursor(), Ok(None));
}
