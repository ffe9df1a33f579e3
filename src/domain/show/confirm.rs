//! A hold becomes a booking. Possible as long as the hold lives, even where the sale was paused or closed meanwhile:
//! who holds seats can finish.

use super::Show;
use crate::domain::event::{BookingConfirmed, ShowEvent};
use crate::domain::ids::{BookingId, HoldId};
use crate::domain::refusal::Refusal;

impl Show {
    pub(super) fn decide_confirm(
        &self,
        hold_id: HoldId,
        booking_id: BookingId,
        payment_reference: &str,
    ) -> Result<Vec<ShowEvent>, Refusal> {
        let hold = self.holds.get(hold_id).ok_or_else(|| self.ended.why_no_hold(hold_id))?;
        Ok(vec![ShowEvent::BookingConfirmed(BookingConfirmed {
            hold_id,
            booking_id,
            customer_id: hold.customer_id.clone(),
            seats: hold.seats.to_vec(),
            general_admission: hold.general_admission.to_vec(),
            payment_reference: payment_reference.to_owned(),
        })])
    }
}
