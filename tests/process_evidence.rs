//! What proves a loss is not destroyed by whoever comes across it: a start that refuses refuses again, and no command takes
//! half a journal for a whole one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::process::{Server, booked, run, said, segment, used};
use super::store_support::raw;

#[test]
fn a_start_that_misses_acknowledged_commits_refuses_again_and_leaves_all_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.stop();
    std::fs::remove_dir_all(dir.path().join("store")).expect("it was there");
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    let end = used(&bytes);
    bytes[end - 7] ^= 0x04;
    std::fs::write(&file, &bytes).expect("it can be written");
    for attempt in 1..=2 {
        let refused = Server::try_start(dir.path()).err().expect("it must not start");
        assert!(refused.contains("acknowledged commits are missing"), "start {attempt}: {refused}");
        let rebuilt = run(dir.path(), &["rebuild"]);
        assert!(!rebuilt.status.success() && said(&rebuilt).contains("acknowledged commits are missing"));
        assert!(std::fs::read(&file).expect("it can be read") == bytes, "start {attempt} has changed the evidence");
        let verified = run(dir.path(), &["verify"]);
        assert!(!verified.status.success(), "{}", said(&verified));
    }
    // A copy of the file, and all is well.
    bytes[end - 7] ^= 0x04;
    std::fs::write(&file, &bytes).expect("it can be written");
    let server = Server::start(dir.path());
    server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.stop();
}

#[test]
fn rebuild_gives_the_journal_back_what_only_the_old_store_has() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    let booked = server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.stop();
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    let end = used(&bytes);
    bytes[end - 40..end].fill(0);
    std::fs::write(&file, bytes).expect("it can be written");
    std::fs::remove_file(dir.path().join("journal").join("heads")).expect("it was there");
    let rebuilt = run(dir.path(), &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", said(&rebuilt));
    let server = Server::start(dir.path());
    assert_eq!(server.book(&show, "k", &json!({"seats": ["A-1"]})), booked);
    server.stop();
}

#[test]
fn rebuild_beside_a_running_server_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let rebuilt = run(dir.path(), &["rebuild"]);
    assert!(!rebuilt.status.success() && said(&rebuilt).contains("in use by another process"), "{}", said(&rebuilt));
    assert!(dir.path().join("store").exists() && !dir.path().join("store.replaced-1").exists());
    server.stop();
}

#[test]
fn an_import_that_was_not_finished_is_nobodys_journal() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("export.jsonl");
    std::fs::write(&file, "{\"position\":\"1\"}\n").expect("written");
    let path = file.to_str().expect("a readable path");
    let imported = run(dir.path(), &["import", "--in", path]);
    assert!(!imported.status.success() && said(&imported).contains("remove it before the next try"));
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("an import was not finished"), "{refused}");
    let again = run(dir.path(), &["import", "--in", path]);
    assert!(!again.status.success() && said(&again).contains("remove it first"), "{}", said(&again));
}

#[test]
fn an_export_that_fails_leaves_the_last_one_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    (0..5).for_each(|n| drop(server.hold(&show, &n.to_string(), &json!({"best_available": {"quantity": 1}}))));
    server.stop();
    let out = dir.path().join("export.jsonl");
    let export = || run(dir.path(), &["export", "--out", out.to_str().expect("a readable path")]);
    assert!(export().status.success());
    let good = std::fs::read(&out).expect("it is there");
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    bytes[400] ^= 0x10;
    std::fs::write(&file, bytes).expect("it can be written");
    assert!(!export().status.success());
    assert!(std::fs::read(&out).expect("it is there") == good);
}

#[test]
fn a_journal_without_its_segments_is_not_sound() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    server.show();
    server.stop();
    std::fs::remove_dir_all(dir.path().join("store")).expect("it was there");
    std::fs::remove_file(segment(dir.path())).expect("it was there");
    let verified = run(dir.path(), &["verify"]);
    assert!(!verified.status.success() && said(&verified).contains("there are no segments"), "{}", said(&verified));
    assert!(!run(dir.path(), &["export"]).status.success());
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("acknowledged commits are missing"), "{refused}");
    assert!(said(&verified).contains("the next start refuses"), "{}", said(&verified));
}

/// Every file of the journal, but for the one that says who has it open.
fn files_of_journal(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = std::fs::read_dir(data.join("journal")).expect("a journal").map(|file| file.expect("a file").path());
    let files = files.filter(|path| path.file_name().is_some_and(|name| name != "lock"));
    files.map(|path| (path.clone(), std::fs::read(path).expect("it can be read"))).collect()
}

fn remove_segments(data: &Path) {
    let segments = files_of_journal(data).into_keys();
    let segments = segments.filter(|path| path.extension().is_some_and(|extension| extension == "journal"));
    segments.for_each(|path| std::fs::remove_file(path).expect("it was there"));
}

