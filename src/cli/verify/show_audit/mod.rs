//! One show, folded again for the promises alone: who owns each seat, how each hold ended, what each area holds.
//!
//! Deliberately written without `domain::show`: a bug there must not hide itself here.

mod bookings;
mod holds;
mod places;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::{AHashMap, AHashSet};

use crate::domain::event::ShowTerms;
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;
use crate::domain::remembered::{REMEMBERED_MAX, REMEMBERED_SECONDS};
use crate::domain::{BookingId, CommandId, CustomerId, HoldId, ShowEvent, Timestamp};
use crate::journal::{CommandRecord, Version};

/// A command is a little older than its commit.
const COMMIT_SECONDS: u32 = 60;

type Areas = Vec<(AreaIndex, u32)>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    Hold(HoldId),
    Booking(BookingId),
    Blocked,
}

pub struct AuditedBooking {
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Areas,
    pub cancelled: Vec<u16>,
}

pub struct ShowAudit {
    pub plan: Arc<SeatingPlan>,
    pub terms: Option<Box<ShowTerms>>,
    pub status: SalesStatus,
    pub version: Version,
    is_owned: bool,
    owners: AHashMap<SeatIndex, Owner>,
    holds: AHashMap<HoldId, (Vec<SeatIndex>, Areas)>,
    ended: AHashSet<HoldId>,
    /// In the commit that is being folded, by their versions, and when they were to end.
    made: Vec<(Version, HoldId, Timestamp)>,
    /// Of the last commit that was folded whole.
    time: Option<Timestamp>,
    pub bookings: BTreeMap<BookingId, AuditedBooking>,
    /// (held, sold) by area index.
    pub areas: Vec<(u32, u32)>,
    /// When each was executed last, as the how-manieth.
    commands: AHashMap<CommandId, (Timestamp, usize)>,
    executed: usize,
    pub violations: Vec<String>,
}

impl ShowAudit {
    pub fn new(plan: Arc<SeatingPlan>) -> Self {
        Self {
            terms: None,
            status: SalesStatus::Scheduled,
            version: 0,
            is_owned: false,
            owners: AHashMap::new(),
            holds: AHashMap::new(),
            ended: AHashSet::new(),
            made: Vec::new(),
            time: None,
            bookings: BTreeMap::new(),
            areas: vec![(0, 0); plan.areas().len()],
            commands: AHashMap::new(),
            executed: 0,
            violations: Vec::new(),
            plan,
        }
    }

    /// A command is in the log once for as long as the show remembers it: a second time would be a second execution under
    /// one key.
    pub fn note_command(&mut self, command: &CommandRecord, at: Timestamp) {
        if command.id == CommandId::CLOCK {
            return;
        }
        self.executed += 1;
        let Some((before, ordinal)) = self.commands.insert(command.id, (at, self.executed)) else { return };
        let is_remembered = at < before.plus_seconds(REMEMBERED_SECONDS - COMMIT_SECONDS);
        if is_remembered && self.executed - ordinal <= REMEMBERED_MAX {
            self.violate(format!("command {:032x} was executed twice", command.id.0));
        }
    }

    pub fn fold(&mut self, event: &ShowEvent) {
        self.version += 1;
        match event {
            ShowEvent::ShowScheduled(terms) => {
                if self.terms.replace(terms.clone()).is_some() {
                    self.violate("the show was scheduled twice".into());
                }
            }
            ShowEvent::ShowOwned { .. } => {
                if std::mem::replace(&mut self.is_owned, true) {
                    self.violate("the show was given to an organiser twice".into());
                }
            }
            ShowEvent::SalesOpened => self.status = SalesStatus::OnSale,
            ShowEvent::SalesPaused => self.status = SalesStatus::Paused,
            ShowEvent::SalesClosed => self.status = SalesStatus::Closed,
            ShowEvent::ShowCancelled => {
                self.status = SalesStatus::Cancelled;
                if !self.holds.is_empty() {
                    self.violate(format!("the show was cancelled with {} live holds", self.holds.len()));
                }
            }
            ShowEvent::SeatsBlocked { seats, .. } => seats.iter().for_each(|&seat| self.take(seat, Owner::Blocked)),
            ShowEvent::SeatsUnblocked { seats } => seats.iter().for_each(|&seat| self.free(seat, Owner::Blocked)),
            ShowEvent::SeatsHeld(held) => self.make_hold(held),
            ShowEvent::HoldExtended { hold_id, expires_at } => self.extend_hold(*hold_id, *expires_at),
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => self.end_hold(ended),
            ShowEvent::BookingConfirmed(confirmed) => self.confirm(confirmed),
            ShowEvent::TicketsCancelled(cancelled) => self.cancel_tickets(cancelled),
        }
    }

    pub fn live_holds(&self) -> usize {
        self.holds.len()
    }

    fn violate(&mut self, what: String) {
        self.violations.push(format!("version {}: {what}", self.version));
    }
}
