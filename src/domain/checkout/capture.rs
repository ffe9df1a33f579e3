//! Taking the money, giving the authorisation free, and taking the booking back where there is no money for it.

use super::{Checkout, CheckoutEvent, EndReason, Stage};
use crate::domain::money::Money;

impl Checkout {
    pub(super) fn captured_all(&self) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Capturing if self.captured.is_none() => vec![CheckoutEvent::PaymentCaptured { amount: self.total }],
            // The answer of a capture that was under way when the payment was seen to be no good.
            Stage::Undoing if self.captured.is_none() => vec![CheckoutEvent::PaymentCaptured { amount: self.total }],
            Stage::Capturing
            | Stage::Undoing
            | Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn captured_in_part_or_whole(&self, amount: Money) -> Vec<CheckoutEvent> {
        let captured = CheckoutEvent::PaymentCaptured { amount };
        if amount >= self.total {
            return vec![captured];
        }
        vec![captured, CheckoutEvent::CaptureRefused { reason: "less than the price was captured".into() }]
    }

    /// The provider's last word: there will be no money, so there must be no tickets.
    pub(super) fn capture_refused(&self, reason: &str) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Capturing => vec![CheckoutEvent::CaptureRefused { reason: reason.to_owned() }],
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn booking_undone(&self) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Undoing => {
                let mut events = vec![CheckoutEvent::BookingUndone];
                events.extend(self.give_back(EndReason::CaptureRefused));
                events
            }
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn voided(&self) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Voiding => {
                vec![CheckoutEvent::CheckoutEnded { why: self.why.expect("a void has a reason") }]
            }
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// Before there is a booking, its step finds out by itself that nothing is to be had. Money that is there goes back
    /// once it is known to be there.
    pub(super) fn show_was_cancelled(&self) -> Vec<CheckoutEvent> {
        if self.show_cancelled {
            return vec![];
        }
        match self.stage {
            Stage::AwaitingPayment => {
                vec![CheckoutEvent::ShowCancelled, CheckoutEvent::VoidBegun { why: EndReason::ShowCancelled }]
            }
            Stage::Opening
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed => vec![CheckoutEvent::ShowCancelled],
            Stage::Ended => vec![],
        }
    }
}
