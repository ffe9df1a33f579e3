//! What an export proves of itself: that it is whole, and that nobody has changed it on its way.

use std::path::Path;

use serde_json::{Value, json};

use super::process::{Server, run, said};
use super::process_commands::sold_a_little;

/// The lines of an export of a little journal.
fn exported() -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    sold_a_little(dir.path());
    let exported = run(dir.path(), &["export"]);
    assert!(exported.status.success(), "{}", said(&exported));
    String::from_utf8_lossy(&exported.stdout).lines().map(str::to_owned).collect()
}

/// What import says of these lines, if it refuses them.
fn refusal(lines: &[String]) -> Option<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let imported = imported(dir.path(), &text);
    let refused = imported.is_err();
    assert_eq!(dir.path().join("journal").exists(), !refused, "half an import is nobody's journal");
    imported.err()
}

fn imported(data: &Path, text: &str) -> Result<(), String> {
    let file = data.join("export.jsonl");
    std::fs::write(&file, text).expect("written");
    let imported = run(data, &["import", "--in", file.to_str().expect("a readable path")]);
    if imported.status.success() { Ok(()) } else { Err(said(&imported)) }
}

#[test]
fn an_export_that_was_cut_at_any_line_is_refused() {
    let lines = exported();
    assert_eq!(refusal(&lines), None);
    for kept in 0..lines.len() {
        let refused = refusal(&lines[..kept]).unwrap_or_else(|| panic!("{kept} lines were taken for all of them"));
        assert!(refused.contains("cut off") && refused.contains(&format!("after line {kept}")), "{refused}");
    }
}

#[test]
fn an_end_that_is_not_that_of_the_lines_before_it_is_refused() {
    let lines = exported();
    let (end, commits) = lines.split_last().expect("it has an end");
    let end: Value = serde_json::from_str(end).expect("JSON");
    assert_eq!(end["end"]["commits"], commits.len());
    assert_eq!(end["end"]["hash"], serde_json::from_str::<Value>(&commits[commits.len() - 1]).expect("JSON")["hash"]);
    let with = |change: fn(&mut Value)| {
        let mut end = end.clone();
        change(&mut end["end"]);
        let mut lines = commits.to_vec();
        lines.push(end.to_string());
        lines
    };
    let one_more = refusal(&with(|end| end["commits"] = (end["commits"].as_u64().expect("a number") + 1).into()));
    assert!(one_more.expect("one is missing").contains("lines are missing"));
    let another = refusal(&with(|end| end["hash"] = "0".repeat(64).into()));
    assert!(another.expect("the last is another").contains("is not the last of this export"));
    let mut longer = lines.clone();
    longer.push(commits[0].clone());
    let refused = refusal(&longer).expect("nothing follows an end");
    assert!(refused.contains(&format!("line {}", longer.len())) && refused.contains("follows the end"), "{refused}");
    // Space is nobody's line.
    longer.pop();
    longer.push(String::new());
    longer.insert(0, String::new());
    assert_eq!(refusal(&longer), None);
}

#[test]
fn an_export_of_no_commits_has_an_end_too() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = Server::start(from.path());
    let live = server.call("GET", "/v1/ops/export").send().text();
    server.stop();
    let exported = run(from.path(), &["export"]);
    assert_eq!(String::from_utf8_lossy(&exported.stdout), live);
    assert_eq!(
        serde_json::from_str::<Value>(&live).expect("one line"),
        json!({"end": {"commits": 0, "hash": "0".repeat(64)}})
    );
    assert_eq!(imported(to.path(), &live), Ok(()));
}

#[test]
fn a_part_of_the_journal_that_was_read_while_it_ran_ends_with_its_own_count() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    server.show();
    let export = |query: &str| -> Vec<Value> {
        let text = server.call("GET", &format!("/v1/ops/export{query}")).send().text();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let whole = export("");
    let (rest, nothing) = (export("?from=2"), export(&format!("?from={}", whole.len())));
    let count = whole.len() - 1;
    assert!(count > 2);
    let hash = &whole[count - 1]["hash"];
    assert_eq!(whole[count], json!({"end": {"commits": count, "hash": hash}}));
    assert_eq!(rest[..count - 1], whole[1..count]);
    assert_eq!(rest[count - 1], json!({"end": {"commits": count - 1, "hash": hash}}));
    assert_eq!(nothing, [json!({"end": {"commits": 0, "hash": "0".repeat(64)}})]);
    server.stop();
    let refused = imported(dir.path(), "").expect_err("it has a journal");
    assert!(refused.contains("has a journal already"), "{refused}");
    // A part is no journal.
    let other = tempfile::tempdir().expect("a folder");
    let text: String = rest.iter().map(|line| format!("{line}\n")).collect();
    assert!(imported(other.path(), &text).expect_err("the first is missing").contains("line 1"));
}

/// Refused for what is wrong with this line (the first is 1).
fn assert_refused_at(number: usize, lines: &[String], what: &str) {
    let refused = refusal(lines).unwrap_or_else(|| panic!("line {number} was taken"));
    assert!(refused.contains(&format!("line {number}:")) && refused.contains(what), "line {number}: {refused}");
}

#[test]
fn a_line_that_was_changed_is_named_even_where_it_makes_sense() {
    let lines = exported();
    let found = lines.iter().position(|line| line.contains("seats_held")).expect("a hold");
    let changed = |change: fn(&mut Value)| {
        let mut line: Value = serde_json::from_str(&lines[found]).expect("JSON");
        change(&mut line);
        let mut lines = lines.clone();
        lines[found] = line.to_string();
        assert_refused_at(found + 1, &lines, "was changed");
    };
    changed(|line| line["events"][0]["show"]["seats_held"]["seats"] = json!([5]));
    changed(|line| line["time"] = "2020-01-01T00:00:00Z".into());
    changed(|line| line["commands"][0]["id"] = "00000000000000000000000000000001".into());
    changed(|line| line["epoch"] = 77.into());
    changed(|line| line["hash"] = "ab".repeat(32).into());
}

#[test]
fn a_line_that_stands_twice_or_elsewhere_is_named() {
    let lines = exported();
    for at in 0..lines.len() - 1 {
        let mut twice = lines.clone();
        twice.insert(at, lines[at].clone());
        assert_refused_at(at + 2, &twice, &format!("{} was to follow", at + 2));
    }
    for at in 0..lines.len() - 2 {
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        assert_refused_at(at + 1, &swapped, "lines are missing");
    }
    // The end before the last commit.
    let mut swapped = lines.clone();
    swapped.swap(lines.len() - 2, lines.len() - 1);
    assert_refused_at(lines.len() - 1, &swapped, "lines are missing");
}

#[test]
fn a_line_of_another_journal_is_named() {
    let (lines, others) = (exported(), exported());
    for at in 1..lines.len() {
        let mut mixed = lines.clone();
        mixed[at].clone_from(&others[at]);
        assert!(refusal(&mixed).expect("two journals are none").contains(&format!("line {}:", at + 1)));
    }
    // The first one follows nothing, in any journal: it is the second that does not follow it.
    let mut mixed = lines.clone();
    mixed[0].clone_from(&others[0]);
    assert_refused_at(2, &mixed, "was changed");
}
