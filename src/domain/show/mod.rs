//! One show: its seats, holds and bookings, as a fold of its events.
//!
//! [`Show::execute`] is the way of a command: record what has become due, decide, apply. `decide` reads and never
//! changes; `apply` changes and never refuses: an event that does not fit is a bug and panics. One file per rule.

mod apply;
mod areas;
mod block;
mod booking;
mod cancel_tickets;
mod confirm;
mod customers;
mod due;
mod ended;
mod extend;
mod hold;
mod hold_equal;
mod holds;
mod invariants;
mod lapse;
mod release;
mod sales;
mod schedule;
mod seats;
mod snapshot;

use std::sync::Arc;

use ahash::AHashMap;

pub use booking::Booking;
pub use hold::TICKETS_PER_HOLD_MAX;
pub use holds::Hold;
pub use seats::SeatStatus;
pub use snapshot::{ShowSnapshot, SnapshotError};

use self::areas::Areas;
use self::customers::Customers;
use self::due::Due;
use self::ended::Ended;
use self::holds::Holds;
use self::seats::Seats;
use super::command::{Action, Command};
use super::event::{ShowEvent, ShowTerms};
use super::ids::BookingId;
use super::plan::SeatingPlan;
use super::refusal::{Refusal, SalesStatus};
use super::time::Timestamp;

/// The state that decisions are made on.
#[derive(Clone)]
pub struct Show {
    plan: Arc<SeatingPlan>,
    /// `None` until it is scheduled.
    terms: Option<Arc<ShowTerms>>,
    status: SalesStatus,
    seats: Seats,
    areas: Areas,
    holds: Holds,
    bookings: AHashMap<BookingId, Booking>,
    customers: Customers,
    ended: Ended,
    due: Due,
}

/// What came of one command.
#[derive(Debug, PartialEq)]
pub struct Execution {
    /// What had become due before it: recorded whatever the command's own outcome.
    pub lapsed: Vec<ShowEvent>,
    /// At least one event, or the reason why not. `Tick` alone may yield none.
    pub outcome: Result<Vec<ShowEvent>, Refusal>,
}

impl Show {
    /// A show before its first event.
    pub fn new(plan: Arc<SeatingPlan>) -> Self {
        Self {
            terms: None,
            status: SalesStatus::Scheduled,
            seats: Seats::all_free(plan.clone()),
            areas: Areas::all_free(&plan),
            holds: Holds::default(),
            bookings: AHashMap::default(),
            customers: Customers::default(),
            ended: Ended::default(),
            due: Due::default(),
            plan,
        }
    }

    /// The whole way of one command at the time `now`: what has become due is recorded first, so a hold past its
    /// `expires_at` is free to every decision, whether or not a timer has fired.
    pub fn execute(&mut self, command: &Command, now: Timestamp) -> Execution {
        let lapsed = self.lapse(now);
        let outcome = self.decide(command, now);
        if let Ok(events) = &outcome {
            events.iter().for_each(|event| self.apply(event));
        }
        Execution { lapsed, outcome }
    }

    /// The events that a command brings about, or why it does not. Expects what is due by `now` to be recorded.
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Vec<ShowEvent>, Refusal> {
        debug_assert!(self.nothing_is_due(now), "lapse comes before decide");
        if let Action::ScheduleShow { terms, organiser } = &command.action {
            return self.decide_schedule(terms, organiser.as_ref(), now);
        }
        if self.terms.is_none() {
            return Err(Refusal::ShowNotFound);
        }
        match &command.action {
            Action::ScheduleShow { .. } => Err(Refusal::ShowAlreadyScheduled),
            Action::OpenSales => self.decide_open(),
            Action::PauseSales => self.decide_pause(),
            Action::CancelShow => self.decide_cancel_show(),
            Action::BlockSeats { seats, reason } => self.decide_block(seats, reason),
            Action::UnblockSeats { seats } => self.decide_unblock(seats),
            Action::HoldSeats(request) => self.decide_hold(request, now),
            Action::HoldEqual(request) => self.decide_hold_equal(request, now),
            Action::ExtendHold { hold_id, extend_seconds } => self.decide_extend(*hold_id, *extend_seconds),
            Action::ReleaseHold { hold_id } => self.decide_release(*hold_id),
            Action::ConfirmHold { hold_id, booking_id, payment_reference } => {
                self.decide_confirm(*hold_id, *booking_id, payment_reference)
            }
            Action::CancelTickets { booking_id, tickets } => {
                self.decide_cancel_tickets(*booking_id, tickets.as_deref())
            }
            Action::Tick => Ok(Vec::new()),
        }
    }

    /// The terms it is sold on; `None` until it is scheduled.
    pub fn terms(&self) -> Option<&Arc<ShowTerms>> {
        self.terms.as_ref()
    }

    pub fn plan(&self) -> &Arc<SeatingPlan> {
        &self.plan
    }

    pub fn status(&self) -> SalesStatus {
        self.status
    }

    pub fn seat_status(&self, seat: super::plan::SeatIndex) -> SeatStatus {
        self.seats.status(seat)
    }

    /// Places held and sold in an area.
    pub fn area_counts(&self, area: super::plan::AreaIndex) -> (u32, u32) {
        (self.areas.held(area), self.areas.sold(area))
    }

    pub fn holds(&self) -> impl Iterator<Item = (super::ids::HoldId, &Hold)> {
        self.holds.iter()
    }

    /// A hold that has not ended by `now`, or why there is none.
    pub fn live_hold(&self, id: super::ids::HoldId, now: Timestamp) -> Result<&Hold, Refusal> {
        let hold = self.holds.get(id).ok_or_else(|| self.ended.why_no_hold(id))?;
        if hold.expires_at > now { Ok(hold) } else { Err(Refusal::HoldExpired(id)) }
    }

    /// A booking with tickets that are good.
    pub fn booking(&self, id: BookingId) -> Option<&Booking> {
        self.bookings.get(&id)
    }

    pub fn bookings(&self) -> impl Iterator<Item = (BookingId, &Booking)> {
        self.bookings.iter().map(|(id, booking)| (*id, booking))
    }

    /// When the clock should look at this show again. May be early, never late.
    pub fn next_due(&self) -> Option<Timestamp> {
        let sales = self.next_sales_change();
        [self.due.first(), sales].into_iter().flatten().min()
    }

    /// Every decision but the first comes after scheduling.
    fn scheduled_terms(&self) -> &Arc<ShowTerms> {
        self.terms.as_ref().expect("decide refuses everything else before a show is scheduled")
    }
}

#[cfg(test)]
pub(in crate::domain) mod tests;
