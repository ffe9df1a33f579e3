//! The whole server but its process: journal and store in a folder of its own, a real port, a clock that a test sets.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use serde_json::{Value, json};
use tempfile::TempDir;
use understudy::actors::{Clock, ManualClock, ShowLimits};
use understudy::app::{Data, House, HouseOptions};
use understudy::domain::Timestamp;
use understudy::http::{self, Chaos, DiskMode, HoldTokens, Keys, Limits, Parts, Readiness, Serving};
use understudy::journal::Journal;
use understudy::journal::local::{DiskFaults, Fault, Options as JournalOptions};
use understudy::store::Options as StoreOptions;

use super::http_client::{Answer, Call};

pub const KEY: &str = "the-key-of-the-house";
/// 2026-03-01T12:00:00Z.
pub const START: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

pub struct TestApp {
    pub address: SocketAddr,
    pub clock: ManualClock,
    pub house: House,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// Removed last.
    _dir: TempDir,
}

struct Started {
    address: SocketAddr,
    house: House,
    server: ServerHandle,
}

impl TestApp {
    pub fn start() -> Self {
        Self::with_chaos(true)
    }

    pub fn with_chaos(chaos: bool) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = ManualClock::new(START);
        let (tell, told) = mpsc::channel();
        let (path, of_thread) = (dir.path().to_owned(), clock.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (started, server) = start(&path, of_thread, chaos).await;
                tell.send(started).expect("the test waits for it");
                server.await.expect("the server ends well");
            });
        });
        let Started { address, house, server } = told.recv().expect("the server starts");
        Self { address, clock, house, server, thread: Some(thread), _dir: dir }
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

    /// A venue with the rows A (Stalls, 8 seats) and B (Circle, 4 seats), and a pit for 10.
    pub fn venue(&self) -> String {
        let body = json!({"name": "Lyceum", "plan": plan(), "accessible": ["A-8"],
            "general_admission": [{"area": "Pit", "category": "Pit", "capacity": 10}]});
        id(&self.post("/v1/venues", &body).expect(201), "venue_id")
    }

    /// A show of that venue, not yet on sale.
    pub fn scheduled(&self, changes: &Value) -> String {
        let mut body = json!({"venue_id": self.venue(), "title": "Hamlet", "starts_at": "2026-07-01T19:30",
            "time_zone": "Europe/Berlin", "currency": "EUR", "prices": {"Stalls": 4500, "Circle": 3000, "Pit": 1500}});
        merge(&mut body, changes);
        id(&self.post("/v1/shows", &body).expect(201), "show_id")
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

async fn start(dir: &std::path::Path, clock: ManualClock, chaos: bool) -> (Started, actix_web::dev::Server) {
    let faults = Arc::new(DiskFaults::default());
    let journal =
        JournalOptions { segment_bytes: 1 << 20, preallocate_bytes: 0, faults: faults.clone(), ..Default::default() };
    let data = Data::open(dir, journal, StoreOptions { cache_bytes: 4 << 20 }, &mut |_, _| {}).expect("a new folder");
    let limits = ShowLimits { arbiters: 1, ..ShowLimits::default() };
    let options = HouseOptions { limits, clock: Clock::Manual(clock), ..HouseOptions::default() };
    let readiness = Readiness { journal: data.journal.health(), serving: Arc::new(AtomicBool::new(true)) };
    let house = House::open(data.journal, data.store, options);
    house.ready(Duration::from_secs(20)).await.expect("nothing to catch up with");
    let parts = Parts {
        directory: house.directory.clone(),
        venues: house.venues.clone(),
        views: house.views.clone(),
        tokens: HoldTokens::new([7; 32]),
        keys: Keys::new(KEY),
        limits: Limits::default(),
        chaos: chaos.then(|| Chaos { disk: Arc::new(move |mode| faults.set(fault(mode))) }),
        readiness,
    };
    let serving = Serving { workers: 1, connections_max: 100, shutdown_seconds: 1, ..Serving::default() };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let server = http::serve(listener, parts, serving).expect("it listens already");
    (Started { address, house, server: server.handle() }, server)
}

fn fault(mode: DiskMode) -> Fault {
    match mode {
        DiskMode::Well => Fault::Well,
        DiskMode::Slow { milliseconds } => Fault::Slow { micros: u64::from(milliseconds) * 1_000 },
        DiskMode::Failing => Fault::Failing,
        DiskMode::Full => Fault::Full,
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        let ended = self.thread.take().expect("dropped once").join();
        if !std::thread::panicking() {
            ended.expect("the server's thread ends well");
        }
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

fn id(value: &Value, field: &str) -> String {
    text(value, field)
}

/// Fields that are null are left out.
pub fn merge(body: &mut Value, changes: &Value) {
    let body = body.as_object_mut().expect("an object");
    for (field, value) in changes.as_object().expect("an object") {
        body.insert(field.clone(), value.clone());
    }
    body.retain(|_, value| !value.is_null());
}
