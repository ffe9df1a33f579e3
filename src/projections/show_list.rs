//! The list of shows with their counts, in all and per category.

use serde::{Deserialize, Serialize};

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

    pub fn fold(&mut self, version: u64, event: &ShowEvent, plan: &SeatingPlan) {
        self.version = version;
        match event {
            ShowEvent::ShowScheduled(_) => {}
            ShowEvent::ShowOwned { organiser } => self.organiser = Some(organiser.clone()),
            ShowEvent::SalesOpened => self.status = SalesStatus::OnSale,
            ShowEvent::SalesPaused => self.status = SalesStatus::Paused,
            ShowEvent::SalesClosed => self.status = SalesStatus::Closed,
            ShowEvent::ShowCancelled => self.status = SalesStatus::Cancelled,
            ShowEvent::SeatsBlocked { seats, .. } => self.each(plan, seats, &[], |counts, n| counts.blocked += n),
            ShowEvent::SeatsUnblocked { seats } => self.each(plan, seats, &[], |counts, n| counts.blocked -= n),
            ShowEvent::SeatsHeld(held) => {
                self.each(plan, &held.seats, &held.general_admission, |counts, n| counts.held += n);
                self.wake_at = Some(self.wake_at.map_or(held.expires_at, |at| at.min(held.expires_at)));
            }
            ShowEvent::HoldExtended { .. } => {}
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => {
                self.each(plan, &ended.seats, &ended.general_admission, |counts, n| counts.held -= n);
            }
            ShowEvent::BookingConfirmed(confirmed) => {
                self.each(plan, &confirmed.seats, &confirmed.general_admission, |counts, n| {
                    counts.held -= n;
                    counts.sold += n;
                });
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.each(plan, &cancelled.seats, &cancelled.general_admission, |counts, n| counts.sold -= n);
            }
        }
        if self.categories.iter().all(|counts| counts.held == 0) {
            self.wake_at = self.next_sales_change();
        }
    }

    fn each(
        &mut self,
        plan: &SeatingPlan,
        seats: &[SeatIndex],
        areas: &[(AreaIndex, u32)],
        change: impl Fn(&mut Counts, u32),
    ) {
        for &seat in seats {
            change(&mut self.categories[plan.category_of(seat).index()], 1);
        }
        for &(area, quantity) in areas {
            change(&mut self.categories[plan.areas()[area.index()].category.index()], quantity);
        }
    }

    fn next_sales_change(&self) -> Option<Timestamp> {
        match self.status {
            SalesStatus::Scheduled => [self.terms.on_sale_at, self.terms.off_sale_at].into_iter().flatten().min(),
            SalesStatus::OnSale | SalesStatus::Paused => self.terms.off_sale_at,
            SalesStatus::Closed | SalesStatus::Cancelled => None,
        }
    }
}
