//! Requests by route, and live seat maps.

use std::sync::atomic::Ordering;

use super::exposition::Exposition;
use crate::http::metrics::{BEHIND, BUCKETS_MICROS, Figures, PANICKED};
use crate::http::state::State;

pub fn write(all: &mut Exposition, state: &State) {
    state.figures.iter().for_each(|figures| requests(all, figures));
    let panicked = PANICKED.load(Ordering::Relaxed);
    let help = "Requests that were answered with 500 because their handler panicked; in no other figure of requests";
    all.counter("understudy_requests_panicked_total", help, &[], panicked);
    let behind = BEHIND.load(Ordering::Relaxed);
    let help =
        "Requests that were answered with 503 `view_behind`: a view lags, or they asked for a position that nobody has";
    all.counter("understudy_requests_view_behind_total", help, &[], behind);
    let max = state.parts.limits.streams_max;
    let open = state.streams.open();
    all.gauge("understudy_seat_streams", "Live seat maps that are open", &[], open);
    all.gauge("understudy_seat_streams_max", "Live seat maps that may be open", &[], max);
}

fn requests(all: &mut Exposition, figures: &Figures) {
    let (method, route) = (("method", figures.method.as_str()), ("route", figures.path));
    for (status, count) in figures.statuses() {
        let labels = [method, route, ("status", &status.to_string())];
        all.counter("http_requests_total", "Requests answered", &labels, count);
    }
    for class in figures.classes() {
        let labels = [method, route, ("status", class.class)];
        let bounds = BUCKETS_MICROS.iter().map(|micros| *micros as f64 / 1e6);
        let sum = class.total_micros as f64 / 1e6;
        let help = "How long answers took, from the head of the request to the head of the answer";
        all.histogram("http_request_duration_seconds", help, &labels, (bounds, &class.buckets), sum);
    }
}
