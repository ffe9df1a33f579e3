//! The other commands of the binary, on data that a server has left.

use serde_json::{Value, json};

use super::process::{Server, program, run, said, segment};

/// A venue, a show, a booking with a cancelled ticket, a hold, a blocked seat.
pub fn sold_a_little(data: &std::path::Path) {
    let server = Server::start(data);
    let show = server.show();
    let booking = server.book(
        &show,
        "b",
        &json!({"seats": ["A-1", "A-2"], "general_admission": [{"area": "Pit", "quantity": 2}]}),
    );
    let path = format!("/v1/shows/{show}/bookings/{}/cancel", booking["booking_id"].as_str().expect("an id"));
    server.call("POST", &path).json(&json!({"tickets": [booking["tickets"][1]["ticket_id"]]})).send().expect(200);
    server.hold(&show, "h", &json!({"best_available": {"quantity": 2}}));
    let block = json!({"seats": ["B-1"], "reason": "camera"});
    server.call("POST", &format!("/v1/shows/{show}/blocks")).json(&block).send().expect(200);
    exported_while_it_runs(&server, data);
    server.stop();
}

/// Beside the data, for the test that compares.
fn exported_while_it_runs(server: &Server, data: &std::path::Path) {
    let export = |query: &str| server.call("GET", &format!("/v1/ops/export{query}")).send().text();
    let whole = export("");
    for wrong in ["from=0", "from=-1", "from=x", "from=", "to=1", "from=9223372036854775808"] {
        server.call("GET", &format!("/v1/ops/export?{wrong}")).send().expect(400);
    }
    std::fs::write(data.join("live.jsonl"), whole).expect("written");
}

#[test]
fn an_export_imported_elsewhere_verifies_and_exports_the_same_again() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    sold_a_little(from.path());
    let file = from.path().join("export.jsonl");
    let path = file.to_str().expect("a readable path");
    let exported = run(from.path(), &["export", "--out", path]);
    assert!(exported.status.success(), "{}", said(&exported));
    let imported = run(to.path(), &["import", "--in", path]);
    assert!(imported.status.success(), "{}", said(&imported));
    let verified = run(to.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let bytes = segment(to.path()).metadata().expect("a file").len();
    assert!(bytes <= 1 << 20, "the settings of the journal count for an import, too: {bytes}");

    let lines = |text: &str| -> Vec<Value> {
        let without_writer = |line: &str| {
            let mut line: Value = serde_json::from_str(line).expect("a line of JSON");
            // The journal that was written by the import has a writer, and so a chain, of its own.
            let fields = line.as_object_mut().expect("an object");
            fields.remove("epoch");
            fields.remove("group");
            fields.remove("hash");
            if let Some(end) = fields.get_mut("end") {
                end["hash"] = Value::Null;
            }
            line
        };
        text.lines().map(without_writer).collect()
    };
    let again = run(to.path(), &["export"]);
    let before = std::fs::read_to_string(&file).expect("the export");
    assert!(lines(&before).len() > 5);
    assert_eq!(before, std::fs::read_to_string(from.path().join("live.jsonl")).expect("what was read while it ran"));
    assert_eq!(lines(&before), lines(&String::from_utf8_lossy(&again.stdout)));

    let twice = run(to.path(), &["import", "--in", path]);
    assert!(!twice.status.success() && said(&twice).contains("has a journal already"), "{}", said(&twice));
}

#[test]
fn an_import_with_a_missing_line_names_it() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    sold_a_little(from.path());
    let exported = run(from.path(), &["export"]);
    let text = String::from_utf8_lossy(&exported.stdout).into_owned();
    let short: Vec<&str> = text.lines().enumerate().filter(|(number, _)| *number != 2).map(|(_, line)| line).collect();
    let file = from.path().join("short.jsonl");
    std::fs::write(&file, short.join("\n")).expect("written");
    let imported = run(to.path(), &["import", "--in", file.to_str().expect("a readable path")]);
    assert!(!imported.status.success() && said(&imported).contains("line 3"), "{}", said(&imported));
}

#[test]
fn verify_says_one_line_per_show_and_compares_store_and_views() {
    let dir = tempfile::tempdir().expect("a folder");
    sold_a_little(dir.path());
    let verified = run(dir.path(), &["verify"]);
    let text = said(&verified);
    assert!(verified.status.success(), "{text}");
    assert!(
        text.contains("  ok  version") && text.contains("sold 3  held 2 in 1 holds  blocked 1  bookings 1"),
        "{text}"
    );
    assert!(
        text.contains("store    at the journal's end") && text.contains("view     seat_maps at position"),
        "{text}"
    );
}

#[test]
fn rebuild_makes_the_store_anew_and_keeps_the_old_one() {
    let dir = tempfile::tempdir().expect("a folder");
    sold_a_little(dir.path());
    let rebuilt = run(dir.path(), &["rebuild"]);
    assert!(rebuilt.status.success(), "{}", said(&rebuilt));
    assert!(dir.path().join("store.replaced-1").exists());
    let verified = run(dir.path(), &["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    Server::start(dir.path()).stop();
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused = program(dir.path()).arg("serve").env("UNDERSTUDY__HTTP__PROT", "1").output().expect("it runs");
    assert!(!refused.status.success() && said(&refused).contains("http.prot"), "{}", said(&refused));
}

#[test]
fn without_a_configured_key_the_server_makes_one_and_stays_on_loopback() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused =
        program(dir.path()).arg("serve").env("UNDERSTUDY__HTTP__ADDRESS", "0.0.0.0").output().expect("it runs");
    assert!(!refused.status.success() && said(&refused).contains("auth.bootstrap_key"), "{}", said(&refused));
}
