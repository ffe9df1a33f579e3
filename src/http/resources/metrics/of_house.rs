//! Commands, shows, their actors, what is held and sold, and the views.

use super::exposition::Exposition;
use crate::actors::{ActorReport, CAUSES, COMMANDS, EVENTS, OUTCOMES, ProjectionReport, Tallied, Views};
use crate::http::state::Parts;

pub fn write(all: &mut Exposition, parts: &Parts) {
    tallied(all, &parts.directory.tallied());
    actors(all, &parts.directory.actors());
    let ((begin, finish), (begin_max, finish_max)) = (parts.directory.permits_taken(), parts.directory.permits_max());
    for (kind, taken, max) in [("begin", begin, begin_max), ("finish", finish, finish_max)] {
        all.gauge("understudy_permits_taken", "Commands inside, by kind of permit", &[("kind", kind)], taken);
        all.gauge("understudy_permits_max", "Commands that may be inside at once", &[("kind", kind)], max);
    }
    places(all, &parts.views);
    parts.views.reports(parts.directory.now()).iter().for_each(|report| view(all, report));
}

fn tallied(all: &mut Exposition, tallied: &Tallied) {
    for (command, outcomes) in COMMANDS.iter().zip(&tallied.commands) {
        // Every outcome of a command that was ever given, so that rates of what is rare begin at 0.
        if outcomes.iter().all(|count| *count == 0) {
            continue;
        }
        for (outcome, count) in OUTCOMES.iter().zip(outcomes) {
            let labels = [("command", *command), ("outcome", *outcome)];
            all.counter("understudy_commands_total", "Commands by how they ended", &labels, count);
        }
    }
    for (event, count) in EVENTS.iter().zip(tallied.events) {
        all.counter("understudy_events_total", "What became of holds and bookings", &[("event", event)], count);
    }
    for (cause, count) in CAUSES.iter().zip(tallied.restarts) {
        all.counter("understudy_actor_restarts_total", "Restarts of show actors", &[("cause", cause)], count);
    }
    let seconds = tallied.recovery_micros as f64 / 1e6;
    all.counter("understudy_recoveries_total", "Shows recovered from the log", &[], tallied.recoveries);
    all.counter("understudy_recovery_seconds_total", "Time spent on that", &[], seconds);
    all.counter("understudy_replayed_events_total", "Events folded for that", &[], tallied.events_replayed);
}

fn actors(all: &mut Exposition, actors: &[ActorReport]) {
    for state in ["awake", "starting", "quarantined"] {
        let count = actors.iter().filter(|actor| actor.state == state).count();
        all.gauge("understudy_actors", "Shows in memory, by state", &[("state", state)], count);
    }
    let depths = || actors.iter().map(|actor| u64::from(actor.queue_depth));
    all.gauge("understudy_actor_queue_depth", "Commands inside all actors", &[], depths().sum::<u64>());
    all.gauge("understudy_actor_queue_depth_max", "Commands inside the busiest", &[], depths().max().unwrap_or(0));
}

fn places(all: &mut Exposition, views: &Views) {
    let (counts, shows) = views.totals();
    all.gauge("understudy_shows", "Shows there are", &[], shows);
    all.gauge("understudy_places", "Seats and standing places of all shows", &[], counts.capacity);
    let help = "Places of all shows that are not free";
    for (status, count) in [("held", counts.held), ("sold", counts.sold), ("blocked", counts.blocked)] {
        all.gauge("understudy_places_taken", help, &[("status", status)], count);
    }
}

fn view(all: &mut Exposition, report: &ProjectionReport) {
    let view = [("view", report.name)];
    let lag_seconds = report.lag_ms as f64 / 1e3;
    all.gauge("understudy_view_position", "Up to where a view has folded", &view, report.cursor.0);
    all.gauge("understudy_view_lag_commits", "Commits that a view is behind", &view, report.lag_commits);
    all.gauge(
        "understudy_view_lag_seconds",
        "How old the first commit is that a view has not folded",
        &view,
        lag_seconds,
    );
    all.gauge("understudy_view_parked_shows", "Shows that it cannot fold", &view, report.parked.len());
}
