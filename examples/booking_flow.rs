//! The whole way of a booking, through the API alone.
//!
//! ```text
//! UNDERSTUDY_URL=http://127.0.0.1:8080 UNDERSTUDY_KEY=... cargo run --example booking_flow
//! ```
//!
//! Two things make it safe to copy: every command has an Idempotency-Key of its own, and is sent again under the same key
//! when the answer is lost or 503; and the seat map is watched with the last id that was seen.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;
use uuid::Uuid;

const ATTEMPTS_MAX: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct BoxOffice {
    agent: Agent,
    url: String,
    key: String,
}

impl BoxOffice {
    fn from_environment() -> Result<Self> {
        let url = std::env::var("UNDERSTUDY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".into());
        let key = std::env::var("UNDERSTUDY_KEY").context("UNDERSTUDY_KEY is not set")?;
        let config = Agent::config_builder().http_status_as_error(false).timeout_connect(Some(PATIENCE)).build();
        Ok(Self { agent: config.into(), url: url.trim_end_matches('/').to_owned(), key })
    }

    fn get(&self, path: &str, after: &Value) -> Result<Value> {
        // A read that names the position of an answer shows what that answer told of.
        let position = after["position"].as_str().context("answers have a position")?;
        self.call("GET", path, None, &[("Min-Position", position)])
    }

