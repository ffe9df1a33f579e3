//! More time for a hold, up to a cap: a hall must not be held for ever by asking again and again.

use super::Show;
use crate::domain::event::ShowEvent;
use crate::domain::ids::HoldId;
use crate::domain::refusal::Refusal;

/// A hold lasts at most this many times the show's `hold_seconds` in all.
const HOLD_SECONDS_TIMES_MAX: u32 = 4;

impl Show {
    /// What goes over the cap is cut down to it; a hold that is at its cap already is refused.
    pub(super) fn decide_extend(&self, hold_id: HoldId, extend_seconds: u32) -> Result<Vec<ShowEvent>, Refusal> {
        let hold = self.holds.get(hold_id).ok_or_else(|| self.ended.why_no_hold(hold_id))?;
        let hold_seconds = self.scheduled_terms().hold_seconds;
        let until = hold.first_expires_at.plus_seconds(hold_seconds.saturating_mul(HOLD_SECONDS_TIMES_MAX - 1));
        let asked = hold.expires_at.plus_seconds(extend_seconds);
        let expires_at = asked.min(until);
        if expires_at <= hold.expires_at {
            let max_seconds = hold_seconds.saturating_mul(HOLD_SECONDS_TIMES_MAX);
            return Err(Refusal::ExtensionTooLong { max_seconds, until, asked });
        }
        Ok(vec![ShowEvent::HoldExtended { hold_id, expires_at }])
    }
}
