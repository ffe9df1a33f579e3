//! Opening, pausing and cancelling, by command. What the calendar does by itself is in `lapse.rs`.

use super::Show;
use crate::domain::event::ShowEvent;
use crate::domain::refusal::{Refusal, SalesStatus};

impl Show {
    pub(super) fn decide_open(&self) -> Result<Vec<ShowEvent>, Refusal> {
        match self.status {
            SalesStatus::Scheduled | SalesStatus::Paused => Ok(vec![ShowEvent::SalesOpened]),
            SalesStatus::OnSale | SalesStatus::Closed | SalesStatus::Cancelled => {
                self.refuse_status("scheduled or paused")
            }
        }
    }

    pub(super) fn decide_pause(&self) -> Result<Vec<ShowEvent>, Refusal> {
        match self.status {
            SalesStatus::OnSale => Ok(vec![ShowEvent::SalesPaused]),
            SalesStatus::Scheduled | SalesStatus::Paused | SalesStatus::Closed | SalesStatus::Cancelled => {
                self.refuse_status("on_sale")
            }
        }
    }

    /// Every live hold ends here too, each by an event of its own.
    pub(super) fn decide_cancel_show(&self) -> Result<Vec<ShowEvent>, Refusal> {
        if self.status == SalesStatus::Cancelled {
            return self.refuse_status("anything but cancelled");
        }
        let mut holds: Vec<_> = self.holds.iter().collect();
        holds.sort_unstable_by_key(|(id, _)| *id);
        let mut events: Vec<_> = holds.into_iter().map(|(id, hold)| ShowEvent::HoldReleased(hold.ended(id))).collect();
        events.push(ShowEvent::ShowCancelled);
        Ok(events)
    }

    fn refuse_status(&self, needed: &'static str) -> Result<Vec<ShowEvent>, Refusal> {
        Err(Refusal::ShowStatus { actual: self.status, needed })
    }
}
