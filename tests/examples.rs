//! The examples, run as they stand: straight, and through a line that loses every third answer.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::http_app::{KEY, TestApp};
use super::skips::skip;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Runs against the server, and against one that can be reached only through a bad line.
fn check(mut program: impl FnMut() -> Command) {
    let app = TestApp::start();
    for address in [app.address, bad_line(app.address)] {
        let output = program()
            .env("UNDERSTUDY_URL", format!("http://{address}"))
            .env("UNDERSTUDY_KEY", KEY)
            .output()
            .expect("it can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.trim_end().ends_with("done"), "{said}{complaint}");
        for line in ["held A-", ": held", "booked: ", ": sold", "read back: 2 tickets", ": free"] {
            assert!(said.contains(line), "{line:?} is missing: {said}{complaint}");
        }
    }
    // Nothing was done twice, however often it was sent.
    let shows = app.get("/v1/shows");
    let shows = shows["shows"].as_array().expect("shows");
    assert_eq!(shows.len(), 2, "{shows:?}");
}

/// Passes everything on, and closes every third connection when the answer begins to come: it was done, and nobody knows.
fn bad_line(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        let count = AtomicUsize::new(0);
        for client in listener.incoming().flatten() {
            let is_lost = count.fetch_add(1, Ordering::Relaxed) % 3 == 1;
            std::thread::spawn(move || pass_on(client, server, is_lost));
        }
    });
    address
}

/// Errors end the connection, as on any line.
fn pass_on(mut client: TcpStream, server: SocketAddr, is_lost: bool) {
    let Ok(mut upstream) = TcpStream::connect(server) else { return };
    let (Ok(mut from_client), Ok(mut to_server)) = (client.try_clone(), upstream.try_clone()) else { return };
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    let mut first = [0; 1024];
    let Ok(count) = upstream.read(&mut first) else { return };
    if !is_lost && client.write_all(&first[..count]).is_ok() {
        let _ = std::io::copy(&mut upstream, &mut client);
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = upstream.shutdown(Shutdown::Both);
}

/// Skips aloud where there is no such program.
fn has(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        skip(program, &format!("there is no {program} on this machine"));
    }
    found
}

#[test]
fn the_booking_flow_in_python_works() {
    if has("python3", &["-c", "import sys; assert sys.version_info >= (3, 9)"]) {
        check(|| {
            let mut program = Command::new("python3");
            program.arg(example("booking_flow.py"));
            program
        });
    }
}

#[test]
fn the_booking_flow_in_javascript_works() {
    if has("node", &["-e", "if (!globalThis.fetch) process.exit(1)"]) {
        check(|| {
            let mut program = Command::new("node");
            program.arg(example("booking_flow.mjs"));
            program
        });
    }
}

#[test]
fn the_booking_flow_in_rust_works() {
    // Beside this test's own binary; `cargo test --test integration` alone does not build it.
    let own = std::env::current_exe().expect("a program knows where it is");
    let built = own.ancestors().nth(2).expect("it is below target").join("examples").join("booking_flow");
    if built.exists() {
        check(|| Command::new(&built));
    } else {
        skip("booking_flow", &format!("{} is not built; `cargo test` builds it", built.display()));
    }
}
