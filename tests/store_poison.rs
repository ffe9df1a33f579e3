//! A disk that refuses: sled poisons itself, and the store opens it again in the same process.
//!
//! The refusal is real: a child process with a limit on the size of its files, which it lifts afterwards.

use std::env;
use std::process::Command;

use understudy::store::{Opened, StoreError};

use crate::store_support::{Place, assert_same, blocked, commit, commits, stream};
use crate::store_tape::Tape;

const CHILD: &str = "STORE_POISON_CHILD";

#[test]
fn after_a_disk_that_refused_the_store_is_reopened_in_place_and_catches_up() {
    if env::var_os(CHILD).is_some() {
        return in_the_child();
    }
    let program = env::current_exe().expect("the test's own program");
    let name = "store_poison::after_a_disk_that_refused_the_store_is_reopened_in_place_and_catches_up";
    // Blocks of 512 or 1,024 bytes, as the shell likes: 4 to 8 MB.
    let script = r#"trap "" XFSZ; ulimit -S -f 8192; exec "$0" "$1" --exact --nocapture"#;
    let child = Command::new("sh").args(["-c", script]).arg(program).arg(name).env(CHILD, "1").output();
    let child = child.expect("a shell");
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    // A child that knows no test of this name would succeed as well.
    assert!(child.status.success() && said.contains("reopened: "), "{said}");
}

fn in_the_child() {
    let place = Place::new();
    let tape = Tape::of(commits(5, 400));
    let store = place.filled(&tape);
    let view = store.view("shows", 1).expect("an empty view");
    for version in 1..=2_000 {
        tape.push(commit(stream(99), version, vec![blocked(6_000)]));
    }
    let refused = store.catch_up(&tape, &mut |_, _| {}).and_then(|()| store.flush());
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    let again = view.write(vec![(b"a".to_vec(), Some(b"1".to_vec()))], tape.end());
    assert!(matches!(again, Err(StoreError::Failed(_))), "poisoned once, it refuses all writes: {again:?}");

    lift_the_limit();
    let opened = store.reopen(&tape, &mut |_, _| {}).expect("it opens again");
    println!("reopened: {opened:?}");
    assert!(matches!(opened, Opened::Behind { .. } | Opened::SetAside { .. }), "{opened:?}");
    assert_same(&store, &tape);
    assert!(matches!(view.cursor(), Err(StoreError::ViewOutdated(_))));
    store.flush().expect("it can be written again");
}

fn lift_the_limit() {
    let process = format!("{}", std::process::id());
    let lifted = Command::new("prlimit").args(["--pid", &process, "--fsize=unlimited"]).status();
    assert!(lifted.expect("prlimit, of util-linux").success());
}
