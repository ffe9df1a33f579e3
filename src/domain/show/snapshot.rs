//! A show's state as a value to be stored: only what cannot be derived, in a fixed order, so that equal states have
//! equal bytes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Show;
use super::booking::{Booking, Place};
use super::customers::Customers;
use super::ended::Ended;
use super::holds::Hold;
use super::seats::SeatStatus;
use crate::domain::event::ShowTerms;
use crate::domain::ids::{BookingId, HoldId, VenueId};
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSnapshot {
    terms: Arc<ShowTerms>,
    status: SalesStatus,
    blocked: Vec<SeatIndex>,
    holds: Vec<(HoldId, Hold)>,
    bookings: Vec<(BookingId, Booking)>,
    ended: Ended,
}

/// A snapshot that does not fit: then the whole log is replayed.
#[derive(Debug, PartialEq, Error)]
pub enum SnapshotError {
    #[error("it is of another seating plan")]
    OtherPlan,
}

impl Show {
    /// `None` until the show is scheduled.
    pub fn snapshot(&self) -> Option<ShowSnapshot> {
        let blocked = self.seats.iter().filter(|(_, status)| *status == SeatStatus::Blocked);
        let mut holds: Vec<_> = self.holds.iter().map(|(id, hold)| (id, hold.clone())).collect();
        let mut bookings: Vec<_> = self.bookings.iter().map(|(id, booking)| (*id, booking.clone())).collect();
        holds.sort_unstable_by_key(|(id, _)| *id);
        bookings.sort_unstable_by_key(|(id, _)| *id);
        Some(ShowSnapshot {
            terms: self.terms.clone()?,
            status: self.status,
            blocked: blocked.map(|(seat, _)| seat).collect(),
            holds,
            bookings,
            ended: self.ended.clone(),
        })
    }

    pub fn from_snapshot(plan: Arc<SeatingPlan>, snapshot: ShowSnapshot) -> Result<Self, SnapshotError> {
        if !snapshot.fits(&plan) {
            return Err(SnapshotError::OtherPlan);
        }
        let mut show = Self::new(plan);
        show.customers = Customers::of(&snapshot.terms);
        show.terms = Some(snapshot.terms);
        show.status = snapshot.status;
        show.ended = snapshot.ended;
        for seat in snapshot.blocked {
            show.seats.change(seat, SeatStatus::Free, SeatStatus::Blocked);
        }
        for (id, hold) in snapshot.holds {
            show.restore_hold(id, hold);
        }
        show.bookings.reserve(snapshot.bookings.len());
        for (id, booking) in snapshot.bookings {
            show.restore_booking(id, booking);
        }
        Ok(show)
    }

    fn restore_hold(&mut self, id: HoldId, hold: Hold) {
        for &seat in &hold.seats {
            self.seats.change(seat, SeatStatus::Free, SeatStatus::Held);
        }
        for &(area, quantity) in &hold.general_admission {
            self.areas.hold(area, quantity);
        }
        self.customers.add(hold.customer_id.as_ref(), hold.tickets());
        let expires_at = hold.expires_at;
        self.holds.insert(id, hold);
        self.due.add(expires_at, id, &self.holds);
    }

    fn restore_booking(&mut self, id: BookingId, booking: Booking) {
        let mut live = 0;
        for ticket in booking.live_tickets() {
            live += 1;
            match booking.place(ticket) {
                Place::Seat(seat) => self.seats.change(seat, SeatStatus::Free, SeatStatus::Sold),
                Place::Area(area) => {
                    self.areas.hold(area, 1);
                    self.areas.sell(area, 1);
                }
            }
        }
        self.customers.add(booking.customer_id.as_ref(), live);
        self.bookings.insert(id, booking);
    }
}

impl ShowSnapshot {
    /// Whose plan it belongs to.
    pub fn venue_id(&self) -> VenueId {
        self.terms.venue_id
    }

    fn fits(&self, plan: &SeatingPlan) -> bool {
        let seats_fit = |seats: &[SeatIndex]| seats.iter().all(|seat| seat.0 < plan.seat_count());
        let areas_fit = |areas: &[(AreaIndex, u32)]| areas.iter().all(|(area, _)| area.index() < plan.areas().len());
        self.terms.prices.len() == plan.categories().len()
            && seats_fit(&self.blocked)
            && self.holds.iter().all(|(_, hold)| seats_fit(&hold.seats) && areas_fit(&hold.general_admission))
            && self
                .bookings
                .iter()
                .all(|(_, booking)| seats_fit(&booking.seats) && areas_fit(&booking.general_admission))
    }
}
