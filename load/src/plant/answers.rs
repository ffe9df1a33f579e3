//! Faults of answers: customers are told what is not so.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use super::edit::{change_answer, first_sold, new_key, sold};
use crate::api::{CallKind, HoldBody};
use crate::audit::Evidence;
use crate::history::Call;

pub fn double_sale_told(evidence: &mut Evidence) -> Result<()> {
    let sold = sold(evidence);
    let first = sold.first().context("the history has no booking of a seat")?;
    let other = sold.iter().find(|other| other.show == first.show && other.seat != first.seat);
    let other = other.context("no show has two bookings")?;
    let seat = first.seat.clone();
    change_answer(&mut evidence.calls[other.call], |answer| {
        let tickets = answer["tickets"].as_array_mut().into_iter().flatten();
        if let Some(ticket) = tickets.into_iter().find(|ticket| ticket["seat"].is_string()) {
            ticket["seat"] = seat.into();
        }
    })
}

pub fn changed_answer(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let mut again = evidence.calls[sold.call].clone();
    again.attempt += 1;
    again.started_us = again.ended_us + 1;
    again.ended_us = again.started_us + 100;
    change_answer(&mut again, |answer| answer["booking_id"] = Uuid::now_v7().to_string().into())?;
    evidence.calls.push(again);
    Ok(())
}

/// Of the seat that was taken last of all, before anything was taken.
pub fn false_refusal(evidence: &mut Evidence) -> Result<()> {
    let last = sold(evidence).pop().context("the history has no booking of a seat")?;
    let start = evidence.calls.iter().map(|call| call.started_us).min().context("the history is empty")?;
    ensure!(evidence.calls[last.call].started_us > start + 100_000, "the history is too short");
    let mut refused = hold_of(evidence, last.show, &last.seat)?;
    refused.status = 409;
    refused.started_us = start - 2_000;
    refused.ended_us = start - 1_000;
    let conflicts = json!([{ "seat": last.seat, "status": "sold" }]);
    refused.answer = to_bytes(&json!({ "code": "seats_unavailable", "conflicts": conflicts }))?;
    evidence.calls.push(refused);
    Ok(())
}

/// The answer of a command comes from a time long after it.
pub fn reordered(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let end = evidence.calls.iter().map(|call| call.ended_us).max().context("the history is empty")?;
    let key = evidence.calls[sold.call].key;
    let attempts = evidence.calls.iter_mut().filter(|call| call.key == key);
    for (call, number) in attempts.zip(1..) {
        call.started_us = end + number * 1_000;
        call.ended_us = call.started_us + 500;
    }
    Ok(())
}

pub fn taken_while_taken(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let mut granted = hold_of(evidence, sold.show, &sold.seat)?;
    granted.status = 201;
    granted.started_us = evidence.calls[sold.call].ended_us + 1_000;
    granted.ended_us = granted.started_us + 100;
    granted.answer = to_bytes(&json!({
        "hold_id": Uuid::now_v7(), "hold_token": "", "seats": [{ "seat": sold.seat, "price": 0 }],
        "general_admission": [], "total": 0, "expires_at": "2099-01-01T00:00:00Z", "version": 1, "position": "1",
    }))?;
    evidence.calls.push(granted);
    Ok(())
}

/// A command that nobody hears of again: whoever takes it for one that was lost has nothing to look for.
pub fn server_error(evidence: &mut Evidence) -> Result<()> {
    let sold = first_sold(evidence)?;
    let mut broken = hold_of(evidence, sold.show, &sold.seat)?;
    broken.status = 500;
    broken.started_us = evidence.calls[sold.call].ended_us + 1_000;
    broken.ended_us = broken.started_us + 100;
    broken.answer = to_bytes(&json!({ "code": "internal_error" }))?;
    evidence.calls.push(broken);
    Ok(())
}

/// A request for one seat by a buyer of its own.
fn hold_of(evidence: &Evidence, show: u32, seat: &str) -> Result<Call> {
    let buyer = evidence.calls.iter().map(|call| call.buyer).max().unwrap_or(0) + 1;
    let body = HoldBody {
        customer_id: Some(evidence.setup.customer(buyer)),
        seats: vec![seat.to_owned()],
        ..HoldBody::default()
    };
    Ok(Call {
        kind: CallKind::Hold,
        show,
        buyer,
        key: new_key(evidence),
        attempt: 1,
        subject: Uuid::nil(),
        min_position: 0,
        started_us: 0,
        ended_us: 0,
        status: 0,
        request: Bytes::from(serde_json::to_vec(&body)?),
        answer: Bytes::new(),
    })
}

fn to_bytes(value: &serde_json::Value) -> Result<Bytes> {
    Ok(Bytes::from(serde_json::to_vec(value)?))
}
