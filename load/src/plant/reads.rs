//! Faults of views: they show what is not in the log.

use anyhow::{Context, Result};
use serde_json::Value;

use super::edit::change_answer;
use crate::api::CallKind;
use crate::audit::Evidence;
use crate::history::Call;

pub fn stale_view(evidence: &mut Evidence) -> Result<()> {
    // As a seat's status; standing areas have it as a name.
    let taken = |call: &&mut Call| call.answer.windows(7).any(|word| word == b":\"sold\"");
    let mut maps = evidence.calls.iter_mut().filter(|call| call.kind == CallKind::SeatMap && call.status == 200);
    change_answer(maps.find(taken).context("no seat map with a sold seat was read")?, |map| {
        if let Some(seats) = map["seats"].as_object_mut() {
            let first = seats.keys().next().cloned();
            first.and_then(|label| seats.remove(&label));
        }
    })
}

/// The map is right in itself: only the wish for a newer one was not heard.
pub fn older_than_asked(evidence: &mut Evidence) -> Result<()> {
    let mut maps = evidence.calls.iter_mut().filter(|call| call.kind == CallKind::SeatMap && call.status == 200);
    maps.next().context("no seat map was read")?.min_position = u64::MAX;
    Ok(())
}

pub fn other_booking(evidence: &mut Evidence) -> Result<()> {
    let with_seat = |call: &&mut Call| call.answer.windows(7).any(|word| word == b"\"seat\":");
    let mut reads = evidence.calls.iter_mut().filter(|call| call.kind == CallKind::Booking && call.status == 200);
    change_answer(reads.find(with_seat).context("no booking of a seat was read")?, |booking| {
        let tickets = booking["tickets"].as_array_mut().into_iter().flatten();
        if let Some(ticket) = tickets.into_iter().find(|ticket| ticket["seat"].is_string()) {
            ticket["seat"] = "another seat".into();
        }
    })
}

pub fn cancelled_reads_good(evidence: &mut Evidence) -> Result<()> {
    let cancelled = |call: &&mut Call| call.answer.windows(16).any(|word| word == b"\"cancelled\":true");
    let mut reads = evidence.calls.iter_mut().filter(|call| call.kind == CallKind::Booking && call.min_position > 0);
    change_answer(reads.find(cancelled).context("no booking with a cancelled ticket was read")?, |booking| {
        let tickets = booking["tickets"].as_array_mut().into_iter().flatten();
        tickets.for_each(|ticket| ticket["cancelled"] = false.into());
    })
}

pub fn wrong_count(evidence: &mut Evidence) -> Result<()> {
    let mut shows = evidence.calls.iter_mut().filter(|call| call.kind == CallKind::Show && call.status == 200);
    change_answer(shows.next().context("no show was read")?, |show| {
        for (count, change) in [("free", -1), ("sold", 1)] {
            let now = show[count].as_i64().unwrap_or(0);
            show[count] = (now + change).into();
        }
    })
}

/// The list is whole, and has one booking more.
pub fn anothers_booking(evidence: &mut Evidence) -> Result<()> {
    let lists = evidence.calls.iter().enumerate();
    let lists = lists.filter(|(_, call)| call.kind == CallKind::CustomerBookings && call.status == 200);
    let mut of_buyers = lists.filter_map(|(index, call)| {
        let answer: Value = serde_json::from_slice(&call.answer).ok()?;
        Some((index, call.buyer, answer["bookings"].get(0)?.clone()))
    });
    let (index, buyer, _) = of_buyers.next().context("no customer's bookings were read")?;
    let another = of_buyers.find(|(_, other, _)| *other != buyer).context("one customer has all bookings")?.2;
    change_answer(&mut evidence.calls[index], |answer| {
        answer["bookings"].as_array_mut().into_iter().for_each(|bookings| bookings.push(another.clone()));
    })
}

/// As it was when it was scheduled, with the position of that time: right in itself, and long past.
pub fn older_show(evidence: &mut Evidence) -> Result<()> {
    let capacity = evidence.setup.hall.capacity();
    let asked = |call: &&mut Call| call.kind == CallKind::Show && call.status == 200 && call.min_position > 0;
    let read = evidence.calls.iter_mut().find(asked).context("no show was read up to a position")?;
    let show_id = evidence.setup.shows[read.show as usize].show_id;
    let scheduled = evidence.commits.iter().find(|commit| commit.stream == show_id);
    let scheduled = scheduled.context("the show is not in the journal")?;
    change_answer(read, |show| {
        show["version"] = (scheduled.first_version + scheduled.events.len() as u64 - 1).into();
        show["position"] = scheduled.position.to_string().into();
        for (count, value) in [("free", capacity), ("held", 0), ("sold", 0)] {
            show[count] = value.into();
        }
    })
}
