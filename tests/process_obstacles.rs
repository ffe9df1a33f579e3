//! Files that are not what they should be: the start says which, and `verify` has said so before.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::process::{Server, run, said};

fn stopped(data: &Path) {
    Server::start(data).stop();
}

/// Both say this of it.
fn assert_named(data: &Path, what: &str) {
    let refused = Server::try_start(data).err().unwrap_or_else(|| panic!("{what}: it must not start"));
    assert!(refused.contains(what), "{what} is to be named: {refused}");
    let verified = run(data, &["verify"]);
    let text = said(&verified);
    assert!(!verified.status.success() && text.contains("VIOLATION") && text.contains(what), "{what}: {text}");
}

#[test]
fn a_secret_that_is_a_link_to_nowhere_is_named() {
    for name in ["hold-tokens.secret", "simulated-webhooks.secret"] {
        let dir = tempfile::tempdir().expect("a folder");
        stopped(dir.path());
        let secret = dir.path().join(name);
        fs::remove_file(&secret).expect("it was there");
        symlink(dir.path().join("nowhere"), &secret).expect("a link");
        assert_named(dir.path(), &format!("{} is a link to nothing", secret.display()));
        fs::remove_file(&secret).expect("it was there");
        stopped(dir.path());
    }
}

#[test]
fn a_secret_that_is_damaged_is_named() {
    for name in ["hold-tokens.secret", "simulated-webhooks.secret"] {
        let dir = tempfile::tempdir().expect("a folder");
        stopped(dir.path());
        fs::write(dir.path().join(name), "half of it").expect("written");
        assert_named(dir.path(), &format!("{name} is not 64 hexadecimal digits"));
    }
}

#[test]
fn a_store_that_is_no_folder_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    stopped(dir.path());
    let store = dir.path().join("store");
    let place = store.display().to_string();
    fs::remove_dir_all(&store).expect("it was there");
    fs::write(&store, "no store").expect("written");
    assert_named(dir.path(), &place);
    fs::remove_file(&store).expect("it was there");
    symlink(dir.path().join("nowhere"), &store).expect("a link");
    assert_named(dir.path(), &place);
    fs::remove_file(&store).expect("it was there");
    stopped(dir.path());
    for (inside, is_folder) in [("conf", true), ("blobs", false)] {
        let path = store.join(inside);
        let _ = fs::remove_dir_all(&path);
        let _ = fs::remove_file(&path);
        if is_folder { fs::create_dir(&path) } else { fs::write(&path, "") }.expect("it can be made");
        assert_named(dir.path(), &place);
        fs::remove_dir_all(&store).expect("it was there");
        stopped(dir.path());
    }
}

#[test]
fn a_folder_in_the_place_of_an_unfinished_segment_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    stopped(dir.path());
    fs::create_dir(dir.path().join("journal").join("spare-0.tmp")).expect("a folder");
    assert_named(dir.path(), "spare-0.tmp");
}
