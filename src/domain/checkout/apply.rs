//! Events into state. Never refuses: an event that does not fit is a bug, and panics before it can do harm.

use super::refund::RefundLine;
use super::{Checkout, CheckoutEvent, RefundState, Stage};

impl Checkout {
    pub fn apply(&mut self, event: &CheckoutEvent) {
        match event {
            CheckoutEvent::CheckoutBegun(_) => panic!("a checkout begins once"),
            CheckoutEvent::PaymentOpened { payment } => {
                self.expect_stage(&[Stage::Opening]);
                self.payment = Some(payment.clone());
                self.go(Stage::AwaitingPayment);
            }
            CheckoutEvent::PaymentDeclined { reason } => self.declined = Some(reason.clone()),
            CheckoutEvent::PaymentAuthorised => {
                self.expect_stage(&[Stage::AwaitingPayment]);
                self.declined = None;
                self.go(Stage::Confirming);
            }
            CheckoutEvent::PaymentCaptured { amount } => {
                assert!(self.captured.is_none(), "a payment is captured once");
                self.captured = Some(*amount);
                match self.stage {
                    Stage::AwaitingPayment => self.go(Stage::Confirming),
                    Stage::Capturing if *amount >= self.total => self.go(Stage::Completed),
                    Stage::Confirming
                    | Stage::Retaking
                    | Stage::Capturing
                    | Stage::Undoing
                    | Stage::Voiding
                    | Stage::Ended => {}
                    Stage::Opening | Stage::Completed => panic!("no money comes in {:?}", self.stage),
                }
            }
            CheckoutEvent::HoldExtended { expires_at } => self.expires_at = *expires_at,
            CheckoutEvent::HoldAtItsCap => self.at_its_cap = true,
            CheckoutEvent::RetakeBegun { hold_id, equal_seats } => {
                self.expect_stage(&[Stage::Confirming, Stage::Retaking]);
                self.hold_id = *hold_id;
                self.equal_seats = *equal_seats;
                self.retakes += 1;
                self.go(Stage::Retaking);
            }
            CheckoutEvent::SeatsRetaken { .. } => {
                self.expect_stage(&[Stage::Retaking]);
                self.go(Stage::Confirming);
            }
            CheckoutEvent::SeatsConfirmed { booking_id } => {
                self.expect_stage(&[Stage::Confirming]);
                self.booking_id = Some(*booking_id);
                let paid = self.captured.is_some_and(|amount| amount >= self.total);
                self.go(if paid { Stage::Completed } else { Stage::Capturing });
            }
            CheckoutEvent::CaptureRefused { .. } => {
                self.expect_stage(&[Stage::Capturing]);
                self.go(Stage::Undoing);
            }
            CheckoutEvent::BookingUndone => {
                self.expect_stage(&[Stage::Undoing]);
                self.booking_id = None;
            }
            CheckoutEvent::VoidBegun { why } => {
                self.why = Some(*why);
                self.go(Stage::Voiding);
            }
            CheckoutEvent::CheckoutEnded { why } => {
                assert!(self.booking_id.is_none(), "a checkout with a booking does not end without money");
                self.why = Some(*why);
                self.go(Stage::Ended);
            }
            CheckoutEvent::TicketsCancelled { tickets } => {
                tickets.iter().for_each(|ticket| self.cancelled |= 1 << ticket);
            }
            CheckoutEvent::ShowCancelled => self.show_cancelled = true,
            CheckoutEvent::RefundOwed { number, amount } => {
                assert_eq!(*number, self.refunds.len() as u32 + 1, "refunds are numbered in order");
                self.refunds.push(RefundLine::owed(*number, *amount));
            }
            CheckoutEvent::RefundPending { number, refund } => {
                self.line_mut(*number).state = RefundState::Pending(refund.clone());
            }
            CheckoutEvent::RefundSucceeded { number } => self.line_mut(*number).state = RefundState::Succeeded,
            CheckoutEvent::RefundFailed { number, .. } => {
                let line = self.line_mut(*number);
                line.failures += 1;
                line.state = RefundState::Owed;
            }
            CheckoutEvent::OperatorNeeded { refund: None, reason } => self.stuck = Some(reason.clone()),
            CheckoutEvent::OperatorNeeded { refund: Some(number), reason } => {
                let line = self.line_mut(*number);
                let tried = std::mem::replace(&mut line.state, RefundState::Owed);
                line.state = RefundState::Stuck(Box::new((tried, reason.clone())));
            }
            CheckoutEvent::RetryAsked => {
                self.stuck = None;
                self.refunds.iter_mut().for_each(RefundLine::unstick);
            }
        }
    }

    /// Whatever the checkout was stuck with, it is past that.
    fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.stuck = None;
    }

    fn line_mut(&mut self, number: u32) -> &mut RefundLine {
        let line = self.refunds.iter_mut().find(|line| line.number == number);
        line.expect("events name refunds that are owed")
    }

    fn expect_stage(&self, stages: &[Stage]) {
        assert!(stages.contains(&self.stage), "an event of {stages:?} in {:?}", self.stage);
    }
}
