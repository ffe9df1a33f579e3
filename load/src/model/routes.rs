//! The model's HTTP.

use std::sync::Mutex;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, get, patch, post};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::box_office::{Answer, BoxOffice, Decision, refusal};
use super::show::{Owner, Show};
use crate::api::{CancelBody, ExtendBody};
use crate::hall;

type Office = Data<Mutex<BoxOffice>>;

pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/health/ready", get().to(HttpResponse::Ok))
        .route("/v1/venues", post().to(venue))
        .route("/v1/shows", post().to(show))
        .route("/v1/shows/{show}/open", post().to(open))
        .route("/v1/shows/{show}", get().to(read_show))
        .route("/v1/shows/{show}/seats", get().to(seats))
        .route("/v1/shows/{show}/holds", post().to(hold))
        .route("/v1/shows/{show}/holds/{hold}", patch().to(extend))
        .route("/v1/shows/{show}/holds/{hold}", delete().to(release))
        .route("/v1/shows/{show}/holds/{hold}/confirm", post().to(confirm))
        .route("/v1/shows/{show}/bookings/{booking}/cancel", post().to(cancel))
        .route("/v1/bookings/{booking}", get().to(booking))
        .route("/v1/customers/{customer}/bookings", get().to(customer))
        .route("/v1/shows/{show}/holds/{hold}/checkout", post().to(check_out))
        .route("/v1/checkouts/{checkout}", get().to(checkout))
        .route("/v1/ops/checkouts", get().to(checkouts))
        .route("/v1/ops/checkouts/crash", post().to(HttpResponse::Ok))
        .route("/v1/ops/projections", get().to(projections))
        .route("/v1/ops/shows/{show}/crash", post().to(HttpResponse::Accepted))
        .route("/v1/ops/disk", post().to(HttpResponse::Ok))
        .route("/v1/ops/export", get().to(export));
}

fn lock(office: &Office) -> std::sync::MutexGuard<'_, BoxOffice> {
    office.lock().expect("the model does not panic")
}

fn respond((status, body): Answer) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).expect("statuses of ours are valid")).json(body)
}

/// Does what was asked for; some answers are withheld.
fn command(
    office: &Office,
    (show, request, body, accepted): (Uuid, &HttpRequest, &[u8], u16),
    decide: impl FnOnce(&mut Show, i64) -> Decision,
) -> HttpResponse {
    let mut office = lock(office);
    let answer = office.command(show, &key(request), body, accepted, decide);
    let withheld = office.withhold_one_in > 0 && fastrand::u32(..office.withhold_one_in) == 0;
    respond(if withheld { refusal(503, "outcome_unknown") } else { answer })
}

