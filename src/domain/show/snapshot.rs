//! A show's state as a value to be stored: only what cannot be derived.
//!
//! Holds and bookings are written as they lie in memory: sorted first, they would be read from all over it, on the thread
//! that decides. So equal states are equal snapshots, but not equal bytes.

use std::borrow::Cow;
use std::sync::Arc;

use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Show;
use super::areas::Areas;
use super::booking::Booking;
use super::customers::Customers;
use super::due::Due;
use super::ended::Ended;
use super::holds::Holds;
use super::seats::{SeatStatus, Seats};
use crate::domain::event::ShowTerms;
use crate::domain::ids::{BookingId, VenueId};
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;

/// Borrowed from a show to be written, its own when it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSnapshot<'a> {
    terms: Arc<ShowTerms>,
    status: SalesStatus,
    blocked: Vec<SeatIndex>,
    holds: Cow<'a, Holds>,
    bookings: Cow<'a, AHashMap<BookingId, Booking>>,
    ended: Cow<'a, Ended>,
}

/// A snapshot that does not fit: then the whole log is replayed.
#[derive(Debug, PartialEq, Error)]
pub enum SnapshotError {
    #[error("it is of another seating plan")]
    OtherPlan,
}

impl Show {
    /// `None` until the show is scheduled.
    pub fn snapshot(&self) -> Option<ShowSnapshot<'_>> {
        let blocked = self.seats.iter().filter(|(_, status)| *status == SeatStatus::Blocked);
        Some(ShowSnapshot {
            terms: self.terms.clone()?,
            status: self.status,
            blocked: blocked.map(|(seat, _)| seat).collect(),
            holds: Cow::Borrowed(&self.holds),
            bookings: Cow::Borrowed(&self.bookings),
            ended: Cow::Borrowed(&self.ended),
        })
    }

    pub fn from_snapshot(plan: Arc<SeatingPlan>, snapshot: ShowSnapshot<'_>) -> Result<Self, SnapshotError> {
        if !snapshot.fits(&plan) {
            return Err(SnapshotError::OtherPlan);
        }
        let seats = Seats::of(plan.clone(), snapshot.taken_seats());
        let areas = snapshot.areas(&plan);
        let customers = snapshot.customers();
        let holds = snapshot.holds.into_owned();
        Ok(Self {
            terms: Some(snapshot.terms),
            status: snapshot.status,
            seats,
            areas,
            due: Due::of(&holds),
            holds,
            bookings: snapshot.bookings.into_owned(),
            customers,
            ended: snapshot.ended.into_owned(),
            plan,
        })
    }
}

impl ShowSnapshot<'_> {
    /// Whose plan it belongs to.
    pub fn venue_id(&self) -> VenueId {
        self.terms.venue_id
    }

    fn taken_seats(&self) -> impl Iterator<Item = (SeatIndex, SeatStatus)> {
        let blocked = self.blocked.iter().map(|&seat| (seat, SeatStatus::Blocked));
        let held = self.holds.iter().flat_map(|(_, hold)| hold.seats.iter().map(|&seat| (seat, SeatStatus::Held)));
        let sold = self.bookings.values().flat_map(Booking::live_seats);
        blocked.chain(held).chain(sold.map(|seat| (seat, SeatStatus::Sold)))
    }

    fn areas(&self, plan: &SeatingPlan) -> Areas {
        let mut areas = Areas::all_free(plan);
        for &(area, quantity) in self.holds.iter().flat_map(|(_, hold)| &hold.general_admission) {
            areas.hold(area, quantity);
        }
        for (area, quantity) in self.bookings.values().flat_map(Booking::live_places) {
            areas.hold(area, quantity);
            areas.sell(area, quantity);
        }
        areas
    }

    fn customers(&self) -> Customers {
        let mut customers = Customers::of(&self.terms);
        for (_, hold) in self.holds.iter() {
            customers.add(hold.customer_id.as_ref(), hold.tickets());
        }
        for booking in self.bookings.values() {
            customers.add(booking.customer_id.as_ref(), booking.live_tickets().count() as u32);
        }
        customers
    }

    fn fits(&self, plan: &SeatingPlan) -> bool {
        let seats_fit = |seats: &[SeatIndex]| seats.iter().all(|seat| seat.0 < plan.seat_count());
        let areas_fit = |areas: &[(AreaIndex, u32)]| areas.iter().all(|(area, _)| area.index() < plan.areas().len());
        self.terms.prices.len() == plan.categories().len()
            && seats_fit(&self.blocked)
            && self.holds.iter().all(|(_, hold)| seats_fit(&hold.seats) && areas_fit(&hold.general_admission))
            && self.bookings.values().all(|booking| seats_fit(&booking.seats) && areas_fit(&booking.general_admission))
    }
}
