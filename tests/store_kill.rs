//! `kill -9` while the store follows: what is there afterwards is a whole beginning of the journal, views and all.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use understudy::journal::Position;
use understudy::store::{Opened, Options, Store};

use crate::store_support::{Place, assert_same, commits};
use crate::store_tape::Tape;

const CHILD: &str = "STORE_KILL_CHILD";
const COMMITS: u64 = 10_000;
const NAME: &str = "store_kill::a_store_that_is_killed_while_it_follows_goes_on_where_it_was";

#[test]
fn a_store_that_is_killed_while_it_follows_goes_on_where_it_was() {
    if let Some(dir) = env::var_os(CHILD) {
        return follow_until_killed(dir.into());
    }
    let place = Place::new();
    let tape = Tape::of(commits(5, COMMITS));
    let (mut killed_at, mut found_before) = (0, Position::ZERO);
    for steps in [1, 2, 7, 20, 3, 50] {
        killed_at = follow_and_kill(&place, steps).max(killed_at);
        let (store, opened) = place.open(&tape);
        let Opened::Behind { cursor, .. } = opened else { panic!("not {opened:?}") };
        println!("killed after {killed_at}, found at {cursor}");
        assert!(cursor >= found_before, "what was on the disk is lost");
        found_before = cursor;
        assert_same(&store, &tape.cut(cursor.0 as usize));
        check_view(&store, &tape);
        store.close().expect("a clean stop");
    }
    assert!(found_before > Position::ZERO, "nothing was ever on the disk: these kills prove nothing");
    assert_same(&place.filled(&tape), &tape);
}

/// Returns the last position that the child spoke of.
fn follow_and_kill(place: &Place, steps: usize) -> u64 {
    let program = env::current_exe().expect("the test's own program");
    let mut child = Command::new(program)
        .args([NAME, "--exact", "--nocapture"])
        .env(CHILD, place.dir())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let positions = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("at ")?.parse().ok());
    let last = positions.take(steps).last().expect("the child follows");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    last
}

fn follow_until_killed(dir: PathBuf) {
    let all = Tape::of(commits(5, COMMITS)).all();
    let tape = Tape::of(all.iter().take(1).map(|record| (*record.commit).clone()));
    let (store, opened) = Store::open(&dir, Options::default(), &Tape::of(commits(5, COMMITS))).expect("it opens");
    assert!(matches!(opened, Opened::Behind { .. }), "{opened:?}");
    let view = store.view("positions", 1).expect("a view");
    let mut folded = view.cursor().expect("sound").unwrap_or(Position::ZERO);
    for step in 1.. {
        while tape.end() < Position((store.cursor().0 + 50).min(COMMITS)) {
            tape.push((*all[tape.end().0 as usize].commit).clone());
        }
        let cursor = store.follow_once(&tape).expect("it follows");
        let records = all[folded.0 as usize..cursor.0 as usize].iter();
        let entries = records.map(|record| (record.position.0.to_be_bytes().to_vec(), Some(record.hash.to_vec())));
        view.write(entries.collect(), cursor).expect("sled works");
        folded = cursor;
        if step % 10 == 0 {
            store.flush().expect("sled works");
        }
        println!("at {cursor}");
    }
}

fn check_view(store: &Store, tape: &Tape) {
    let view = store.view("positions", 1).expect("a view");
    let cursor = view.cursor().expect("sound").unwrap_or(Position::ZERO);
    let expected: Vec<_> = tape.all()[..cursor.0 as usize]
        .iter()
        .map(|record| (record.position.0.to_be_bytes().to_vec(), record.hash.to_vec()))
        .collect();
    assert_eq!(view.all().expect("nothing is missing"), expected);
}
