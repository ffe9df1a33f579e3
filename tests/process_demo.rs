//! The demo where it is not alone with its user: on an address that others reach, and in a directory that was kept.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::http_client::Call;
use super::process::{program, said};

struct Demo {
    child: Child,
    lines: String,
}

impl Demo {
    /// Until its lines are printed.
    fn start(keep: &Path, address: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_understudy"))
            .args(["demo", "--keep"])
            .arg(keep)
            .env("UNDERSTUDY__HTTP__PORT", "0")
            .env("UNDERSTUDY__HTTP__ADDRESS", address)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary can be started");
        let mut lines = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        while !lines.contains("Ctrl-C") && out.read_line(&mut lines).expect("text") > 0 {}
        Self { child, lines }
    }

    fn after(&self, word: &str) -> &str {
        let rest = self.lines.split_once(word).unwrap_or_else(|| panic!("no {word}: {}", self.lines)).1;
        rest.split(['\'', '\n', '/']).next().expect("there is a first part")
    }

    fn port(&self) -> u16 {
        self.after("listening on http://").parse::<SocketAddr>().expect("an address").port()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn where_others_can_reach_it_the_demo_has_a_key_that_nobody_knows() {
    let dir = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(dir.path(), "0.0.0.0");
    assert!(!demo.lines.contains("demo-key"), "{}", demo.lines);
    let status = |key: &str| {
        let call = Call::new(([127, 0, 0, 1], demo.port()).into(), "GET", "/v1/ops/actors");
        call.header("Authorization", &format!("Bearer {key}")).send().status
    };
    assert_eq!((status("demo-key"), status(demo.after("Bearer "))), (401, 200));
}

#[test]
fn a_demo_that_goes_on_prints_lines_that_do_something_new() {
    let dir = tempfile::tempdir().expect("a folder");
    let key = || Demo::start(dir.path(), "127.0.0.1").after("Idempotency-Key: ").to_owned();
    assert_ne!(key(), key());
}

#[test]
fn a_demo_says_where_it_is_told_what_to_keep() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused = program(dir.path()).arg("demo").output().expect("it runs");
    assert!(!refused.status.success() && said(&refused).contains("--keep"), "{}", said(&refused));
}
