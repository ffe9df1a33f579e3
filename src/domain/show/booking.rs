//! A confirmed sale: its tickets, and which of them were cancelled.

use serde::{Deserialize, Serialize};

use super::holds::{HeldPlaces, HeldSeats};
use crate::domain::event::{ShowEvent, TicketsCancelled};
use crate::domain::ids::{BookingId, CustomerId};
use crate::domain::plan::{AreaIndex, SeatIndex};

/// What a ticket lets its owner into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Seat(SeatIndex),
    Area(AreaIndex),
}

/// The tickets of a booking are its seats, in order, then one for each standing place, area by area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booking {
    pub customer_id: Option<CustomerId>,
    pub seats: HeldSeats,
    pub general_admission: HeldPlaces,
    /// Bit `i`: ticket `i` was cancelled. A hold has at most [`super::TICKETS_PER_HOLD_MAX`] tickets, fewer than 64.
    cancelled: u64,
}

impl Booking {
    pub fn new(customer_id: Option<CustomerId>, seats: HeldSeats, general_admission: HeldPlaces) -> Self {
        Self { customer_id, seats, general_admission, cancelled: 0 }
    }

    /// All tickets ever, cancelled ones included.
    pub fn ticket_count(&self) -> u16 {
        let standing: u32 = self.general_admission.iter().map(|(_, quantity)| quantity).sum();
        (self.seats.len() as u32 + standing) as u16
    }

    pub fn is_cancelled(&self, ticket: u16) -> bool {
        self.cancelled & (1 << ticket) != 0
    }

    pub fn live_tickets(&self) -> impl Iterator<Item = u16> {
        (0..self.ticket_count()).filter(|&ticket| !self.is_cancelled(ticket))
    }

    pub fn live_seats(&self) -> impl Iterator<Item = SeatIndex> {
        (0..).zip(&self.seats).filter(|(ticket, _)| !self.is_cancelled(*ticket)).map(|(_, seat)| *seat)
    }

    /// The standing places of live tickets, area by area.
    pub fn live_places(&self) -> impl Iterator<Item = (AreaIndex, u32)> {
        let mut next = self.seats.len() as u16;
        self.general_admission.iter().map(move |&(area, quantity)| {
            let tickets = next..next + quantity as u16;
            next = tickets.end;
            (area, tickets.filter(|&ticket| !self.is_cancelled(ticket)).count() as u32)
        })
    }

    /// Where a ticket leads.
    pub fn place(&self, ticket: u16) -> Place {
        place_of(&self.seats, &self.general_admission, ticket)
    }

    /// What the cancellation of these tickets says.
    pub fn cancelled(&self, booking_id: BookingId, tickets: Vec<u16>) -> ShowEvent {
        let mut seats = Vec::new();
        let mut general_admission: Vec<(AreaIndex, u32)> = Vec::new();
        for &ticket in &tickets {
            match self.place(ticket) {
                Place::Seat(seat) => seats.push(seat),
                Place::Area(area) => match general_admission.last_mut() {
                    Some((last, quantity)) if *last == area => *quantity += 1,
                    Some(_) | None => general_admission.push((area, 1)),
                },
            }
        }
        ShowEvent::TicketsCancelled(TicketsCancelled { booking_id, tickets, seats, general_admission })
    }

    pub fn cancel(&mut self, ticket: u16) {
        assert!(!self.is_cancelled(ticket), "a ticket is cancelled once");
        self.cancelled |= 1 << ticket;
    }
}

/// The place of a ticket among these seats and areas.
pub fn place_of(seats: &[SeatIndex], general_admission: &[(AreaIndex, u32)], ticket: u16) -> Place {
    let ticket = usize::from(ticket);
    if let Some(&seat) = seats.get(ticket) {
        return Place::Seat(seat);
    }
    let mut standing = (ticket - seats.len()) as u32;
    for &(area, quantity) in general_admission {
        if standing < quantity {
            return Place::Area(area);
        }
        standing -= quantity;
    }
    panic!("a booking has no ticket number {ticket}");
}
