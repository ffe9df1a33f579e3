//! Forging: answers and commits changed so well that only the fault itself can give them away.

use std::collections::HashSet;

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

use crate::api::{BookingAnswer, CallKind};
use crate::audit::{CommandRecord, Commit, Event, Evidence, ShowEvent};
use crate::history::Call;

/// A confirmed booking that nobody tried to cancel, with a seat in it.
pub struct Sold {
    /// Index of the call that confirmed it.
    pub call: usize,
    pub show: u32,
    pub hold_id: Uuid,
    pub booking_id: Uuid,
    pub seat: String,
}

pub fn change_answer(call: &mut Call, change: impl FnOnce(&mut Value)) -> Result<()> {
    let mut answer: Value = serde_json::from_slice(&call.answer).context("the answer is no JSON")?;
    change(&mut answer);
    call.answer = Bytes::from(serde_json::to_vec(&answer)?);
    Ok(())
}

/// A further commit of a show, at the end of the journal.
pub fn append(evidence: &mut Evidence, show: u32, command: &str, events: Vec<ShowEvent>) -> Result<()> {
    let stream = evidence.setup.shows[show as usize].show_id;
    append_to(evidence, stream, command, events.into_iter().map(Event::Show).collect())
}

/// The same for any stream, be it a new one.
pub fn append_to(evidence: &mut Evidence, stream: Uuid, command: &str, events: Vec<Event>) -> Result<()> {
    let last = evidence.commits.iter().rev().find(|commit| commit.stream == stream);
    let first_version = last.map_or(1, |last| last.first_version + last.events.len() as u64);
    let last = last.or(evidence.commits.last()).context("the journal is empty")?;
    let commit = Commit {
        position: evidence.commits.len() as u64 + 1,
        stream,
        first_version,
        time_us: last.time_us,
        commands: vec![CommandRecord { id: command.to_owned(), events: events.len() as u64 }],
        events,
        hash: String::new(),
    };
    evidence.commits.push(commit);
    Ok(())
}

/// A further event in the commit that has the first that `found` accepts, before that one; all later versions of the stream
/// go up by one.
pub fn insert_before(
    evidence: &mut Evidence,
    stream: Uuid,
    found: impl Fn(&Event) -> bool,
    event: Event,
) -> Result<()> {
    let mut commits = evidence.commits.iter_mut().filter(|commit| commit.stream == stream);
    let at = commits.find_map(|commit| {
        let at = commit.events.iter().position(&found)?;
        commit.events.insert(at, event.clone());
        commit.commands.first_mut().into_iter().for_each(|command| command.events += 1);
        Some(at)
    });
    at.context("the stream has no such event")?;
    commits.for_each(|later| later.first_version += 1);
    Ok(())
}

/// Bookings in the order in which they were answered.
pub fn sold(evidence: &Evidence) -> Vec<Sold> {
    let cancelled: HashSet<Uuid> =
        evidence.calls.iter().filter(|call| call.kind == CallKind::Cancel).map(|call| call.subject).collect();
    let confirmed = evidence.calls.iter().enumerate();
    let confirmed = confirmed.filter(|(_, call)| call.kind == CallKind::Confirm && call.status == 201);
    let mut keys = HashSet::new();
    confirmed
        .filter(|(_, call)| keys.insert(call.key))
        .filter_map(|(index, call)| {
            let booking: BookingAnswer = serde_json::from_slice(&call.answer).ok()?;
            let seat = booking.tickets.iter().find_map(|ticket| ticket.seat.clone())?;
            let kept = !cancelled.contains(&booking.booking_id);
            let (show, hold_id, booking_id) = (call.show, call.subject, booking.booking_id);
            kept.then_some(Sold { call: index, show, hold_id, booking_id, seat })
        })
        .collect()
}

pub fn first_sold(evidence: &Evidence) -> Result<Sold> {
    sold(evidence).into_iter().next().context("the history has no booking of a seat that was kept")
}

/// A key that no buyer of the run has used.
pub fn new_key(evidence: &Evidence) -> u64 {
    evidence.calls.iter().map(|call| call.key).max().unwrap_or(0) + 1
}

/// The first event that `found` accepts.
pub fn event_of(evidence: &mut Evidence, found: impl Fn(&ShowEvent) -> bool) -> Option<&mut ShowEvent> {
    let events = evidence.commits.iter_mut().flat_map(|commit| &mut commit.events);
    events
        .filter_map(|event| if let Event::Show(event) = event { Some(event) } else { None })
        .find(|event| found(event))
}
