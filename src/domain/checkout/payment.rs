//! From opening the payment until it is authorised, and what is found out about it afterwards.

use super::{Checkout, CheckoutEvent, EndReason, GatewayReference, NoSeats, Paid, Sight, Stage};
use crate::domain::time::Timestamp;

impl Checkout {
    pub(super) fn opened(&self, payment: &GatewayReference, paid: Paid) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Opening => {
                let opened = CheckoutEvent::PaymentOpened { payment: payment.clone() };
                let after = self.after(std::slice::from_ref(&opened));
                let mut events = vec![opened];
                events.extend(after.paid(paid));
                events
            }
            Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// The hold lives on until it expires: the buyer may begin another checkout.
    pub(super) fn opening_refused(&self, reason: &str) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::Opening => vec![
                CheckoutEvent::PaymentDeclined { reason: reason.to_owned() },
                CheckoutEvent::CheckoutEnded { why: EndReason::Declined },
            ],
            Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    pub(super) fn seen(&self, sight: &Sight, now: Timestamp) -> Vec<CheckoutEvent> {
        match self.stage {
            // Opening is repeated until its own answer comes.
            Stage::Opening => vec![],
            Stage::AwaitingPayment => match sight.paid {
                Paid::Waiting if self.show_cancelled => self.paid(sight.paid),
                Paid::Waiting if now >= self.expires_at => {
                    vec![CheckoutEvent::VoidBegun { why: EndReason::Abandoned }]
                }
                Paid::Waiting => match &sight.declined {
                    Some(reason) if self.declined.as_ref() != Some(reason) => {
                        vec![CheckoutEvent::PaymentDeclined { reason: reason.clone() }]
                    }
                    Some(_) | None => vec![],
                },
                Paid::Authorised | Paid::Captured(_) | Paid::Voided => self.paid(sight.paid),
            },
            // A confirmation is under way, and its outcome has to be known first: capture finds out the rest.
            Stage::Confirming | Stage::Retaking => match sight.paid {
                Paid::Captured(amount) if self.captured.is_none() => vec![CheckoutEvent::PaymentCaptured { amount }],
                Paid::Captured(_) | Paid::Waiting | Paid::Authorised | Paid::Voided => vec![],
            },
            Stage::Capturing => match sight.paid {
                Paid::Captured(amount) if self.captured.is_none() => self.captured_in_part_or_whole(amount),
                Paid::Voided => vec![CheckoutEvent::CaptureRefused { reason: "voided by the provider".into() }],
                Paid::Captured(_) | Paid::Waiting | Paid::Authorised => vec![],
            },
            Stage::Undoing => match sight.paid {
                Paid::Captured(amount) if self.captured.is_none() => vec![CheckoutEvent::PaymentCaptured { amount }],
                Paid::Captured(_) | Paid::Waiting | Paid::Authorised | Paid::Voided => vec![],
            },
            Stage::Voiding => match sight.paid {
                Paid::Captured(amount) if self.captured.is_none() => {
                    let why = self.why.expect("a void has a reason");
                    vec![CheckoutEvent::PaymentCaptured { amount }, CheckoutEvent::CheckoutEnded { why }]
                }
                Paid::Voided => self.voided(),
                Paid::Captured(_) | Paid::Waiting | Paid::Authorised => vec![],
            },
            // A payment that is done stays done, whatever is said of it; its refunds may still fail.
            Stage::Completed => self.refunds_seen(sight),
            Stage::Ended => match sight.paid {
                Paid::Captured(amount) if self.captured.is_none() => vec![CheckoutEvent::PaymentCaptured { amount }],
                Paid::Captured(_) | Paid::Waiting | Paid::Authorised | Paid::Voided => self.refunds_seen(sight),
            },
        }
    }

    pub(super) fn hold_extended(&self, expires_at: Timestamp) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::AwaitingPayment if expires_at > self.expires_at => vec![CheckoutEvent::HoldExtended { expires_at }],
            Stage::AwaitingPayment
            | Stage::Opening
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// Not paid yet. An expired hold may still be paid in time for a retake, so only what can not be mended ends here.
    pub(super) fn extension_refused(&self, why: NoSeats) -> Vec<CheckoutEvent> {
        match self.stage {
            Stage::AwaitingPayment => match why {
                NoSeats::Expired if self.at_its_cap => vec![],
                NoSeats::Expired => vec![CheckoutEvent::HoldAtItsCap],
                NoSeats::Released | NoSeats::Sold | NoSeats::Unavailable => {
                    vec![CheckoutEvent::VoidBegun { why: EndReason::SeatsLost(why) }]
                }
            },
            Stage::Opening
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Completed
            | Stage::Ended => vec![],
        }
    }

    /// Of a payment that is waited for.
    fn paid(&self, paid: Paid) -> Vec<CheckoutEvent> {
        match paid {
            Paid::Waiting | Paid::Authorised if self.show_cancelled => {
                vec![CheckoutEvent::VoidBegun { why: EndReason::ShowCancelled }]
            }
            Paid::Waiting => vec![],
            Paid::Authorised => vec![CheckoutEvent::PaymentAuthorised],
            // Less than the tickets cost is no payment for them, and goes back.
            Paid::Captured(amount) if amount < self.total || self.show_cancelled => {
                let why = if self.show_cancelled { EndReason::ShowCancelled } else { EndReason::CaptureRefused };
                vec![CheckoutEvent::PaymentCaptured { amount }, CheckoutEvent::CheckoutEnded { why }]
            }
            Paid::Captured(amount) => vec![CheckoutEvent::PaymentCaptured { amount }],
            Paid::Voided => vec![CheckoutEvent::CheckoutEnded { why: EndReason::PaymentLapsed }],
        }
    }
}
