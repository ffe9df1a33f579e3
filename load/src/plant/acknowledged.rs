//! Faults of what was answered: the journal has something like it, and not the same.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use serde_json::Value;

use super::edit::{change_answer, event_of, first_sold};
use crate::api::{CallKind, CancelBody, HoldBody};
use crate::audit::{Evidence, ShowEvent};

/// Answered to one customer, kept for another.
pub fn another_customer(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let another = evidence.setup.customer(evidence.calls[sold.call].buyer + 1);
    let held = |event: &ShowEvent| matches!(event, ShowEvent::SeatsHeld(it) if it.hold_id == sold.hold_id);
    if let Some(ShowEvent::SeatsHeld(held)) = event_of(evidence, held) {
        held.customer_id = Some(another);
        return Ok(());
    }
    bail!("the hold is not in the journal")
}

/// One place more was asked for than was given.
pub fn fewer_places(evidence: &mut Evidence) -> Result<()> {
    change_request(evidence, CallKind::HoldStanding, |body| {
        body.general_admission.iter_mut().for_each(|asked| asked.quantity += 1);
    })
}

/// The seats are ordinary ones, and the wish was for others.
pub fn ordinary_seats(evidence: &mut Evidence) -> Result<()> {
    change_request(evidence, CallKind::HoldBest, |body| {
        body.best_available.iter_mut().for_each(|wish| wish.accessible = !wish.accessible);
    })
}

/// The total stays as it is.
pub fn for_nothing(evidence: &mut Evidence) -> Result<()> {
    change_answers(evidence, CallKind::Hold, |answer| {
        answer["seats"].as_array_mut().into_iter().flatten().for_each(|seat| seat["price"] = 0.into());
    })
}

pub fn extended_otherwise(evidence: &mut Evidence) -> Result<()> {
    change_answers(evidence, CallKind::Extend, |answer| answer["expires_at"] = "2099-01-01T00:00:00Z".into())
}

/// The first was to be cancelled, and the journal cancels the second.
pub fn other_ticket(evidence: &mut Evidence) -> Result<()> {
    change_cancellation(evidence, |asked, tickets| {
        let is_first_alone = asked.tickets.is_some() && *tickets == [0];
        if is_first_alone {
            *tickets = vec![1];
        }
        is_first_alone
    })
}

/// All were to be cancelled, and one is left.
pub fn one_left(evidence: &mut Evidence) -> Result<()> {
    change_cancellation(evidence, |asked, tickets| {
        let is_of_several = asked.tickets.is_none() && tickets.len() > 1;
        if is_of_several {
            tickets.pop();
        }
        is_of_several
    })
}

/// As if the first command of this kind that was accepted had asked for something else, each time that it was sent.
fn change_request(evidence: &mut Evidence, kind: CallKind, change: impl FnOnce(&mut HoldBody)) -> Result<()> {
    let (key, request) = first_accepted(evidence, kind)?;
    let mut body: HoldBody = serde_json::from_slice(&request)?;
    change(&mut body);
    let changed = Bytes::from(serde_json::to_vec(&body)?);
    let attempts = evidence.calls.iter_mut().filter(|call| call.key == key && call.request == request);
    attempts.for_each(|call| call.request = changed.clone());
    Ok(())
}

/// As if it had been answered otherwise, each time.
fn change_answers(evidence: &mut Evidence, kind: CallKind, change: impl Fn(&mut Value)) -> Result<()> {
    let (key, _) = first_accepted(evidence, kind)?;
    let mut answered = evidence.calls.iter_mut().filter(|call| call.key == key && (200..300).contains(&call.status));
    answered.try_for_each(|call| change_answer(call, &change))
}

/// The key and the body of the first of this kind.
fn first_accepted(evidence: &Evidence, kind: CallKind) -> Result<(u64, Bytes)> {
    let mut calls = evidence.calls.iter();
    let accepted = calls.find(|call| call.kind == kind && (200..300).contains(&call.status));
    let call = accepted.with_context(|| format!("nobody was granted to {}", kind.name()))?;
    Ok((call.key, call.request.clone()))
}

/// In the journal, that of the first accepted command that `change` takes: it says whether it did.
fn change_cancellation(evidence: &mut Evidence, change: impl Fn(&CancelBody, &mut Vec<u16>) -> bool) -> Result<()> {
    let calls = evidence.calls.iter().filter(|call| call.kind == CallKind::Cancel && call.status == 200);
    let asked: Vec<_> = calls
        .filter_map(|call| Some((call.subject, serde_json::from_slice::<CancelBody>(&call.request).ok()?)))
        .collect();
    for (booking, body) in asked {
        let of_booking = |event: &ShowEvent| matches!(event, ShowEvent::TicketsCancelled { booking_id, .. } if *booking_id == booking);
        if let Some(ShowEvent::TicketsCancelled { tickets, .. }) = event_of(evidence, of_booking)
            && change(&body, tickets)
        {
            return Ok(());
        }
    }
    bail!("the history has no such cancellation")
}
