//! A hold given back before its time.

use super::Show;
use crate::domain::event::ShowEvent;
use crate::domain::ids::HoldId;
use crate::domain::refusal::Refusal;

impl Show {
    pub(super) fn decide_release(&self, hold_id: HoldId) -> Result<Vec<ShowEvent>, Refusal> {
        match self.holds.get(hold_id) {
            Some(hold) => Ok(vec![ShowEvent::HoldReleased(hold.ended(hold_id))]),
            None => Err(self.ended.why_no_hold(hold_id)),
        }
    }
}
