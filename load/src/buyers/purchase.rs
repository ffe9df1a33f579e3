//! One purchase: the calls between a buyer and one show, all with the keys and tokens that belong together.

use std::time::Instant;

use serde::Serialize;
use uuid::Uuid;

use super::choice;
use super::desk::{Ask, Desk, Reply};
use super::mix::Mix;
use crate::api::{BookingAnswer, CallKind, CancelBody, ConfirmBody, ExtendBody, HoldBody, HoldTaken};

pub struct Purchase<'a> {
    pub desk: &'a Desk,
    pub mix: &'a Mix,
    pub show: u32,
    pub buyer: u64,
    pub random: fastrand::Rng,
    /// Of the last accepted command.
    pub position: u64,
}

/// A hold that this buyer owns.
pub struct Held {
    pub hold_id: Uuid,
    pub hold_token: String,
}

impl Purchase<'_> {
    /// `Err`: the refusal's code; empty when no answer came.
    pub async fn hold(&mut self, kind: CallKind, body: &HoldBody, due: Instant) -> Result<Held, (String, Reply)> {
        let mut ask = self.command(kind, "holds".into(), Uuid::nil(), None, body, due);
        match self.send(&mut ask).await {
            Reply::Accepted(answer) => match serde_json::from_slice::<HoldTaken>(&answer) {
                Ok(taken) => {
                    self.position = taken.position.parse().unwrap_or(0);
                    Ok(Held { hold_id: taken.hold_id, hold_token: taken.hold_token.into_owned() })
                }
                // The audit reads the same answer, and says what is wrong with it.
                Err(_) => Err((String::new(), Reply::GaveUp)),
            },
            Reply::Refused { code, body } => Err((code.clone(), Reply::Refused { code, body })),
            Reply::GaveUp => Err((String::new(), Reply::GaveUp)),
        }
    }

    pub async fn extend(&mut self, held: &Held) {
        let body = ExtendBody { extend_seconds: 5 };
        let mut ask = self.about_hold(CallKind::Extend, held, "", &body, Instant::now());
        self.send(&mut ask).await;
    }

    pub async fn release(&mut self, held: &Held, due: Instant) {
        let mut ask = self.about_hold(CallKind::Release, held, "", &(), due);
        ask.body.clear();
        self.send(&mut ask).await;
    }

    pub async fn confirm(&mut self, held: &Held, due: Instant) -> Option<BookingAnswer> {
        let body = ConfirmBody { payment_reference: format!("paid-{}", self.buyer) };
        let mut ask = self.about_hold(CallKind::Confirm, held, "/confirm", &body, due);
        let Reply::Accepted(answer) = self.send(&mut ask).await else { return None };
        if let Ok(stamp) = serde_json::from_slice::<crate::api::Stamp>(&answer) {
            self.position = stamp.position;
        }
        let booking: BookingAnswer = serde_json::from_slice(&answer).ok()?;
        self.desk.meter.borrow_mut().sold(booking.tickets.len() as u64);
        Some(booking)
    }

    /// All tickets or, of several, sometimes only the first.
    pub async fn cancel(&mut self, booking: &BookingAnswer) {
        let some = booking.tickets.len() > 1 && self.random.bool();
        let tickets = some.then(|| booking.tickets.iter().take(1).map(|ticket| ticket.ticket_id).collect());
        let path = format!("bookings/{}/cancel", booking.booking_id);
        let body = CancelBody { tickets };
        let mut ask = self.command(CallKind::Cancel, path, booking.booking_id, None, &body, Instant::now());
        self.send(&mut ask).await;
    }

    /// Reads its own write: the booking, or the map.
    pub async fn read_own(&mut self, booking: Option<&BookingAnswer>) {
        let mut ask = match booking {
            Some(booking) => choice::read_booking(booking.booking_id, self.buyer, self.position),
            None => choice::read(self.desk, CallKind::SeatMap, self.show, self.buyer, self.position),
        };
        self.desk.call(&mut ask).await;
    }

    /// Sends a command; afterwards, by the mix, once more as it was, and once more with another body.
    pub(super) async fn send(&mut self, ask: &mut Ask) -> Reply {
        let gives_up = self.random.f64() < self.mix.give_up;
        let reply = if gives_up { self.desk.call_with(ask, 1).await } else { self.desk.call(ask).await };
        if matches!(reply, Reply::Accepted(_)) {
            if self.random.f64() < self.mix.repeat {
                ask.due = Instant::now();
                self.desk.call(ask).await;
            }
            // A release has no body that could be another.
            if !ask.body.is_empty() && self.random.f64() < self.mix.reuse {
                let mut other = ask.clone();
                other.due = Instant::now();
                other.body = another_body(&ask.body);
                self.desk.call(&mut other).await;
            }
        }
        reply
    }

    pub(super) fn about_hold(
        &self,
        kind: CallKind,
        held: &Held,
        tail: &str,
        body: &impl Serialize,
        due: Instant,
    ) -> Ask {
        let path = format!("holds/{}{tail}", held.hold_id);
        self.command(kind, path, held.hold_id, Some(held.hold_token.clone()), body, due)
    }

    fn command(
        &self,
        kind: CallKind,
        path: String,
        subject: Uuid,
        hold_token: Option<String>,
        body: &impl Serialize,
        due: Instant,
    ) -> Ask {
        let show_id = self.desk.setup.shows[self.show as usize].show_id;
        Ask {
            kind,
            show: self.show,
            buyer: self.buyer,
            key: self.desk.keys.next(),
            subject,
            path: format!("/v1/shows/{show_id}/{path}"),
            hold_token,
            min_position: 0,
            body: serde_json::to_vec(body).expect("bodies of ours are JSON"),
            due,
            attempts: 0,
        }
    }
}

/// A valid body that is not the same: numbers go up by one, references and customers get a letter more.
fn another_body(body: &[u8]) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(body).expect("bodies of ours are JSON");
    if let Some(fields) = value.as_object_mut() {
        for (name, field) in fields.iter_mut() {
            match name.as_str() {
                "payment_reference" | "customer_id" => *field = format!("{}x", field.as_str().unwrap_or("")).into(),
                "extend_seconds" => *field = (field.as_u64().unwrap_or(1) + 1).into(),
                _ => {}
            }
        }
        if fields.is_empty() {
            fields.insert("tickets".into(), serde_json::json!([Uuid::from_u128(1)]));
        }
    }
    serde_json::to_vec(&value).expect("a JSON value is JSON")
}

#[cfg(test)]
mod tests {
    use super::another_body;

    #[test]
    fn another_body_is_another() {
        for body in [&b"{\"payment_reference\":\"p\"}"[..], b"{\"extend_seconds\":5}", b"{}"] {
            assert_ne!(another_body(body), body);
        }
    }
}
