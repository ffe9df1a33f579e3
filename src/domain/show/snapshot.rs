//! A show's state as a value to be stored: only what cannot be derived, in a fixed order, so that equal states have
//! equal bytes.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Show;
use super::areas::Areas;
use super::booking::Booking;
use super::customers::Customers;
use super::due::Due;
use super::ended::Ended;
use super::holds::{Hold, Holds};
use super::seats::{SeatStatus, Seats};
use crate::domain::event::ShowTerms;
use crate::domain::ids::{BookingId, HoldId, VenueId};
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;

/// Borrowed from a show to be written, its own when it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSnapshot<'a> {
    terms: Arc<ShowTerms>,
    status: SalesStatus,
    blocked: Vec<SeatIndex>,
    holds: Vec<(HoldId, Cow<'a, Hold>)>,
    bookings: Vec<(BookingId, Cow<'a, Booking>)>,
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
        let mut holds: Vec<_> = self.holds.iter().map(|(id, hold)| (id, Cow::Borrowed(hold))).collect();
        let mut bookings: Vec<_> = self.bookings().map(|(id, booking)| (id, Cow::Borrowed(booking))).collect();
        holds.sort_unstable_by_key(|(id, _)| *id);
        bookings.sort_unstable_by_key(|(id, _)| *id);
        Some(ShowSnapshot {
            terms: self.terms.clone()?,
            status: self.status,
            blocked: blocked.map(|(seat, _)| seat).collect(),
            holds,
            bookings,
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
        let mut holds = Holds::with_capacity(snapshot.holds.len());
        snapshot.holds.into_iter().for_each(|(id, hold)| holds.insert(id, hold.into_owned()));
        let bookings = snapshot.bookings.into_iter().map(|(id, booking)| (id, booking.into_owned())).collect();
        Ok(Self {
            terms: Some(snapshot.terms),
            status: snapshot.status,
            seats,
            areas,
            due: Due::of(&holds),
            holds,
            bookings,
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
        let sold = self.bookings.iter().flat_map(|(_, booking)| booking.live_seats());
        blocked.chain(held).chain(sold.map(|seat| (seat, SeatStatus::Sold)))
    }

    fn areas(&self, plan: &SeatingPlan) -> Areas {
        let mut areas = Areas::all_free(plan);
        for &(area, quantity) in self.holds.iter().flat_map(|(_, hold)| &hold.general_admission) {
            areas.hold(area, quantity);
        }
        for (area, quantity) in self.bookings.iter().flat_map(|(_, booking)| booking.live_places()) {
            areas.hold(area, quantity);
            areas.sell(area, quantity);
        }
        areas
    }

    fn customers(&self) -> Customers {
        let mut customers = Customers::of(&self.terms);
        for (_, hold) in &self.holds {
            customers.add(hold.customer_id.as_ref(), hold.tickets());
        }
        for (_, booking) in &self.bookings {
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
            && self
                .bookings
                .iter()
                .all(|(_, booking)| seats_fit(&booking.seats) && areas_fit(&booking.general_admission))
    }
}
