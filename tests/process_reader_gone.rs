//! Commands whose reader goes away before they have said everything, as with `understudy verify | head`.

use std::io::pipe;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

use super::http_app::until;
use super::process::{Server, program, run};
use super::process_commands::sold_a_little;

/// What a shell says of a program that SIGPIPE ended.
const READER_GONE: i32 = 141;

/// With nobody to read its standard output.
fn unheard(command: &mut Command) -> Output {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    command
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started")
        .wait_with_output()
        .expect("it ends")
}

/// With nobody to read its standard error.
fn unwarned(command: &mut Command) -> Output {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    command.stderr(writer).output().expect("it can be started")
}

fn assert_quiet(output: &Output, what: &str) {
    assert_eq!(output.status.code(), Some(READER_GONE), "{what}: {}", output.status);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked") && !said.contains("pipe"), "{what}: {said}");
}

#[test]
fn who_reads_no_further_ends_a_command_quietly() {
    let dir = tempfile::tempdir().expect("a folder");
    sold_a_little(dir.path());
    for arguments in [&["verify"][..], &["export"], &["keys", "list"]] {
        assert_quiet(&unheard(program(dir.path()).args(arguments)), arguments[0]);
    }
    let keep = dir.path().join("demo");
    let mut demo = Command::new(env!("CARGO_BIN_EXE_understudy"));
    let demo = unheard(demo.args(["demo", "--keep"]).arg(&keep).env("UNDERSTUDY__HTTP__PORT", "0"));
    assert_quiet(&demo, "demo");
    assert!(run(&keep, &["verify"]).status.success(), "it has stopped in good order");
}

#[test]
fn a_key_that_nobody_could_read_is_named_so_that_it_can_be_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let created = unheard(program(dir.path()).args(["keys", "create", "--role", "ops"]));
    let said = String::from_utf8_lossy(&created.stderr).into_owned();
    assert_eq!(created.status.code(), Some(1), "{said}");
    let id = said.split("keys revoke ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("it is named");
    assert!(run(dir.path(), &["keys", "revoke", id.trim_end_matches('`')]).status.success(), "{said}");
    assert!(!said.contains("usk_") && !said.contains("panicked"), "{said}");
}

#[test]
fn a_command_whose_notes_nobody_reads_does_its_work() {
    let (from, to) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    sold_a_little(from.path());
    let file = from.path().join("export.jsonl");
    let path = file.to_str().expect("a readable path");
    for (data, arguments) in [
        (from.path(), &["export", "--out", path][..]),
        (to.path(), &["import", "--in", path]),
        (to.path(), &["rebuild"]),
        (to.path(), &["verify"]),
    ] {
        let output = unwarned(program(data).args(arguments));
        assert!(output.status.success(), "{}: {}", arguments[0], output.status);
    }
    let failed = unwarned(program(to.path()).args(["import", "--in", path]));
    assert_eq!(failed.status.code(), Some(1), "there is a journal already");
}

#[test]
fn a_server_whose_lines_nobody_reads_serves() {
    let dir = tempfile::tempdir().expect("a folder");
    Server::start(dir.path()).stop();
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("an address");
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let errors = writer.try_clone().expect("a copy");
    let mut command = program(dir.path());
    command.arg("serve").env("UNDERSTUDY__HTTP__PORT", free.port().to_string());
    let mut server = command.stdout(writer).stderr(errors).spawn().expect("it can be started");
    let pid = server.id().to_string();
    let has_ended = |server: &mut Child| server.try_wait().expect("it is ours").is_some();
    until("it hears signals, or has ended", || hears_signals(&pid) || has_ended(&mut server));
    assert!(!has_ended(&mut server) && TcpStream::connect(free).is_ok(), "it must serve");
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill(1)").success());
    assert!(server.wait().expect("it ends").success(), "it has stopped in good order");
}

/// Whether SIGTERM is caught by now: it is just before the lines are said.
fn hears_signals(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
    u64::from_str_radix(caught.trim(), 16).is_ok_and(|caught| caught & (1 << 14) != 0)
}
