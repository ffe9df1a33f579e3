//! Keys as an operator handles them: by the command line, beside a server that runs.

use std::time::Duration;

use serde_json::json;

use super::http_app::until;
use super::http_client::Call;
use super::http_stream::version;
use super::http_stream_client::Listener;
use super::process::{Server, run, said};

#[test]
fn a_key_is_handed_out_used_listed_and_taken_back() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path());
    let show = server.show();
    let create = ["keys", "create", "--role", "storefront", "--label", "web shop"];
    let made = run(data.path(), &create);
    let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert!(made.status.success() && key.starts_with("usk_"), "{}", said(&made));
    let path = format!("/v1/shows/{show}");
    let status = || {
        let call = Call::new(server.address, "GET", &path).header("Authorization", &format!("Bearer {key}"));
        call.send().status
    };
    until("the key works", || status() == 200);

    let listed = said(&run(data.path(), &["keys", "list"]));
    assert!(!listed.contains(&key), "a key is shown once: {listed}");
    let line = listed.lines().find(|line| line.contains("web shop")).expect("the key is listed").to_owned();
    let id = line.split_whitespace().next().expect("an id").to_owned();
    assert!(line.contains("storefront") && line.contains("live"), "{line}");
    assert!(run(data.path(), &["keys", "revoke", &id]).status.success());
    until("the key does not work any more", || status() == 401);

    server.stop();
    let listed = said(&run(data.path(), &["keys", "list"]));
    let line = listed.lines().find(|line| line.contains(&id)).expect("it stays on the list");
    assert!(line.contains("revoked") && line.contains("20"), "when it was last used is kept: {line}");
}

#[test]
fn a_seat_stream_ends_with_the_key_that_opened_it_and_no_other_does() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path());
    let show = server.show();
    let new_key = || {
        let made = run(data.path(), &["keys", "create", "--role", "storefront"]);
        String::from_utf8_lossy(&made.stdout).trim().to_owned()
    };
    let status = |key: &str| {
        let call = Call::new(server.address, "GET", "/v1/shows").header("Authorization", &format!("Bearer {key}"));
        call.send().status
    };
    let (key, other) = (new_key(), new_key());
    until("the keys work", || status(&key) == 200 && status(&other) == 200);
    let open = |headers: &[(&str, &str)]| {
        let mut listener = Listener::open(server.address, &show, headers);
        listener.next().expect("a snapshot");
        listener
    };
    let of_key = |key: &str| open(&[("Authorization", &format!("Bearer {key}"))]);
    let (revoked, mut kept, mut public) = (of_key(&key), of_key(&other), open(&[]));
    let id = &blake3::hash(key.as_bytes()).to_hex()[..12];
    assert!(run(data.path(), &["keys", "revoke", id]).status.success());
    until("the key does not work any more", || status(&key) == 401);
    assert!(revoked.ends_within(Duration::from_secs(5)), "it goes on");
    let held = server.hold(&show, "k-1", &json!({"seats": ["A-1"]}));
    assert_eq!((kept.until(version(&held)).len(), public.until(version(&held)).len()), (1, 1));
}

#[test]
fn keys_that_make_no_sense_are_not_made() {
    let data = tempfile::tempdir().expect("a folder");
    for (arguments, word) in [
        (&["--role", "organiser"][..], "organiser"),
        (&["--role", "ops", "--organiser", "lyceum"], "no organiser"),
        (&["--role", "king"], "box_office"),
        (&["--role", "storefront", "--organiser", "Two Words"], "small letters"),
        (&["--organiser", "lyceum"], "--role"),
    ] {
        let output = run(data.path(), &[&["keys", "create"], arguments].concat());
        assert!(!output.status.success() && said(&output).contains(word), "{arguments:?}: {}", said(&output));
    }
    assert!(!run(data.path(), &["keys", "revoke", "0123456789ab"]).status.success());
}

#[test]
fn a_key_file_that_is_gone_revokes_nothing_and_is_asked_for_at_every_start() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path());
    let made = run(data.path(), &["keys", "create", "--role", "storefront"]);
    let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let status = |server: &Server| {
        let call = Call::new(server.address, "GET", "/v1/shows").header("Authorization", &format!("Bearer {key}"));
        call.send().status
    };
    until("the key works", || status(&server) == 200);
    let (file, aside) = (data.path().join("keys.json"), data.path().join("keys.aside"));
    std::fs::rename(&file, &aside).expect("it was there");
    let complains = |server: &Server| {
        let log = server.log();
        log.lines().any(|line| line.contains("ERROR") && line.contains("keys.json"))
    };
    until("it says that the file is gone", || complains(&server));
    assert_eq!(status(&server), 200);
    server.stop();

    // A start has no keys to go on with; that there were some is known by their uses.
    let server = Server::start(data.path());
    until("it says that the file is missing", || complains(&server));
    assert!(server.log().contains("Put it back"), "{}", server.log());
    assert_eq!(status(&server), 401);
    std::fs::rename(&aside, &file).expect("it was there");
    until("the key works again", || status(&server) == 200);
    server.stop();
}

#[test]
fn a_directory_that_is_not_there_has_no_list_of_keys_and_one_without_a_journal_is_told_of() {
    let dir = tempfile::tempdir().expect("a folder");
    let typo = dir.path().join("typo");
    for arguments in [&["keys", "list"][..], &["keys", "revoke", "0123456789ab"]] {
        let output = run(&typo, arguments);
        assert!(!output.status.success() && said(&output).contains("no such directory"), "{}", said(&output));
        assert!(!typo.exists(), "it was made");
    }
    // On purpose, before the first start.
    let made = run(dir.path(), &["keys", "create", "--role", "storefront"]);
    assert!(made.status.success() && said(&made).contains("has no journal yet"), "{}", said(&made));
    assert_eq!(String::from_utf8_lossy(&made.stdout).lines().count(), 1, "{}", said(&made));
    Server::start(dir.path()).stop();
    let made = run(dir.path(), &["keys", "create", "--role", "storefront"]);
    assert!(made.status.success() && !said(&made).contains("journal"), "{}", said(&made));
}
