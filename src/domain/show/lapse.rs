//! What time does by itself: holds end, sales open and close. Recorded before every decision, and by ticks.

use super::Show;
use crate::domain::event::{ShowEvent, ShowTerms};
use crate::domain::refusal::SalesStatus;
use crate::domain::time::Timestamp;

impl Show {
    /// Records all that is due by `now`, and says what it was.
    pub fn lapse(&mut self, now: Timestamp) -> Vec<ShowEvent> {
        let mut lapsed = Vec::new();
        while let Some(hold_id) = self.due.pop(now, &self.holds) {
            let hold = self.holds.get(hold_id).expect("what is due is live");
            let event = ShowEvent::HoldExpired(hold.ended(hold_id));
            self.apply(&event);
            lapsed.push(event);
        }
        if self.next_sales_change().is_some_and(|at| at <= now) {
            let terms = self.scheduled_terms().clone();
            for event in sales_changes(self.status, &terms, now) {
                self.apply(&event);
                lapsed.push(event);
            }
        }
        lapsed
    }

    pub(super) fn nothing_is_due(&self, now: Timestamp) -> bool {
        let holds_are_live = self.holds.iter().all(|(_, hold)| hold.expires_at > now);
        holds_are_live && self.next_sales_change().is_none_or(|at| at > now)
    }

    /// When the calendar next opens or closes the sale.
    pub(super) fn next_sales_change(&self) -> Option<Timestamp> {
        let terms = self.terms.as_ref()?;
        match self.status {
            SalesStatus::Scheduled => [terms.on_sale_at, terms.off_sale_at].into_iter().flatten().min(),
            SalesStatus::OnSale | SalesStatus::Paused => terms.off_sale_at,
            SalesStatus::Closed | SalesStatus::Cancelled => None,
        }
    }
}

/// The changes of the sale that are due by `now`, in order.
pub(super) fn sales_changes(status: SalesStatus, terms: &ShowTerms, now: Timestamp) -> Vec<ShowEvent> {
    let mut events = Vec::new();
    let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    if status == SalesStatus::Scheduled && due(terms.on_sale_at) {
        events.push(ShowEvent::SalesOpened);
    }
    let selling = matches!(status, SalesStatus::Scheduled | SalesStatus::OnSale | SalesStatus::Paused);
    if selling && due(terms.off_sale_at) {
        events.push(ShowEvent::SalesClosed);
    }
    events
}