#[test]
fn a_journal_whose_segments_are_all_gone_comes_back_from_a_store_that_has_all_of_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (show, booked) = booked(dir.path());
    let before = run(dir.path(), &["export"]).stdout;
    remove_segments(dir.path());
    for _ in 1..=2 {
        let verified = run(dir.path(), &["verify"]);
        let text = said(&verified);
        let commits = String::from_utf8_lossy(&before).lines().count() - 1;
        let promise = format!("the next start gives {commits} commits back to the journal from the store");
        assert!(!verified.status.success() && text.contains(&promise), "{text}");
    }
    let server = Server::start(dir.path());
    assert_eq!(server.book(&show, "k", &json!({"seats": ["A-1"]})), booked);
    server.stop();
    assert!(run(dir.path(), &["export"]).stdout == before, "they are the same to the byte");
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}

/// Neither starts nor rebuilds nor changes a file of the journal, twice; and `verify` has said so.
fn assert_refused_and_unchanged(data: &Path) {
    let before = files_of_journal(data);
    for attempt in 1..=2 {
        let verified = run(data, &["verify"]);
        let text = said(&verified);
        assert!(!verified.status.success() && text.contains("the next start refuses"), "{text}");
        assert!(!text.contains("commits back to the journal"), "{text}");
        let refused = Server::try_start(data).err().expect("it must not start");
        assert!(refused.contains("acknowledged commits are missing"), "start {attempt}: {refused}");
        let rebuilt = run(data, &["rebuild"]);
        assert!(!rebuilt.status.success() && said(&rebuilt).contains("acknowledged commits are missing"));
        assert!(files_of_journal(data) == before, "start {attempt} has changed the journal's files");
        assert!(data.join("store").exists() && !data.join("store.damaged-1").exists());
    }
}

#[test]
fn a_journal_without_segments_is_not_given_back_from_a_store_that_was_behind_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (show, _) = booked(dir.path());
    let (store, kept) = (dir.path().join("store"), dir.path().join("store.kept"));
    copy_all(&store, &kept);
    let server = Server::start(dir.path());
    server.hold(&show, "later", &json!({"seats": ["A-2"]}));
    server.stop();
    std::fs::remove_dir_all(&store).expect("it was there");
    std::fs::rename(&kept, &store).expect("it was there");
    let file = segment(dir.path());
    let bytes = std::fs::read(&file).expect("it can be read");
    remove_segments(dir.path());
    assert_refused_and_unchanged(dir.path());
    // A copy of the file, and all is well.
    std::fs::write(&file, bytes).expect("it can be written");
    let server = Server::start(dir.path());
    server.hold(&show, "later", &json!({"seats": ["A-2"]}));
    server.stop();
}

/// An empty journal never stands in for a lost one.
#[test]
fn where_nothing_is_left_of_the_journal_and_the_store_cannot_be_read_nothing_begins_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    booked(dir.path());
    for file in files_of_journal(dir.path()).into_keys() {
        std::fs::remove_file(file).expect("it was there");
    }
    std::fs::write(dir.path().join("store").join("db"), b"no database").expect("it can be written");
    for attempt in 1..=2 {
        let refused = Server::try_start(dir.path()).err().expect("it must not start");
        assert!(refused.contains("nothing is left of the journal"), "start {attempt}: {refused}");
        let rebuilt = run(dir.path(), &["rebuild"]);
        assert!(!rebuilt.status.success() && said(&rebuilt).contains("nothing is left of the journal"));
        assert!(dir.path().join("store").exists() && !dir.path().join("store.damaged-1").exists());
    }
    std::fs::remove_dir_all(dir.path().join("journal")).expect("it was there");
    std::fs::remove_file(dir.path().join("store").join("db")).expect("it was there");
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("the journal is lost or was moved"), "{refused}");
}

#[test]
fn a_journal_is_not_given_back_from_a_store_with_a_gap() {
    let dir = tempfile::tempdir().expect("a folder");
    booked(dir.path());
    {
        let db = raw(&dir.path().join("store"));
        let log = db.open_tree("log").expect("the log");
        let (key, _) = log.scan_prefix([b'l']).next_back().expect("it has runs").expect("sled works");
        log.remove(key).expect("sled works");
    }
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    // All but the first record is lost.
    bytes[200..].fill(0);
    remove_segments(dir.path());
    assert_refused_and_unchanged(dir.path());
    std::fs::write(&file, bytes).expect("it can be written");
    assert_refused_and_unchanged(dir.path());
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all(&path, &copy);
        } else {
            std::fs::copy(path, copy).expect("a copy");
        }
    }
}
