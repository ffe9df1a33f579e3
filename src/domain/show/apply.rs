//! The fold: one event changes the state. It never refuses; an event that does not fit the state is a bug, and panics
//! before it can do harm.

use std::sync::Arc;

use super::Show;
use super::booking::Booking;
use super::customers::Customers;
use super::ended::Ending;
use super::holds::Hold;
use super::seats::SeatStatus;
use crate::domain::event::{BookingConfirmed, HoldEnded, SeatsHeld, ShowEvent, TicketsCancelled};
use crate::domain::refusal::SalesStatus;

impl Show {
    pub fn apply(&mut self, event: &ShowEvent) {
        match event {
            ShowEvent::ShowScheduled(terms) => {
                self.customers = Customers::of(terms);
                self.terms = Some(Arc::new((**terms).clone()));
            }
            ShowEvent::SalesOpened => self.status = SalesStatus::OnSale,
            ShowEvent::SalesPaused => self.status = SalesStatus::Paused,
            ShowEvent::SalesClosed => self.status = SalesStatus::Closed,
            ShowEvent::ShowCancelled => self.status = SalesStatus::Cancelled,
            ShowEvent::SeatsBlocked { seats, .. } => {
                seats.iter().for_each(|&seat| self.seats.change(seat, SeatStatus::Free, SeatStatus::Blocked));
            }
            ShowEvent::SeatsUnblocked { seats } => {
                seats.iter().for_each(|&seat| self.seats.change(seat, SeatStatus::Blocked, SeatStatus::Free));
            }
            ShowEvent::SeatsHeld(held) => self.apply_held(held),
            ShowEvent::HoldExtended { hold_id, expires_at } => {
                self.holds.get_mut(*hold_id).expires_at = *expires_at;
                self.due.add(*expires_at, *hold_id, &self.holds);
            }
            ShowEvent::HoldReleased(ended) => self.free_hold(ended, Ending::HoldReleased),
            ShowEvent::HoldExpired(ended) => self.free_hold(ended, Ending::HoldExpired),
            ShowEvent::BookingConfirmed(confirmed) => self.apply_confirmed(confirmed),
            ShowEvent::TicketsCancelled(cancelled) => self.apply_cancelled(cancelled),
            // No decision asks whose show it is.
            ShowEvent::ShowOwned { .. } => {}
        }
    }

    fn apply_held(&mut self, held: &SeatsHeld) {
        for &seat in &held.seats {
            self.seats.change(seat, SeatStatus::Free, SeatStatus::Held);
        }
        for &(area, quantity) in &held.general_admission {
            self.areas.hold(area, quantity);
        }
        let hold = Hold {
            customer_id: held.customer_id.clone(),
            seats: held.seats.as_slice().into(),
            general_admission: held.general_admission.as_slice().into(),
            expires_at: held.expires_at,
            first_expires_at: held.expires_at,
        };
        self.customers.add(hold.customer_id.as_ref(), hold.tickets());
        self.holds.insert(held.hold_id, hold);
        self.due.add(held.expires_at, held.hold_id, &self.holds);
    }

    fn free_hold(&mut self, ended: &HoldEnded, ending: Ending) {
        let hold = self.holds.remove(ended.hold_id);
        assert!(hold.has(&ended.seats, &ended.general_admission), "an ending names the places of its hold");
        for &seat in &hold.seats {
            self.seats.change(seat, SeatStatus::Held, SeatStatus::Free);
        }
        for &(area, quantity) in &hold.general_admission {
            self.areas.release(area, quantity);
        }
        self.customers.remove(hold.customer_id.as_ref(), hold.tickets());
        self.ended.hold(ended.hold_id, ending);
    }

    fn apply_confirmed(&mut self, confirmed: &BookingConfirmed) {
        let hold = self.holds.remove(confirmed.hold_id);
        assert!(hold.has(&confirmed.seats, &confirmed.general_admission), "a booking names the places of its hold");
        for &seat in &hold.seats {
            self.seats.change(seat, SeatStatus::Held, SeatStatus::Sold);
        }
        for &(area, quantity) in &hold.general_admission {
            self.areas.sell(area, quantity);
        }
        let booking = Booking::new(hold.customer_id, hold.seats, hold.general_admission);
        let before = self.bookings.insert(confirmed.booking_id, booking);
        assert!(before.is_none(), "a booking's id is given out once");
        self.ended.hold(confirmed.hold_id, Ending::HoldConfirmed);
    }

    fn apply_cancelled(&mut self, cancelled: &TicketsCancelled) {
        let id = cancelled.booking_id;
        let booking = self.bookings.get_mut(&id).expect("events name live bookings");
        for &ticket in &cancelled.tickets {
            booking.cancel(ticket);
        }
        for &seat in &cancelled.seats {
            self.seats.change(seat, SeatStatus::Sold, SeatStatus::Free);
        }
        for &(area, quantity) in &cancelled.general_admission {
            self.areas.take_back(area, quantity);
        }
        self.customers.remove(booking.customer_id.as_ref(), cancelled.tickets.len() as u32);
        if booking.live_tickets().next().is_none() {
            self.bookings.remove(&id);
            self.ended.booking(id);
        }
    }
}