    fn post(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Result<Value> {
        self.call("POST", path, Some(body), headers)
    }

    /// One call, repeated until it is answered. A command keeps its key, so repeating it does nothing twice.
    fn call(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Result<Value> {
        let idempotency_key = Uuid::new_v4().to_string();
        for attempt in 0..ATTEMPTS_MAX {
            let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
            request = request.header("Authorization", format!("Bearer {}", self.key));
            if method != "GET" {
                request = request.header("Idempotency-Key", &idempotency_key);
            }
            request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let sent = match &body {
                Some(body) => {
                    let request = request.header("Content-Type", "application/json");
                    self.agent.run(request.body(body.to_string())?)
                }
                None => self.agent.run(request.body(())?),
            };
            let answered = sent.and_then(|mut answer| {
                let text = answer.body_mut().read_to_string()?;
                Ok((answer, text))
            });
            let wait = match answered {
                Ok((answer, text)) if answer.status().is_success() => return Ok(serde_json::from_str(&text)?),
                // 429, 503, and 409 while the first try is still inside: all say when to come again.
                Ok((answer, text)) => match answer.headers().get("Retry-After") {
                    Some(seconds) => Duration::from_secs(seconds.to_str()?.parse()?),
                    None => bail!("{method} {path}: {} {text}", answer.status()),
                },
                // The answer was lost, perhaps the request too. The same key finds out.
                Err(_) => Duration::from_millis(100) * 2_u32.pow(attempt),
            };
            std::thread::sleep(wait);
        }
        bail!("{method} {path}: no answer after {ATTEMPTS_MAX} attempts")
    }
}

/// A show as it is watched. Clones share it.
#[derive(Clone, Default)]
struct SeatMap(Arc<(Mutex<BTreeMap<String, String>>, Condvar)>);

impl SeatMap {
    /// Watches for ever, and comes back with the last id whenever the stream ends.
    fn watch(&self, office: &BoxOffice, show: &str) {
        let mut last_id = None;
        loop {
            // An error says that the stream was lost; the next one goes on after the last id.
            let _ = self.listen(office, show, &mut last_id);
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn listen(&self, office: &BoxOffice, show: &str, last_id: &mut Option<String>) -> Result<()> {
        let mut request = office.agent.get(format!("{}/v1/shows/{show}/seats/stream", office.url));
        request = request.header("Authorization", format!("Bearer {}", office.key));
        if let Some(id) = &last_id {
            request = request.header("Last-Event-ID", id);
        }
        let mut event = BTreeMap::new();
        for line in BufReader::new(request.call()?.into_body().into_reader()).lines() {
            let line = line?;
            match line.split_once(": ") {
                Some((name, value)) => drop(event.insert(name.to_owned(), value.to_owned())),
                // A blank line ends an event.
                None if event.contains_key("data") => {
                    self.take(&event)?;
                    *last_id = event.remove("id");
                    event.clear();
                }
                None => {}
            }
        }
        Ok(())
    }

    fn take(&self, event: &BTreeMap<String, String>) -> Result<()> {
        let data: Value = serde_json::from_str(&event["data"])?;
        let (seats, changed) = &*self.0;
        let mut seats = seats.lock().expect("nothing panics while it holds this lock");
        if event["event"] == "snapshot" {
            seats.clear();
        }
        let changes = data["seats"].as_object().into_iter().flatten();
        seats.extend(changes.map(|(seat, status)| (seat.clone(), status.as_str().unwrap_or_default().to_owned())));
        changed.notify_all();
        Ok(())
    }

    fn wait_for(&self, wanted: &[&str], status: &str) -> Result<()> {
        let (seats, changed) = &*self.0;
        let seats = seats.lock().expect("nothing panics while it holds this lock");
        let is_not = |seats: &mut BTreeMap<String, String>| {
            wanted.iter().any(|seat| seats.get(*seat).map_or("free", String::as_str) != status)
        };
        let waited = changed.wait_timeout_while(seats, PATIENCE, is_not);
        if waited.expect("nothing panics while it holds this lock").1.timed_out() {
            bail!("nobody told that {wanted:?} are {status}");
        }
        println!("the seat map shows {}: {status}", wanted.join(", "));
        Ok(())
    }
}

fn main() -> Result<()> {
    let office = BoxOffice::from_environment()?;
    let seat = |number: u32| {
        json!({"seat_guid": format!("A-{number}"), "seat_number": number.to_string(), "category": "Stalls",
            "position": {"x": number, "y": 0}})
    };
    let rows = json!([{"row_number": "A", "seats": (1..=8).map(seat).collect::<Vec<_>>()}]);
    let plan =
        json!({"name": "Studio", "categories": [{"name": "Stalls"}], "zones": [{"name": "House", "rows": rows}]});
    let venue = office.post("/v1/venues", json!({"name": "Studio", "plan": plan}), &[])?;
    let terms = json!({"venue_id": venue["venue_id"], "title": "The Understudy", "starts_at": "2031-06-01T20:00",
        "time_zone": "Europe/London", "currency": "GBP", "prices": {"Stalls": 4500}});
    let show = office.post("/v1/shows", terms, &[])?;
    let show = show["show_id"].as_str().context("a show has an id")?;
    let opened = office.call("POST", &format!("/v1/shows/{show}/open"), None, &[])?;
    // The map must know of the show before anybody watches it.
    office.get(&format!("/v1/shows/{show}/seats"), &opened)?;
    let seat_map = SeatMap::default();
    let (watching, watcher, watched) = (seat_map.clone(), office.clone(), show.to_owned());
    std::thread::spawn(move || watching.watch(&watcher, &watched));

    let hold = office.post(&format!("/v1/shows/{show}/holds"), json!({"best_available": {"quantity": 2}}), &[])?;
    let taken: Vec<&str> =
        hold["seats"].as_array().into_iter().flatten().filter_map(|seat| seat["seat"].as_str()).collect();
    println!("held {} for {} {} until {}", taken.join(", "), hold["total"], hold["currency"], hold["expires_at"]);
    seat_map.wait_for(&taken, "held")?;
    let (id, token) = (hold["hold_id"].as_str().context("an id")?, hold["hold_token"].as_str().context("a token")?);
    let (path, token) = (format!("/v1/shows/{show}/holds/{id}"), [("Hold-Token", token)]);
    office.call("PATCH", &path, Some(json!({"extend_seconds": 60})), &token)?;
    let booking = office.post(&format!("{path}/confirm"), json!({"payment_reference": "order 1"}), &token)?;
    let booking_id = booking["booking_id"].as_str().context("a booking has an id")?;
    println!("booked: {booking_id}");
    seat_map.wait_for(&taken, "sold")?;

    let read = office.get(&format!("/v1/bookings/{booking_id}"), &booking)?;
    println!("read back: {} tickets", read["tickets"].as_array().map_or(0, Vec::len));
    office.call("POST", &format!("/v1/shows/{show}/bookings/{booking_id}/cancel"), None, &[])?;
    seat_map.wait_for(&taken, "free")?;
    println!("done");
    Ok(())
}
