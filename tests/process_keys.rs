//! Keys as an operator handles them: by the command line, beside a server that runs.

use super::http_app::until;
use super::http_client::Call;
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