fn key(request: &HttpRequest) -> String {
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
    key.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

async fn venue(office: Office, body: Bytes) -> HttpResponse {
    let import: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Ok(hall) = hall::read(&import) else { return respond(refusal(422, "invalid_plan")) };
    let venue_id = Uuid::now_v7();
    let mut office = lock(&office);
    office.journal.now_us();
    office.journal.append(
        venue_id,
        1,
        &venue_id.simple().to_string(),
        vec![json!({ "venue": { "venue_imported": {} } })],
    );
    office.halls.insert(venue_id, hall);
    respond((201, json!({ "venue_id": venue_id })))
}

async fn show(office: Office, body: Bytes) -> HttpResponse {
    let terms: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut office = lock(&office);
    let venue = terms["venue_id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let Some(hall) = venue.and_then(|venue| office.halls.get(&venue)).cloned() else {
        return respond(refusal(404, "venue_not_found"));
    };
    let show_id = Uuid::now_v7();
    office.journal.now_us();
    office.journal.append(show_id, 1, &show_id.simple().to_string(), vec![json!({ "show": { "show_scheduled": {} } })]);
    let show = Show {
        index: hall.index(),
        hold_seconds: terms["hold_seconds"].as_u64().unwrap_or(600) as u32,
        max_per_customer: terms["max_per_customer"].as_u64().map(|max| max as u32),
        version: 1,
        seats: Default::default(),
        areas: vec![(0, 0); hall.areas.len()],
        holds: Default::default(),
        bookings: Default::default(),
        hall,
    };
    office.shows.insert(show_id, show);
    respond((201, json!({ "show_id": show_id })))
}

async fn open(office: Office, show: Path<Uuid>, request: HttpRequest) -> HttpResponse {
    let decide = |_: &mut Show, _| Ok((vec![json!({ "show": "sales_opened" })], json!({})));
    command(&office, (*show, &request, b"", 200), decide)
}

async fn hold(office: Office, show: Path<Uuid>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Ok(asked) = serde_json::from_slice(&body) else { return respond(refusal(400, "invalid_body")) };
    command(&office, (*show, &request, &body, 201), |show, now| show.hold(&asked, now))
}

async fn extend(office: Office, path: Path<(Uuid, Uuid)>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Ok(asked) = serde_json::from_slice::<ExtendBody>(&body) else { return respond(refusal(400, "invalid_body")) };
    let (show, hold) = *path;
    let decide = |show: &mut Show, _| show.extend(hold, i64::from(asked.extend_seconds));
    command(&office, (show, &request, &body, 200), decide)
}

async fn release(office: Office, path: Path<(Uuid, Uuid)>, request: HttpRequest) -> HttpResponse {
    let (show, hold) = *path;
    command(&office, (show, &request, b"", 200), |show, _| show.release(hold))
}

async fn confirm(office: Office, path: Path<(Uuid, Uuid)>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let (show, hold) = *path;
    command(&office, (show, &request, &body, 201), |show, _| show.confirm(hold, "elsewhere"))
}

async fn cancel(office: Office, path: Path<(Uuid, Uuid)>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Ok(asked) = serde_json::from_slice::<CancelBody>(&body) else { return respond(refusal(400, "invalid_body")) };
    let (show, booking) = *path;
    let mut freed = 0;
    let decide = |show: &mut Show, _| {
        let cancelled = show.cancel(booking, asked.tickets)?;
        freed = show.price_of(booking, &cancelled.0[0]["show"]["tickets_cancelled"]["tickets"]);
        Ok(cancelled)
    };
    let answer = command(&office, (show, &request, &body, 200), decide);
    if freed > 0 {
        lock(&office).refund(booking, freed);
    }
    answer
}

async fn check_out(office: Office, path: Path<(Uuid, Uuid)>, request: HttpRequest) -> HttpResponse {
    let (show, hold) = *path;
    let mut office = lock(&office);
    let answer = office.check_out(show, hold, &key(&request));
    let withheld = office.withhold_one_in > 0 && fastrand::u32(..office.withhold_one_in) == 0;
    respond(if withheld { refusal(503, "outcome_unknown") } else { answer })
}

async fn checkout(office: Office, checkout: Path<Uuid>) -> HttpResponse {
    let office = lock(&office);
    let known = office.checkouts.contains_key(&checkout);
    respond(if known { (200, office.checkout(*checkout)) } else { refusal(404, "checkout_not_found") })
}

/// None is open for longer than its request takes.
async fn checkouts() -> HttpResponse {
    respond((200, json!({ "open": {}, "needs_operator_count": 0, "in_trouble": [], "sweeps": [] })))
}

async fn projections() -> HttpResponse {
    respond((200, json!({ "projections": [] })))
}

async fn seats(office: Office, show: Path<Uuid>) -> HttpResponse {
    let office = lock(&office);
    let Some(show) = office.shows.get(&show) else { return respond(refusal(404, "show_not_found")) };
    let status = |owner: &Owner| if matches!(owner, Owner::Hold(_)) { "held" } else { "sold" };
    let label = |seat: &u32| show.hall.seats[*seat as usize].label.clone();
    let seats: Map<String, Value> =
        show.seats.iter().map(|(seat, owner)| (label(seat), status(owner).into())).collect();
    let areas: Map<String, Value> = show
        .hall
        .areas
        .iter()
        .zip(&show.areas)
        .map(|(area, (held, sold))| {
            (area.label.clone(), json!({ "capacity": area.capacity, "held": held, "sold": sold }))
        })
        .collect();
    let position = office.journal.position().to_string();
    respond((200, json!({ "version": show.version, "position": position, "seats": seats, "areas": areas })))
}

async fn read_show(office: Office, show: Path<Uuid>) -> HttpResponse {
    let office = lock(&office);
    let Some(show) = office.shows.get(&show) else { return respond(refusal(404, "show_not_found")) };
    let of_seats =
        |hold: bool| show.seats.values().filter(|owner| matches!(owner, Owner::Hold(_)) == hold).count() as u64;
    let held = of_seats(true) + show.areas.iter().map(|(held, _)| u64::from(*held)).sum::<u64>();
    let sold = of_seats(false) + show.areas.iter().map(|(_, sold)| u64::from(*sold)).sum::<u64>();
    let free = show.hall.capacity() - held - sold;
    let position = office.journal.position().to_string();
    respond((
        200,
        json!({ "version": show.version, "position": position, "free": free, "held": held, "sold": sold, "blocked": 0 }),
    ))
}

async fn booking(office: Office, booking: Path<Uuid>) -> HttpResponse {
    let office = lock(&office);
    let show = office.bookings.get(&booking).and_then(|show| office.shows.get(show));
    respond(show.and_then(|show| show.booking(*booking)).map_or(refusal(404, "booking_not_found"), |read| (200, read)))
}

async fn customer(office: Office, customer: Path<String>) -> HttpResponse {
    let office = lock(&office);
    let mut bookings = Vec::new();
    for show in office.shows.values() {
        let own = show.bookings.iter().filter(|(_, booking)| booking.hold.customer_id.as_ref() == Some(&*customer));
        bookings.extend(own.filter_map(|(id, _)| show.booking(*id)));
    }
    respond((200, json!({ "bookings": bookings })))
}

async fn export(office: Office) -> String {
    lock(&office).export()
}
