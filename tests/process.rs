//! The real binary as a child: started, killed without warning, started again; its commands on what it left.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::http_client::Call;
use super::http_document;

pub const KEY: &str = "the-key-of-the-process";

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        Self::try_start(data).unwrap_or_else(|output| panic!("it does not start: {output}"))
    }

    /// What it says on standard error, where it does not start.
    pub fn try_start(data: &Path) -> Result<Self, String> {
        Self::try_with_settings(data, &[])
    }

    /// With these settings besides.
    pub fn with_settings(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::try_with_settings(data, settings).unwrap_or_else(|output| panic!("it does not start: {output}"))
    }

    pub fn try_with_settings(data: &Path, settings: &[(&str, &str)]) -> Result<Self, String> {
        let mut child = program(data)
            .arg("serve")
            .envs(settings.iter().copied())
            .env("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", KEY)
            .env("UNDERSTUDY__CHAOS__ENABLED", "true")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line).expect("a line");
        match line.trim().strip_prefix("listening on http://") {
            Some(address) => {
                let (said, lines) = (child.stderr.take().expect("it is piped"), Arc::new(Mutex::new(String::new())));
                let log = lines.clone();
                std::thread::spawn(move || {
                    for line in BufReader::new(said).lines().map_while(Result::ok) {
                        let mut lines = lines.lock().expect("nothing panics while it holds this lock");
                        lines.push_str(&line);
                        lines.push('\n');
                    }
                });
                let address = address.parse().expect("an address");
                http_document::learn(address);
                Ok(Self { address, child, log })
            }
            None => {
                let output = child.wait_with_output().expect("it ends");
                Err(String::from_utf8_lossy(&output.stderr).into_owned())
            }
        }
    }

    /// What it has said on standard error so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("nothing panics while it holds this lock").clone()
    }

    /// With these settings, and its log in a file.
    pub fn start_logged(data: &Path, settings: &[(&str, &str)], log: &Path) -> Self {
        let mut child = program(data)
            .arg("serve")
            .env("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", KEY)
            .env("UNDERSTUDY__CHAOS__ENABLED", "true")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(log).expect("a log can be written"))
            .spawn()
            .expect("the binary can be started");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://").expect("it listens");
        Self { address: address.parse().expect("an address"), child, log: Arc::default() }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// SIGTERM; it must end well.
    pub fn stop(self) {
        self.tell_to_stop();
        self.ended();
    }

    /// SIGTERM.
    pub fn tell_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill(1)").success());
    }

    /// It must end well.
    pub fn ended(mut self) {
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }

    /// It ends, and not as it should.
    pub fn ended_with_failure(mut self) {
        assert!(!self.child.wait().expect("it ends").success());
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(self.address, method, path).header("Authorization", &format!("Bearer {KEY}"))
    }

    /// A show of 8 + 4 seats and a pit for 10, on sale.
    pub fn show(&self) -> String {
        let venue = json!({"name": "Lyceum", "plan": super::http_app::plan(), "accessible": ["A-8"],
            "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 10}]});
        let venue = self.call("POST", "/v1/venues").json(&venue).send().expect(201);
        let show = json!({"venue_id": venue["venue_id"], "title": "Hamlet", "starts_at": "2030-07-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500, "Circle": 3000, "Pit": 1500}});
        let show = self.call("POST", "/v1/shows").json(&show).send().expect(201);
        let show = show["show_id"].as_str().expect("an id").to_owned();
        self.call("POST", &format!("/v1/shows/{show}/open")).send().expect(200);
        show
    }

    pub fn hold(&self, show: &str, key: &str, body: &Value) -> Value {
        let call = self.call("POST", &format!("/v1/shows/{show}/holds")).header("Idempotency-Key", key);
        call.json(body).send().expect(201)
    }

    pub fn book(&self, show: &str, key: &str, body: &Value) -> Value {
        let hold = self.hold(show, key, body);
        let (id, token) = (hold["hold_id"].as_str().expect("an id"), hold["hold_token"].as_str().expect("a token"));
        let call = self.call("POST", &format!("/v1/shows/{show}/holds/{id}/confirm")).header("Hold-Token", token);
        call.header("Idempotency-Key", &format!("{key}-confirm"))
            .json(&json!({"payment_reference": "p"}))
            .send()
            .expect(201)
    }

    pub fn seats(&self, show: &str, position: &str) -> Value {
        self.call("GET", &format!("/v1/shows/{show}/seats")).header("Min-Position", position).send().expect(200)["seats"].clone()
    }
}

/// A test that fails leaves nothing running.
impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with its data there, and a port that is free.
pub fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_understudy"));
    command.arg("--data").arg(data).env("UNDERSTUDY__HTTP__PORT", "0").env("UNDERSTUDY__JOURNAL__SEGMENT_MIB", "1");
    command.env("UNDERSTUDY__JOURNAL__PREALLOCATE_MIB", "1");
    command
}

/// A show with a booking, on a server that was stopped.
pub fn booked(data: &Path) -> (String, Value) {
    let server = Server::start(data);
    let show = server.show();
    let booked = server.book(&show, "k", &json!({"seats": ["A-1"]}));
    server.stop();
    (show, booked)
}

pub fn run(data: &Path, arguments: &[&str]) -> Output {
    program(data).args(arguments).output().expect("the binary can be started")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn segment(data: &Path) -> PathBuf {
    let files = std::fs::read_dir(data.join("journal")).expect("a journal").map(|file| file.expect("a file").path());
    let segments = files.filter(|file| file.extension().is_some_and(|extension| extension == "journal"));
    segments.min().expect("it has a segment")
}

/// Where the journal's last record ends.
pub fn used(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).expect("it has records") + 1
}
