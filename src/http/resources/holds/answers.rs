//! What the calls on holds answer, from receipts alone.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::places::{HeldPlaces, HeldSeat, Priced, Ticket, total};
use super::super::wire::{Instant, Place};
use crate::actors::Receipt;
use crate::domain::event::HoldEnded;
use crate::domain::money::Money;
use crate::domain::{BookingId, HoldId, ShowEvent, Timestamp};
use crate::http::answer;
use crate::http::hold_token::HoldTokens;
use crate::http::problem::Reply;

#[derive(Serialize, ToSchema)]
pub struct Held<'a> {
    hold_id: HoldId,
    hold_token: String,
    seats: Vec<HeldSeat<'a>>,
    general_admission: Vec<HeldPlaces<'a>>,
    total: Money,
    currency: &'a str,
    expires_at: Instant,
    /// Whether the best available seats are side by side; true where none were asked for.
    adjacent: bool,
    version: u64,
    position: Place,
}

#[derive(Serialize, ToSchema)]
pub struct Extended {
    hold_id: HoldId,
    expires_at: Instant,
    version: u64,
    position: Place,
}

#[derive(Serialize, ToSchema)]
pub struct Released {
    hold_id: HoldId,
    status: &'static str,
    version: u64,
    position: Place,
}

#[derive(Serialize, ToSchema)]
pub struct Confirmed<'a> {
    booking_id: BookingId,
    tickets: Vec<Ticket<'a>>,
    total: Money,
    currency: &'a str,
    version: u64,
    position: Place,
}

pub fn held(receipt: &Receipt, tokens: &HoldTokens) -> Reply {
    let held = receipt.the(|event| match event {
        ShowEvent::SeatsHeld(held) => Some(held),
        _ => None,
    });
    let priced = priced(receipt);
    let (seats, general_admission) = (priced.seats(&held.seats), priced.places(&held.general_admission));
    let amounts = seats.iter().map(HeldSeat::amount).chain(general_admission.iter().map(HeldPlaces::amount));
    answer::created(&Held {
        hold_id: held.hold_id,
        hold_token: tokens.token(held.hold_id),
        total: total(amounts),
        currency: &receipt.terms().currency,
        expires_at: Instant(held.expires_at),
        adjacent: held.adjacent,
        version: receipt.version(),
        position: Place(receipt.position()),
        seats,
        general_admission,
    })
}

/// Which hold it is, and until when it lasts.
pub fn held_until(receipt: &Receipt) -> (HoldId, Timestamp) {
    receipt.the(|event| match event {
        ShowEvent::SeatsHeld(held) => Some((held.hold_id, held.expires_at)),
        _ => None,
    })
}

pub fn extended_until(receipt: &Receipt) -> (HoldId, Timestamp) {
    receipt.the(|event| match event {
        ShowEvent::HoldExtended { hold_id, expires_at } => Some((*hold_id, *expires_at)),
        _ => None,
    })
}

pub fn extended(receipt: &Receipt) -> Reply {
    let (hold_id, expires_at) = extended_until(receipt);
    let expires_at = Instant(expires_at);
    answer::ok(&Extended { hold_id, expires_at, version: receipt.version(), position: Place(receipt.position()) })
}

pub fn released(receipt: &Receipt) -> Reply {
    let HoldEnded { hold_id, .. } = receipt.the(|event| match event {
        ShowEvent::HoldReleased(ended) => Some(ended),
        _ => None,
    });
    let (version, position) = (receipt.version(), Place(receipt.position()));
    answer::ok(&Released { hold_id: *hold_id, status: "released", version, position })
}

pub fn confirmed(receipt: &Receipt) -> Reply {
    let confirmed = receipt.the(|event| match event {
        ShowEvent::BookingConfirmed(confirmed) => Some(confirmed),
        _ => None,
    });
    let booking_id = confirmed.booking_id;
    let tickets = priced(receipt).tickets(booking_id, 0.., &confirmed.seats, &confirmed.general_admission);
    answer::created(&Confirmed {
        booking_id,
        total: total(tickets.iter().map(Ticket::amount)),
        tickets,
        currency: &receipt.terms().currency,
        version: receipt.version(),
        position: Place(receipt.position()),
    })
}

fn priced(receipt: &Receipt) -> Priced<'_> {
    Priced { plan: receipt.plan(), terms: receipt.terms() }
}
