//! What a second process, a store that cannot be read for the moment, or an empty folder could make of acknowledged commits:
//! nothing, they are refused.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::process::{Server, booked, run, said, segment, used};
use super::store_support::raw;

#[test]
fn nobody_comes_in_beside_a_server_whose_lock_file_was_deleted() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    fs::remove_file(dir.path().join("journal").join("lock")).expect("it was there");
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("in use by another process"), "{refused}");
    for command in ["rebuild", "verify", "export"] {
        let refused = run(dir.path(), &[command]);
        assert!(!refused.status.success() && said(&refused).contains("in use by another"), "{}", said(&refused));
    }
    server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.stop();
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn rebuild_refuses_where_the_old_store_cannot_be_read_for_a_reason_that_passes() {
    let dir = tempfile::tempdir().expect("a folder");
    let (show, booked) = booked(dir.path());
    let file = segment(dir.path());
    let mut bytes = fs::read(&file).expect("it can be read");
    let end = used(&bytes);
    bytes[end - 40..end].fill(0);
    fs::write(&file, bytes).expect("it can be written");
    fs::remove_file(dir.path().join("journal").join("heads")).expect("it was there");
    let store = dir.path().join("store");
    let refused = || {
        let rebuilt = run(dir.path(), &["rebuild"]);
        let text = said(&rebuilt);
        assert!(!rebuilt.status.success() && text.contains(&store.display().to_string()), "{text}");
        assert!(text.contains("may have commits that the journal has lost"), "{text}");
        assert!(store.join("db").exists() && !dir.path().join("store.replaced-1").exists());
    };
    let other_owner = raw(&store);
    refused();
    drop(other_owner);
    let (conf, kept) = (store.join("conf"), dir.path().join("conf.kept"));
    fs::rename(&conf, &kept).expect("it was there");
    fs::create_dir(&conf).expect("a folder");
    refused();
    fs::remove_dir(&conf).expect("it was there");
    fs::rename(&kept, &conf).expect("it was there");
    let rebuilt = run(dir.path(), &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", said(&rebuilt));
    let server = Server::start(dir.path());
    assert_eq!(server.book(&show, "k", &json!({"seats": ["A-1"]})), booked);
    server.stop();
}

#[test]
fn an_empty_house_does_not_begin_where_files_say_that_there_was_a_journal() {
    let dir = tempfile::tempdir().expect("a folder");
    booked(dir.path());
    let (journal, kept) = (dir.path().join("journal"), dir.path().join("journal.kept"));
    fs::rename(&journal, &kept).expect("it was there");
    fs::remove_dir_all(dir.path().join("store")).expect("it was there");
    let refused = |start: &str| {
        let refused = Server::try_start(dir.path()).err().unwrap_or_else(|| panic!("{start}: it must not start"));
        assert!(refused.contains("hold-tokens.secret"), "{start}: {refused}");
        assert!(refused.contains("there was a journal"), "{start}: {refused}");
    };
    refused("without a journal");
    assert!(!journal.exists(), "nothing was begun");
    fs::create_dir(&journal).expect("a folder");
    refused("with an empty one");
    let rebuilt = run(dir.path(), &["rebuild"]);
    assert!(!rebuilt.status.success() && said(&rebuilt).contains("there was a journal"), "{}", said(&rebuilt));
    let verified = run(dir.path(), &["verify"]);
    assert!(!verified.status.success() && said(&verified).contains("the next start refuses"), "{}", said(&verified));
    fs::remove_dir(&journal).expect("nobody has put anything into it");
    fs::rename(&kept, &journal).expect("it was there");
    Server::start(dir.path()).stop();
}

#[test]
fn a_house_begins_anew_once_the_files_that_told_of_the_old_one_are_moved_away() {
    let dir = tempfile::tempdir().expect("a folder");
    booked(dir.path());
    for old in ["journal", "store"] {
        fs::remove_dir_all(dir.path().join(old)).expect("it was there");
    }
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    for (name, _) in old_files(dir.path()) {
        assert!(refused.contains(&name), "{name}: {refused}");
    }
    old_files(dir.path()).into_iter().for_each(|(_, path)| fs::remove_file(path).expect("it was there"));
    Server::start(dir.path()).stop();
}

/// All files that a server has made beside the journal and the store.
fn old_files(data: &Path) -> Vec<(String, std::path::PathBuf)> {
    let files = fs::read_dir(data).expect("a folder").map(|file| file.expect("a file"));
    files.map(|file| (file.file_name().to_string_lossy().into_owned(), file.path())).collect()
}

/// What a first start leaves that was killed: its journal, without a segment yet, and a draft; and keys that were made before.
#[test]
fn a_first_start_that_was_killed_is_no_loss() {
    let dir = tempfile::tempdir().expect("a folder");
    let made = run(dir.path(), &["keys", "create", "--role", "storefront"]);
    assert!(made.status.success() && dir.path().join("keys.json").exists(), "{}", said(&made));
    fs::create_dir(dir.path().join("journal")).expect("a folder");
    for file in ["journal/lock", "journal/segment.tmp", "hold-tokens.secret.4711.draft"] {
        fs::write(dir.path().join(file), "").expect("it can be written");
    }
    Server::start(dir.path()).stop();
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}
