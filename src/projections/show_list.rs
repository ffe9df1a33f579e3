//! The list of shows with their counts, in all and per category.

use serde::{Deserialize, Serialize};

use super::misfit::{Misfit, area_category, moved, seat_category};
use crate::domain::event::ShowTerms;
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;
use crate::domain::{Organiser, ShowEvent, Timestamp};

/// How many places of one category are taken, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub capacity: u32,
    pub held: u32,
    pub sold: u32,
    pub blocked: u32,
}

impl Counts {
    pub fn free(&self) -> u32 {
        self.capacity - self.held - self.sold - self.blocked
    }

    /// `None` where a count would fall below zero, or all of them exceed the capacity.
    fn after(self, change: Change, quantity: u32) -> Option<Self> {
        let quantity = i64::from(quantity);
        let after = Self {
            capacity: self.capacity,
            held: moved(self.held, change.held * quantity)?,
            sold: moved(self.sold, change.sold * quantity)?,
            blocked: moved(self.blocked, change.blocked * quantity)?,
        };
        let taken = u64::from(after.held) + u64::from(after.sold) + u64::from(after.blocked);
        (taken <= u64::from(after.capacity)).then_some(after)
    }
}

/// How an event moves one place from count to count.
#[derive(Clone, Copy, Default)]
struct Change {
    held: i64,
    sold: i64,
    blocked: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSummary {
    pub terms: Box<ShowTerms>,
    /// Whose show it is; `None`: the house's.
    pub organiser: Option<Organiser>,
    pub status: SalesStatus,
    /// Of the last event folded.
    pub version: u64,
    /// By category index, standing places included.
    pub categories: Box<[Counts]>,
    /// The clock need not look at this show before then. Early rather than exact: it is only used at start.
    pub wake_at: Option<Timestamp>,
}

impl ShowSummary {
    pub fn scheduled(version: u64, terms: &ShowTerms, plan: &SeatingPlan) -> Self {
        let mut categories = vec![Counts::default(); plan.categories().len()];
        for seat in 0..plan.seat_count() {
            categories[plan.category_of(SeatIndex(seat)).index()].capacity += 1;
        }
        for area in plan.areas() {
            categories[area.category.index()].capacity += area.capacity;
        }
        let mut summary = Self {
            terms: Box::new(terms.clone()),
            organiser: None,
            status: SalesStatus::Scheduled,
            version,
            categories: categories.into(),
            wake_at: None,
        };
        summary.wake_at = summary.next_sales_change();
        summary
    }

    /// Of all categories together.
    pub fn counts(&self) -> Counts {
        self.categories.iter().fold(Counts::default(), |all, one| Counts {
            capacity: all.capacity + one.capacity,
            held: all.held + one.held,
            sold: all.sold + one.sold,
            blocked: all.blocked + one.blocked,
        })
    }

    pub fn fold(&mut self, version: u64, event: &ShowEvent, plan: &SeatingPlan) -> Result<(), Misfit> {
        let none = Change::default();
        match event {
            ShowEvent::ShowScheduled(_) => {}
            ShowEvent::ShowOwned { organiser } => self.organiser = Some(organiser.clone()),
            ShowEvent::SalesOpened => self.status = SalesStatus::OnSale,
            ShowEvent::SalesPaused => self.status = SalesStatus::Paused,
            ShowEvent::SalesClosed => self.status = SalesStatus::Closed,
            ShowEvent::ShowCancelled => self.status = SalesStatus::Cancelled,
            ShowEvent::SeatsBlocked { seats, .. } => self.each(plan, seats, &[], Change { blocked: 1, ..none })?,
            ShowEvent::SeatsUnblocked { seats } => self.each(plan, seats, &[], Change { blocked: -1, ..none })?,
            ShowEvent::SeatsHeld(held) => {
                self.each(plan, &held.seats, &held.general_admission, Change { held: 1, ..none })?;
                self.wake_at = Some(self.wake_at.map_or(held.expires_at, |at| at.min(held.expires_at)));
            }
            ShowEvent::HoldExtended { .. } => {}
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => {
                self.each(plan, &ended.seats, &ended.general_admission, Change { held: -1, ..none })?;
            }
            ShowEvent::BookingConfirmed(confirmed) => {
                let sold = Change { held: -1, sold: 1, ..none };
                self.each(plan, &confirmed.seats, &confirmed.general_admission, sold)?;
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.each(plan, &cancelled.seats, &cancelled.general_admission, Change { sold: -1, ..none })?;
            }
        }
        if self.categories.iter().all(|counts| counts.held == 0) {
            self.wake_at = self.next_sales_change();
        }
        self.version = version;
        Ok(())
    }

    fn each(
        &mut self,
        plan: &SeatingPlan,
        seats: &[SeatIndex],
        areas: &[(AreaIndex, u32)],
        change: Change,
    ) -> Result<(), Misfit> {
        let seated = seats.iter().map(|&seat| Ok((seat_category(plan, seat)?, 1)));
        let standing = areas.iter().map(|&(area, quantity)| Ok((area_category(plan, area)?, quantity)));
        for places in seated.chain(standing) {
            let (category, quantity) = places?;
            let counts = &mut self.categories[category.index()];
            let misfit = || Misfit(format!("category {} cannot move {quantity} from {counts:?}", category.0));
            *counts = counts.after(change, quantity).ok_or_else(misfit)?;
        }
        Ok(())
    }

    fn next_sales_change(&self) -> Option<Timestamp> {
        match self.status {
            SalesStatus::Scheduled => [self.terms.on_sale_at, self.terms.off_sale_at].into_iter().flatten().min(),
            SalesStatus::OnSale | SalesStatus::Paused => self.terms.off_sale_at,
            SalesStatus::Closed | SalesStatus::Cancelled => None,
        }
    }
}
