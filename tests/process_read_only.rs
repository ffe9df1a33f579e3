//! The commands on data that lies where nothing can be written, or where a volume is mounted: each in a mount namespace of
//! its own, which root may make. Skipped aloud where nobody may.

use std::path::Path;
use std::process::{Command, Output};

use super::process::{run, said};
use super::process_commands::sold_a_little;
use super::skips::skip;

/// Runs the program with `$D` for the data directory, once `mounts` is done. `None`: this is not allowed here.
fn with_mounts(data: &Path, mounts: &str, arguments: &str) -> Option<Output> {
    let unshared = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-ec", script]).env("D", data).env("P", env!("CARGO_BIN_EXE_understudy"));
        command.output().ok()
    };
    if !unshared(mounts).is_some_and(|output| output.status.success()) {
        skip("mounts", "mounting is not allowed here");
        return None;
    }
    unshared(&format!("{mounts}; exec \"$P\" {arguments}"))
}

#[test]
fn a_journal_on_a_read_only_volume_is_verified_and_exported() {
    let dir = tempfile::tempdir().expect("a folder");
    sold_a_little(dir.path());
    let in_place = run(dir.path(), &["export"]);
    for before in ["true", "rm -f \"$D/journal/lock\""] {
        let mounts = format!("{before}; mount --bind \"$D\" \"$D\"; mount -o remount,bind,ro \"$D\"");
        let read_only = |command: &str| with_mounts(dir.path(), &mounts, &format!("{command} --data \"$D\""));
        let Some(verified) = read_only("verify") else { return };
        let text = said(&verified);
        assert!(verified.status.success(), "{text}");
        assert!(text.contains("  ok  version") && text.contains("store    not checked"), "{text}");
        assert!(text.contains("verified: no violation in the journal\n"), "{text}");
        let exported = read_only("export").expect("it went well before");
        assert!(exported.status.success() && exported.stdout == in_place.stdout, "{}", said(&exported));
    }
}

#[test]
fn an_import_over_a_mount_point_is_refused_before_the_work() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    sold_a_little(from.path());
    let file = from.path().join("export.jsonl");
    let path = file.to_str().expect("a readable path");
    assert!(run(from.path(), &["export", "--out", path]).status.success());
    std::fs::create_dir(to.path().join("journal")).expect("made");
    let import = format!("import --data \"$D\" --in '{path}'");
    let Some(refused) = with_mounts(to.path(), "mount -t tmpfs none \"$D/journal\"", &import) else { return };
    let text = said(&refused);
    assert!(!refused.status.success() && text.contains("if a volume is mounted there"), "{text}");
    assert!(!to.path().join("journal.importing").exists(), "it had begun");
    assert!(run(to.path(), &["import", "--in", path]).status.success(), "an empty folder is no obstacle");
}
