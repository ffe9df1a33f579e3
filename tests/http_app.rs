//! The whole server but its process: journal and store in a folder of its own, a real port, a clock that a test sets.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use understudy::access::{KeyFile, KeyRecord, Role};
use understudy::actors::{Checkouts, Clock, ManualClock};
use understudy::app;
use understudy::config::Settings;
use understudy::domain::{Organiser, Timestamp};
use understudy::payments::simulated::SimulatedGateway;

use super::http_client::{Answer, Call};
use super::http_document;

pub const KEY: &str = "the-key-of-the-house";
/// 2026-03-01T12:00:00Z.
pub const START: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

pub struct TestApp {
    pub address: SocketAddr,
    pub clock: ManualClock,
    pub checkouts: Checkouts,
    /// The provider, whose buyers the test plays.
    provider: Option<Arc<SimulatedGateway>>,
    /// Stops the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    settings: Vec<(String, String)>,
    /// Removed last.
    pub dir: Arc<TempDir>,
}

impl TestApp {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With these settings besides those of `config/test.toml`.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::on(Arc::new(tempfile::tempdir().expect("a folder")), ManualClock::new(START), settings)
    }

    /// Stopped, and started again on what it has left.
    pub fn again(mut self) -> Self {
        self.end();
        Self::on(self.dir.clone(), self.clock.clone(), self.settings.clone())
    }

    /// The same after something has happened to its data.
    pub fn again_after(mut self, happens: impl FnOnce(&Path)) -> Self {
        self.end();
        happens(self.dir.path());
        self.again()
    }

    /// The same with one setting changed.
    pub fn again_with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self.again()
    }

    pub fn provider(&self) -> &SimulatedGateway {
        self.provider.as_ref().expect("payments are simulated in this test")
    }

    /// Stopped; what it has written down keeps the promises, those about money included.
    pub fn close_and_verify(mut self) {
        self.end();
        let verify =
            Command::new(env!("CARGO_BIN_EXE_understudy")).arg("--data").arg(self.dir.path()).arg("verify").output();
        let verify = verify.expect("it can be started");
        let said = String::from_utf8_lossy(&verify.stdout).into_owned();
        assert!(verify.status.success(), "{said}{}", String::from_utf8_lossy(&verify.stderr));
    }

    fn on(dir: Arc<TempDir>, clock: ManualClock, settings: Vec<(String, String)>) -> Self {
        let path = dir.path().to_str().expect("a path of a test is text");
        let own = [
            ("UNDERSTUDY_ENVIRONMENT", "test"),
            ("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", KEY),
            ("UNDERSTUDY__DATA__DIR", path),
            ("UNDERSTUDY__HTTP__WORKERS", "1"),
            ("UNDERSTUDY__SHOWS__ARBITERS", "1"),
        ];
        let these = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let read = Settings::from(None, own.into_iter().chain(these)).expect("good settings");
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let of_thread = Clock::Manual(clock.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = app::start(&read, of_thread, &mut |_, _| {}).await.expect("the server starts");
                let parts = (running.address, running.house.checkouts.clone(), running.simulated.clone());
                tell.send(parts).expect("the test waits for it");
                // A test that panics drops its end instead of using it: stop all the same.
                let _ = stopped.await;
                running.stop().await.expect("the server stops well");
            });
        });
        let (address, checkouts, provider) = told.recv().expect("the server starts");
        http_document::learn(address);
        let (stop, thread) = (Some(stop), Some(thread));
        Self { address, clock, checkouts, provider, stop, thread, settings, dir }
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.expect("the server's thread ends well");
            }
        }
    }

    /// A call without a key.
    pub fn open(&self, method: &str, path: &str) -> Call {
        Call::new(self.address, method, path)
    }

    /// A call with the key.
    pub fn keyed(&self, method: &str, path: &str) -> Call {
        self.open(method, path).header("Authorization", &format!("Bearer {KEY}"))
    }

    pub fn get(&self, path: &str) -> Value {
        self.keyed("GET", path).send().expect(200)
    }

    /// Reads once the view has seen what this answer tells of.
    pub fn get_after(&self, answer: &Value, path: &str) -> Value {
        let position = answer["position"].as_str().expect("commands answer with their position");
        self.keyed("GET", path).header("Min-Position", position).send().expect(200)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.keyed("POST", path).json(body).send()
    }

    /// A new key, as the command line makes one; it works from the moment that the server has seen it.
    pub fn new_key(&self, role: Role, organiser: Option<&str>) -> String {
        let secret = *blake3::hash(format!("{role:?} {organiser:?}").as_bytes()).as_bytes();
        let organiser = organiser.map(|name| Organiser::parse(name).expect("a good name"));
        let (record, key) = KeyRecord::of_secret(secret, role, organiser, None, jiff::Timestamp::now());
        let file = KeyFile::of(self.dir.path());
        if file.read().expect("the keys can be read").iter().all(|known| known.id != record.id) {
            file.add(record).expect("a key can be added");
        }
        until("the server hears of a new key", || self.with_key(&key, "GET", "/v1/shows").send().status != 401);
        key
    }

    pub fn with_key(&self, key: &str, method: &str, path: &str) -> Call {
        self.open(method, path).header("Authorization", &format!("Bearer {key}"))
    }

    /// A venue with the rows A (Stalls, 8 seats) and B (Circle, 4 seats), and a pit for 10.
    pub fn venue(&self) -> String {
        let body = json!({"name": "Lyceum", "plan": plan(), "accessible": ["A-8"],
            "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 10}]});
        text(&self.post("/v1/venues", &body).expect(201), "venue_id")
    }

    /// A show of that venue, not yet on sale.
    pub fn scheduled(&self, changes: &Value) -> String {
        let mut body = json!({"venue_id": self.venue(), "title": "Hamlet", "starts_at": "2026-07-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500, "Circle": 3000, "Pit": 1500}});
        merge(&mut body, changes);
        text(&self.post("/v1/shows", &body).expect(201), "show_id")
    }

    /// A show on sale.
    pub fn show(&self) -> String {
        self.show_with(&json!({}))
    }

    pub fn show_with(&self, changes: &Value) -> String {
        let show = self.scheduled(changes);
        self.keyed("POST", &format!("/v1/shows/{show}/open")).send().expect(200);
        show
    }

    pub fn hold(&self, show: &str, body: &Value) -> Answer {
        self.open("POST", &format!("/v1/shows/{show}/holds")).json(body).send()
    }

    pub fn confirm(&self, show: &str, hold: &Value) -> Answer {
        let path = format!("/v1/shows/{show}/holds/{}/confirm", text(hold, "hold_id"));
        let call = self.keyed("POST", &path).header("Hold-Token", &text(hold, "hold_token"));
        call.json(&json!({"payment_reference": "pay-1"})).send()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits for a condition, for as long as anything may take.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn plan() -> Value {
    let row = |row: &str, y: u32, seats: u32, category: &str| {
        let seat = |number: u32| {
            json!({"seat_guid": format!("{row}-{number}"), "seat_number": number.to_string(), "category": category,
                "position": {"x": number * 10, "y": y}})
        };
        json!({"row_number": row, "seats": (1..=seats).map(seat).collect::<Vec<_>>()})
    };
    json!({"name": "Lyceum", "categories": [{"name": "Stalls", "color": "red"}, {"name": "Circle"}, {"name": "Pit"}],
        "zones": [{"name": "House", "rows": [row("A", 0, 8, "Stalls"), row("B", 20, 4, "Circle")]}]})
}

pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no text {field:?} in {value}")).to_owned()
}

/// Fields that are null are left out.
pub fn merge(body: &mut Value, changes: &Value) {
    let body = body.as_object_mut().expect("an object");
    for (field, value) in changes.as_object().expect("an object") {
        body.insert(field.clone(), value.clone());
    }
    body.retain(|_, value| !value.is_null());
}
