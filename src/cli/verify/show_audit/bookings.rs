//! A booking is confirmed once, from a live hold, and each of its tickets is cancelled at most once.

use std::collections::BTreeMap;

use super::{AuditedBooking, Owner, ShowAudit};
use crate::domain::BookingId;
use crate::domain::event::{BookingConfirmed, HoldEnded, TicketsCancelled};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::SalesStatus;

impl ShowAudit {
    pub(super) fn confirm(&mut self, confirmed: &BookingConfirmed) {
        let id = confirmed.booking_id;
        let (seats, areas) = (&confirmed.seats, &confirmed.general_admission);
        self.end_hold(&HoldEnded {
            hold_id: confirmed.hold_id,
            seats: seats.clone(),
            general_admission: areas.clone(),
        });
        seats.iter().for_each(|&seat| self.take(seat, Owner::Booking(id)));
        areas.iter().for_each(|&(area, quantity)| self.move_places(area, 0, 0, quantity, 0));
        let booking = AuditedBooking {
            customer_id: confirmed.customer_id.clone(),
            seats: seats.clone(),
            general_admission: areas.clone(),
            cancelled: Vec::new(),
        };
        if self.bookings.insert(id, booking).is_some() {
            self.violate(format!("booking {id} was confirmed twice"));
        }
    }

    /// Whether anybody could still come in with this booking.
    pub fn has_good_tickets(&self, booking: BookingId) -> bool {
        let is_on = self.status != SalesStatus::Cancelled;
        is_on && self.bookings.get(&booking).is_some_and(|booking| booking.cancelled.len() < booking.tickets())
    }

    pub(super) fn cancel_tickets(&mut self, cancelled: &TicketsCancelled) {
        let id = cancelled.booking_id;
        cancelled.seats.iter().for_each(|&seat| self.free(seat, Owner::Booking(id)));
        cancelled.general_admission.iter().for_each(|&(area, quantity)| self.move_places(area, 0, 0, 0, quantity));
        let Some(booking) = self.bookings.get_mut(&id) else {
            return self.violate(format!("tickets of booking {id} were cancelled, but there is none"));
        };
        let is_of_tickets = booking.places_of(&cancelled.tickets).is_some_and(|(mut seats, areas)| {
            let (mut freed, mut left) = (cancelled.seats.clone(), BTreeMap::new());
            freed.sort_unstable();
            seats.sort_unstable();
            cancelled.general_admission.iter().for_each(|&(area, quantity)| *left.entry(area).or_insert(0) += quantity);
            (freed, left) == (seats, areas)
        });
        let twice = cancelled.tickets.iter().any(|ticket| booking.cancelled.contains(ticket));
        booking.cancelled.extend(&cancelled.tickets);
        booking.cancelled.sort_unstable();
        if twice {
            self.violate(format!("a ticket of booking {id} was cancelled twice"));
        }
        if !is_of_tickets {
            self.violate(format!("the places that were freed are not those of the cancelled tickets of booking {id}"));
        }
    }
}

impl AuditedBooking {
    fn tickets(&self) -> usize {
        let standing: u32 = self.general_admission.iter().map(|(_, quantity)| quantity).sum();
        self.seats.len() + standing as usize
    }

    /// Where these tickets are good for: seats come first, in the booking's order, then the areas. `None`: it has no such
    /// ticket.
    fn places_of(&self, tickets: &[u16]) -> Option<(Vec<SeatIndex>, BTreeMap<AreaIndex, u32>)> {
        let areas = self.general_admission.iter();
        let standing: Vec<AreaIndex> =
            areas.flat_map(|&(area, quantity)| std::iter::repeat_n(area, quantity as usize)).collect();
        let (mut seats, mut of_areas) = (Vec::new(), BTreeMap::new());
        for &ticket in tickets {
            match self.seats.get(usize::from(ticket)) {
                Some(seat) => seats.push(*seat),
                None => *of_areas.entry(*standing.get(usize::from(ticket) - self.seats.len())?).or_insert(0) += 1,
            }
        }
        Some((seats, of_areas))
    }
}
