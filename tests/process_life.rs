//! `kill -9` and what comes after it: nothing acknowledged is lost, the same key has the same answer; damage is named.

use serde_json::json;

use super::process::{Server, run, said, segment, used};

#[test]
fn what_was_acknowledged_survives_ten_kills_and_the_same_key_has_the_same_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(dir.path());
    let show = server.show();
    let mut answers = Vec::new();
    for round in 0..10 {
        let key = format!("round-{round}");
        let body = json!({"general_admission": [{"area": "Pit", "quantity": 1}]});
        answers.push((key.clone(), body.clone(), server.hold(&show, &key, &body)));
        server.kill();
        server = Server::start(dir.path());
        for (key, body, answer) in &answers {
            assert_eq!(server.hold(&show, key, body), *answer, "round {round}");
        }
    }
    let last = answers.last().expect("ten rounds").2["position"].as_str().expect("a position").to_owned();
    let seats = server.call("GET", &format!("/v1/shows/{show}/seats")).header("Min-Position", &last).send().expect(200);
    assert_eq!(seats["areas"]["Pit"], json!({"capacity": 10, "held": 10, "sold": 0}));
    server.stop();
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn a_store_that_was_deleted_is_made_again_while_starting() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    let booking = server.book(&show, "k", &json!({"seats": ["A-1", "A-2"]}));
    server.kill();
    std::fs::remove_dir_all(dir.path().join("store")).expect("it was there");
    let server = Server::start(dir.path());
    assert_eq!(server.book(&show, "k", &json!({"seats": ["A-1", "A-2"]})), booking);
    let seats = server.seats(&show, booking["position"].as_str().expect("a position"));
    assert_eq!(seats, json!({"A-1": "sold", "A-2": "sold"}));
    server.stop();
}

#[test]
fn a_journal_that_was_deleted_under_a_store_is_not_taken_for_a_new_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    server.show();
    server.stop();
    std::fs::remove_dir_all(dir.path().join("journal")).expect("it was there");
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("the journal is lost or was moved"), "{refused}");
}

#[test]
fn garbage_behind_the_end_of_the_journal_is_cut_off() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    let held = server.hold(&show, "k", &json!({"seats": ["A-1"]}));
    server.kill();
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    let end = used(&bytes);
    bytes.truncate(end);
    bytes.extend([0xAB; 100]);
    std::fs::write(&file, bytes).expect("it can be written");
    let server = Server::start(dir.path());
    assert_eq!(server.hold(&show, "k", &json!({"seats": ["A-1"]})), held);
    server.stop();
}

#[test]
fn an_acknowledged_commit_that_the_journal_lost_comes_back_from_the_store() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    let booked = server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.seats(&show, booked["position"].as_str().expect("a position"));
    // Stopped, so that sled has written all; then a few bytes of the last record are torn off.
    server.stop();
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    let end = used(&bytes);
    bytes[end - 7..end].fill(0);
    std::fs::write(&file, bytes).expect("it can be written");
    let server = Server::start(dir.path());
    assert_eq!(server.book(&show, "k", &json!({"seats": ["A-1"]})), booked);
    server.stop();
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
}

#[test]
fn a_flipped_bit_in_the_journal_stops_the_start_with_the_file_and_the_offset() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let show = server.show();
    (0..5).for_each(|n| {
        drop(server.hold(&show, &n.to_string(), &json!({"general_admission": [{"area": "Pit", "quantity": 1}]})))
    });
    server.kill();
    let file = segment(dir.path());
    let mut bytes = std::fs::read(&file).expect("it can be read");
    bytes[400] ^= 0x10;
    std::fs::write(&file, bytes).expect("it can be written");

    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains(".journal") && refused.contains("at byte") && refused.contains("verify"), "{refused}");
    let verified = run(dir.path(), &["verify"]);
    assert!(!verified.status.success() && said(&verified).contains("VIOLATION"), "{}", said(&verified));
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let refused = Server::try_start(dir.path()).err().expect("it must not start");
    assert!(refused.contains("in use by another process"), "{refused}");
    server.stop();
}
