//! `GET /metrics`: what can be counted, in the Prometheus text format.

use std::fmt::Write;

use actix_web::HttpResponse;

use crate::actors::{ActorReport, ProjectionReport};
use crate::http::metrics::{BUCKETS_MICROS, Figures};
use crate::http::openapi::Operation;
use crate::http::problem::Reply;
use crate::http::request::Reading;
use crate::journal::Health;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub async fn get(reading: Reading) -> Reply {
    reading.no_query()?;
    let state = reading.state();
    let mut text = Text::default();
    for figures in &state.figures {
        requests(&mut text, figures);
    }
    actors(&mut text, &state.parts.directory.actors());
    let (begin, finish) = state.parts.directory.permits_taken();
    text.gauge("understudy_permits_taken", "Commands inside, by their kind", &[("kind", "begin")], u64::from(begin));
    text.gauge("understudy_permits_taken", "Commands inside, by their kind", &[("kind", "finish")], u64::from(finish));
    projections(&mut text, &state.parts.views.reports());
    let writable = *state.parts.readiness.journal.borrow() == Health::Writable;
    text.gauge("understudy_journal_writable", "1 while the journal can be written", &[], u64::from(writable));
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(text.done()))
}

fn requests(text: &mut Text, figures: &Figures) {
    let route = [("method", figures.method.as_str()), ("route", figures.path)];
    for (status, count) in figures.statuses() {
        let labels = [route[0], route[1], ("status", &status.to_string())];
        text.counter("http_requests_total", "Requests answered", &labels, count);
    }
    let name = "http_request_duration_seconds";
    let mut total = 0;
    for (count, bound) in figures.latencies().zip(BUCKETS_MICROS.iter().map(Some).chain([None])) {
        total += count;
        let bound = bound.map_or_else(|| "+Inf".to_owned(), |micros| (*micros as f64 / 1e6).to_string());
        text.histogram(name, "bucket", &[route[0], route[1], ("le", &bound)], &total);
    }
    text.histogram(name, "sum", &route, &(figures.total_micros() as f64 / 1e6));
    text.histogram(name, "count", &route, &total);
}

fn actors(text: &mut Text, actors: &[ActorReport]) {
    for state in ["awake", "starting", "quarantined"] {
        let count = actors.iter().filter(|actor| actor.state == state).count() as u64;
        text.gauge("understudy_shows", "Shows in memory, by state", &[("state", state)], count);
    }
    let sum = |of: fn(&ActorReport) -> u64| actors.iter().map(of).sum();
    text.gauge("understudy_actor_restarts", "Restarts of the actors in memory", &[], sum(|actor| actor.restarts));
    text.gauge("understudy_actor_queue_depth", "Commands inside actors", &[], sum(|actor| actor.queue_depth.into()));
    text.gauge("understudy_actor_answered", "Answers of the actors in memory", &[], sum(|actor| actor.answered));
}

fn projections(text: &mut Text, projections: &[ProjectionReport]) {
    for projection in projections {
        let view = [("view", projection.name)];
        text.gauge("understudy_view_cursor", "Position that a view has folded", &view, projection.cursor.0);
        text.gauge("understudy_view_lag_commits", "Commits that a view is behind", &view, projection.lag_commits);
        text.gauge("understudy_view_lag_milliseconds", "For how long it has been behind", &view, projection.lag_ms);
        text.gauge("understudy_view_parked_shows", "Shows it cannot fold", &view, projection.parked.len() as u64);
    }
}

/// Samples, gathered by name: the format wants all of one name together, after what they mean.
#[derive(Default)]
struct Text {
    families: Vec<(&'static str, &'static str, &'static str, String)>,
}

impl Text {
    fn counter(&mut self, name: &'static str, help: &'static str, labels: &[(&str, &str)], value: u64) {
        let samples = self.family(name, "counter", help);
        sample(samples, name, "", labels, &value);
    }

    fn gauge(&mut self, name: &'static str, help: &'static str, labels: &[(&str, &str)], value: u64) {
        let samples = self.family(name, "gauge", help);
        sample(samples, name, "", labels, &value);
    }

    fn histogram(&mut self, name: &'static str, part: &str, labels: &[(&str, &str)], value: &dyn std::fmt::Display) {
        let samples = self.family(name, "histogram", "How long answers took");
        sample(samples, name, part, labels, value);
    }

    fn family(&mut self, name: &'static str, kind: &'static str, help: &'static str) -> &mut String {
        let at = self.families.iter().position(|family| family.0 == name).unwrap_or_else(|| {
            self.families.push((name, kind, help, String::new()));
            self.families.len() - 1
        });
        &mut self.families[at].3
    }

    fn done(self) -> String {
        let mut text = String::new();
        for (name, kind, help, samples) in self.families {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{samples}"));
        }
        text
    }
}

fn sample(out: &mut String, name: &str, part: &str, labels: &[(&str, &str)], value: &dyn std::fmt::Display) {
    let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let joint = if part.is_empty() { "" } else { "_" };
    writeln!(out, "{name}{joint}{part}{labels} {value}").expect("a String takes all that is written to it");
}

/// What these calls take, answer and refuse, for `/openapi.json`.
pub fn operations() -> Vec<Operation> {
    vec![Operation::text("/metrics", "Figures for Prometheus", "text/plain")]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::{Method, StatusCode};

    use super::*;
    use crate::http::metrics::RouteFigures;

    #[test]
    fn samples_of_one_name_stand_together_after_their_type() {
        let mut text = Text::default();
        let all: Vec<_> = ["/a", "/b"].map(|path| std::sync::Arc::new(Figures::new(Method::GET, path))).into();
        for figures in &all {
            let route = RouteFigures(vec![figures.clone()]);
            route.count(&Method::GET, StatusCode::OK, Duration::from_micros(600));
            requests(&mut text, figures);
        }
        let text = text.done();
        assert_eq!(text.matches("# TYPE http_requests_total counter").count(), 1);
        assert!(text.contains("http_requests_total{method=\"GET\",route=\"/b\",status=\"200\"} 1\n"), "{text}");
        let bucket =
            |bound| format!("http_request_duration_seconds_bucket{{method=\"GET\",route=\"/a\",le=\"{bound}\"}}");
        assert!(text.contains(&format!("{} 0\n", bucket("0.0005"))), "{text}");
        assert!(text.contains(&format!("{} 1\n", bucket("0.001"))), "{text}");
        assert!(text.contains(&format!("{} 1\n", bucket("+Inf"))), "{text}");
        assert!(text.contains("http_request_duration_seconds_sum{method=\"GET\",route=\"/a\"} 0.0006\n"), "{text}");
    }
}
