//! What was heard against what was done: every change, in order, and how late.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::changes::AllMade;
use super::listener::Heard;
use super::record::Record;
use crate::measure::Latency;

#[derive(Deserialize)]
struct Change {
    version: u64,
    position: String,
    seats: HashMap<String, String>,
}

/// The place in the record at which each change ends, with its position.
pub type Places = Vec<(usize, u64)>;

/// Holds the record against what the buyers were told.
pub fn check(record: &Record, made: &AllMade) -> Result<Places> {
    let (mut places, mut last, mut seats) = (Places::new(), (0, 0), HashMap::<String, String>::new());
    for (end, event) in record.events() {
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).context("an event without data")?;
        let change: Change = serde_json::from_str(data).with_context(|| format!("cannot be read: {event}"))?;
        let position: u64 = change.position.parse().context("a position is a number today")?;
        let id = format!("id: {position}-{}", change.version);
        ensure!(event.starts_with(&id), "{event} has another id than {id}");
        ensure!(last.0 < position && last.1 < change.version, "{event} comes after {last:?}");
        last = (position, change.version);
        let told = made.get(&position).with_context(|| format!("nobody has done this: {event}"))?;
        let done: HashMap<&str, &str> = told.changes.iter().map(|(seat, status)| (&**seat, *status)).collect();
        let heard: HashMap<&str, &str> = change.seats.iter().map(|(seat, status)| (&**seat, &**status)).collect();
        ensure!(heard == done, "this was done: {done:?}; this was heard: {event}");
        for (seat, status) in change.seats {
            let before = seats.insert(seat.clone(), status.clone()).unwrap_or_else(|| "free".to_owned());
            ensure!(before != status, "{seat} was {before} already: {event}");
        }
        places.push((end, position));
    }
    ensure!(places.len() == made.len(), "{} of {} commits were heard of", places.len(), made.len());
    Ok(places)
}

/// From the moment at which a change was sent (and acknowledged) until each listener had heard of it.
pub fn lags(all_heard: &[Heard], places: &Places, made: &AllMade) -> (Latency, Latency) {
    let (mut from_sent, mut from_acknowledged) = (Latency::with_digits(3), Latency::with_digits(3));
    for heard in all_heard {
        let mut next = places.iter().peekable();
        for (at, when) in heard {
            while let Some((_, position)) = next.next_if(|(end, _)| end <= at) {
                let Some(change) = made.get(position) else { continue };
                from_sent.record(when.saturating_duration_since(change.sent));
                // Some hear of it before the buyer has the answer.
                let late = when.saturating_duration_since(change.acknowledged);
                from_acknowledged.record(late.max(Duration::from_micros(1)));
            }
        }
    }
    (from_sent, from_acknowledged)
}
