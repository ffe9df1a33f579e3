//! Paying through a checkout: begin it, ask how it stands until it is settled, begin another one if the payment was not
//! taken on, and fetch the tickets.

use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::sleep;
use uuid::Uuid;

use super::choice;
use super::desk::{Ask, Reply};
use super::purchase::{Held, Purchase};
use crate::api::{BookingAnswer, CallKind, CheckoutAnswer};

/// After this a buyer goes home without knowing; what became of the checkout, the journal knows.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);
const ASK_FIRST: Duration = Duration::from_millis(20);
const ASK_MAX: Duration = Duration::from_millis(500);

impl Purchase<'_> {
    pub async fn check_out(&mut self, held: &Held, mut due: Instant) -> Option<BookingAnswer> {
        for _ in 0..=self.mix.checkout_retries {
            let settled = self.pay_once(held, due).await?;
            if !settled.was_declined() {
                return self.fetch_tickets(&settled).await;
            }
            due = Instant::now();
        }
        None
    }

    /// The checkout as it stood when it was settled. `None`: it was refused, or patience ended.
    async fn pay_once(&mut self, held: &Held, due: Instant) -> Option<CheckoutAnswer> {
        let mut ask = self.about_hold(CallKind::Checkout, held, "/checkout", &(), due);
        ask.body.clear();
        let mut standing = read(self.send(&mut ask).await)?;
        if !standing.is_final() && self.random.f64() < self.mix.give_back {
            self.release(held, Instant::now()).await;
        }
        let (since, mut wait) = (Instant::now(), ASK_FIRST);
        while !standing.is_final() {
            if since.elapsed() > SETTLED_WITHIN {
                return None;
            }
            sleep(wait).await;
            wait = (wait * 2).min(ASK_MAX);
            let mut ask = self.about_checkout(standing.checkout_id, held);
            standing = read(self.desk.call(&mut ask).await)?;
        }
        self.position = standing.position;
        Some(standing)
    }

    async fn fetch_tickets(&mut self, settled: &CheckoutAnswer) -> Option<BookingAnswer> {
        let mut ask = choice::read_booking(settled.booking_id?, self.buyer, self.position);
        let Reply::Accepted(answer) = self.desk.call(&mut ask).await else { return None };
        let booking: BookingAnswer = serde_json::from_slice(&answer).ok()?;
        self.desk.meter.borrow_mut().sold(booking.tickets.len() as u64);
        Some(booking)
    }

    fn about_checkout(&self, checkout_id: Uuid, held: &Held) -> Ask {
        Ask {
            kind: CallKind::CheckoutStatus,
            show: self.show,
            buyer: self.buyer,
            key: 0,
            subject: checkout_id,
            path: format!("/v1/checkouts/{checkout_id}"),
            hold_token: Some(held.hold_token.clone()),
            min_position: 0,
            body: Vec::new(),
            due: Instant::now(),
            attempts: 0,
        }
    }
}

fn read(reply: Reply) -> Option<CheckoutAnswer> {
    let parse = |answer: Bytes| serde_json::from_slice(&answer).ok();
    match reply {
        // The audit reads the same answer, and says what is wrong with it.
        Reply::Accepted(answer) => parse(answer),
        Reply::Refused { .. } | Reply::GaveUp => None,
    }
}
