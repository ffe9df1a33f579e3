//! `GET /metrics`: what can be counted, in the Prometheus text format. Times are in seconds, counters end in `_total`.

mod exposition;
mod of_checkouts;
mod of_house;
mod of_journal;
mod of_process;
mod of_requests;

use actix_web::HttpResponse;

use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::request::Reading;
use exposition::Exposition;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let state = reading.state();
    let mut all = Exposition::default();
    of_requests::write(&mut all, state);
    of_house::write(&mut all, &state.parts);
    of_checkouts::write(&mut all, &state.parts.checkouts.report());
    of_journal::write(&mut all, &state.parts);
    of_process::write(&mut all);
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(all.text()))
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![Operation::text("/metrics", "Figures for Prometheus", "text/plain")]
}
