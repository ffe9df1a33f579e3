//! What proves a loss is not destroyed by whoever comes across it: a start that refuses refuses again, and no command takes
//! half a journal for a whole one.

use serde_json::json;

use super::process::{Server, run, said, segment, used};

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
}
