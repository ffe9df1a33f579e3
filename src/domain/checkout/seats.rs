//! Confirming the seats, and taking them again where the hold has expired under a buyer who had paid.

use super::{Checkout, CheckoutEvent, EndReason, NoSeats, Stage};
use crate::domain::ids::BookingId;
use crate::domain::plan::SeatIndex;

/// A hold that was taken again can expire again, where the process was down for long.
const RETAKES_MAX: u8 = 3;

impl Checkout {
    pub(super) fn confirmed(&self, booking_id: BookingId) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Confirming => {
                let confirmed = CheckoutEvent::SeatsConfirmed { booking_id };
                if self.captured.is_some_and(|amount| amount < self.total) {
                    let reason = "less than the price was captured".into();
                    return vec![confirmed, CheckoutEvent::CaptureRefused { reason }];
                }
                vec![confirmed]
            }
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn confirm_refused(&self, why: NoSeats) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Confirming => match why {
                NoSeats::Expired if self.retakes < RETAKES_MAX && !self.show_cancelled => vec![self.retake(false)],
                NoSeats::Expired | NoSeats::Released | NoSeats::Sold | NoSeats::Unavailable => {
                    self.give_back(self.lost(why))
                }
            },
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn retaken(&self, seats: &[SeatIndex]) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Retaking => vec![CheckoutEvent::SeatsRetaken { seats: seats.to_vec() }],
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// The same seats first, then seats as good, then the money back.
    pub(super) fn retake_refused(&self) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Retaking if self.begun.equal_seats && !self.equal_seats && !self.show_cancelled => {
                vec![self.retake(true)]
            }
            Stage::Retaking => self.give_back(self.lost(NoSeats::Unavailable)),
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// What is in the provider's hands must be given back by it; what is here, by a refund; what cost nothing, not.
    pub(super) fn give_back(&self, why: EndReason) -> Vec<CheckoutEvent> {
        match self.captured {
            Some(_) => vec![CheckoutEvent::CheckoutEnded { why }],
            None => vec![CheckoutEvent::VoidBegun { why }],
        }
    }

    fn retake(&self, equal_seats: bool) -> CheckoutEvent {
        CheckoutEvent::RetakeBegun { hold_id: self.id.retaken_hold(self.retakes), equal_seats }
    }

    fn lost(&self, why: NoSeats) -> EndReason {
        if self.show_cancelled { EndReason::ShowCancelled } else { EndReason::SeatsLost(why) }
    }
}
