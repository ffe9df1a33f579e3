//! Checkouts, as far as somebody has to see to them: whether anything of each is open, and what has happened to its show
//! that it does not know yet. How each stands in detail is in its own log.

use serde::{Deserialize, Serialize};

use crate::domain::ShowId;
use crate::domain::checkout::{CheckoutBegun, CheckoutEvent};
use crate::domain::money::Money;

/// One checkout, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutView {
    pub show_id: ShowId,
    pub phase: Phase,
    total: Money,
    captured: Option<Money>,
    is_booked: bool,
    /// There will be no money for it: a booking, where there is one, is taken back whole.
    is_undone: bool,
    /// Numbers of the refunds that have not succeeded.
    refunds: Vec<u32>,
    pub unlearned: Unlearned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    UnderWay,
    Completed,
    Ended,
}

/// What the show's log says and the checkout's own does not say yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unlearned {
    /// 0-based places in the booking's order.
    pub tickets: Vec<u16>,
    pub show_cancelled: bool,
}

impl Unlearned {
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty() && !self.show_cancelled
    }
}

impl CheckoutView {
    pub fn begun(begun: &CheckoutBegun) -> Self {
        let total = begun.prices.iter().try_fold(Money::ZERO, |sum, price| sum.checked_add(*price));
        let total = total.expect("a checkout whose total cannot be counted is not begun");
        Self {
            show_id: begun.show_id,
            phase: Phase::UnderWay,
            total,
            captured: (total == Money::ZERO).then_some(Money::ZERO),
            is_booked: false,
            is_undone: false,
            refunds: Vec::new(),
            unlearned: Unlearned::default(),
        }
    }

    /// Somebody has something to do for it, be it an operator.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::UnderWay || !self.refunds.is_empty() || !self.unlearned.is_empty()
    }

    /// Tickets of its booking were cancelled.
    pub fn note_tickets_cancelled(&mut self, tickets: &[u16]) {
        if self.phase != Phase::Ended && !self.is_undone {
            self.unlearned.tickets.extend(tickets);
        }
    }

    /// Whether that concerns it: what has ended gives back all of it anyhow.
    pub fn note_show_cancelled(&mut self) -> bool {
        self.unlearned.show_cancelled = self.phase != Phase::Ended;
        self.unlearned.show_cancelled
    }

    pub fn fold(&mut self, event: &CheckoutEvent) {
        match event {
            CheckoutEvent::SeatsConfirmed { .. } => self.is_booked = true,
            CheckoutEvent::PaymentCaptured { amount } => self.captured = Some(*amount),
            CheckoutEvent::CaptureRefused { .. } | CheckoutEvent::VoidBegun { .. } => {
                self.is_undone = true;
                self.unlearned.tickets.clear();
            }
            CheckoutEvent::CheckoutEnded { .. } => {
                self.phase = Phase::Ended;
                self.unlearned = Unlearned::default();
            }
            CheckoutEvent::TicketsCancelled { tickets } => {
                self.unlearned.tickets.retain(|ticket| !tickets.contains(ticket));
            }
            CheckoutEvent::ShowCancelled => self.unlearned.show_cancelled = false,
            CheckoutEvent::RefundOwed { number, .. } => self.refunds.push(*number),
            CheckoutEvent::RefundSucceeded { number } => self.refunds.retain(|open| open != number),
            // It may have succeeded before.
            CheckoutEvent::RefundFailed { number, .. } if !self.refunds.contains(number) => self.refunds.push(*number),
            CheckoutEvent::CheckoutBegun(_)
            | CheckoutEvent::PaymentOpened { .. }
            | CheckoutEvent::PaymentDeclined { .. }
            | CheckoutEvent::PaymentAuthorised
            | CheckoutEvent::HoldExtended { .. }
            | CheckoutEvent::HoldAtItsCap
            | CheckoutEvent::RetakeBegun { .. }
            | CheckoutEvent::SeatsRetaken { .. }
            | CheckoutEvent::BookingUndone
            | CheckoutEvent::RefundPending { .. }
            | CheckoutEvent::RefundFailed { .. }
            | CheckoutEvent::OperatorNeeded { .. }
            | CheckoutEvent::RetryAsked => {}
        }
        let is_paid = self.captured.is_some_and(|captured| captured >= self.total);
        if self.phase == Phase::UnderWay && self.is_booked && is_paid && !self.is_undone {
            self.phase = Phase::Completed;
        }
    }
}
