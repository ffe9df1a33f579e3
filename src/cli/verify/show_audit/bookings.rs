//! A booking is confirmed once, from a live hold, and each of its tickets is cancelled at most once.

use super::{AuditedBooking, Owner, ShowAudit};
use crate::domain::event::{BookingConfirmed, HoldEnded, TicketsCancelled};

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

    pub(super) fn cancel_tickets(&mut self, cancelled: &TicketsCancelled) {
        let id = cancelled.booking_id;
        cancelled.seats.iter().for_each(|&seat| self.free(seat, Owner::Booking(id)));
        cancelled.general_admission.iter().for_each(|&(area, quantity)| self.move_places(area, 0, 0, 0, quantity));
        let Some(booking) = self.bookings.get_mut(&id) else {
            return self.violate(format!("tickets of booking {id} were cancelled, but there is none"));
        };
        let twice = cancelled.tickets.iter().any(|ticket| booking.cancelled.contains(ticket));
        booking.cancelled.extend(&cancelled.tickets);
        booking.cancelled.sort_unstable();
        if twice {
            self.violate(format!("a ticket of booking {id} was cancelled twice"));
        }
    }
}
