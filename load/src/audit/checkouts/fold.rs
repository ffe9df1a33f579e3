//! One event of a checkout after the other.

use std::collections::HashSet;

use uuid::Uuid;

use super::state::reason;
use super::{Checkout, Mark, RefundLine, Stage, State};
use crate::audit::checkout_event::{CheckoutBegun, CheckoutEvent};
use crate::audit::journal::{Commit, Event};

/// `None`: the stream does not begin with a beginning.
pub fn fold(commits: &[&Commit]) -> Option<Checkout> {
    let first = commits.first()?;
    let Some(Event::Checkout(CheckoutEvent::CheckoutBegun(begun))) = first.events.first() else { return None };
    let command = first.commands.first().map_or_else(String::new, |command| command.id.clone());
    let mut fold = Fold::begin(begun, command);
    for (number, commit) in commits.iter().enumerate() {
        for event in commit.events.iter().skip(usize::from(number == 0)) {
            match event {
                Event::Checkout(event) => fold.event(event),
                Event::Show(_) | Event::Venue(_) => fold.problem("an event of something else is in its stream"),
            }
        }
        let mark = Mark { position: commit.position, time_us: commit.time_us, state: fold.state.clone() };
        fold.checkout.history.push(mark);
    }
    Some(fold.checkout)
}

struct Fold {
    checkout: Checkout,
    total: u64,
    state: State,
}

impl Fold {
    fn begin(begun: &CheckoutBegun, command: String) -> Self {
        let checkout = Checkout {
            show_id: begun.show_id,
            prices: begun.prices.clone(),
            holds: vec![begun.hold_id],
            as_good: HashSet::new(),
            command,
            history: Vec::new(),
            operators_needed: 0,
            problems: Vec::new(),
        };
        let total = checkout.total();
        // What costs nothing is paid for already.
        let (stage, captured) = if total == 0 { (Stage::Confirming, Some(0)) } else { (Stage::Opening, None) };
        let state = State {
            stage,
            declined: None,
            captured,
            booking_id: None,
            reason: None,
            refunds: Vec::new(),
            is_stuck: false,
            expires_at: begun.expires_at,
        };
        Self { checkout, total, state }
    }

    fn event(&mut self, event: &CheckoutEvent) {
        match event {
            CheckoutEvent::CheckoutBegun(_) => self.problem("it begins a second time"),
            CheckoutEvent::PaymentOpened(_) => self.go(Stage::AwaitingPayment),
            CheckoutEvent::PaymentDeclined { reason } => self.state.declined = Some(reason.clone()),
            CheckoutEvent::PaymentAuthorised => {
                self.state.declined = None;
                self.go(Stage::Confirming);
            }
            CheckoutEvent::PaymentCaptured { amount } => self.captured(*amount),
            CheckoutEvent::HoldExtended { expires_at } => self.state.expires_at = *expires_at,
            CheckoutEvent::HoldAtItsCap | CheckoutEvent::TicketsCancelled(_) | CheckoutEvent::ShowCancelled => {}
            CheckoutEvent::RetakeBegun { hold_id, equal_seats } => {
                self.checkout.holds.push(*hold_id);
                if *equal_seats {
                    self.checkout.as_good.insert(*hold_id);
                }
                self.go(Stage::Retaking);
            }
            CheckoutEvent::SeatsRetaken(_) => self.go(Stage::Confirming),
            CheckoutEvent::SeatsConfirmed { booking_id } => self.confirmed(*booking_id),
            CheckoutEvent::CaptureRefused(_) => self.go(Stage::Undoing),
            CheckoutEvent::BookingUndone => self.state.booking_id = None,
            CheckoutEvent::VoidBegun { why } => self.closed(Stage::Voiding, reason(why)),
            CheckoutEvent::CheckoutEnded { why } => self.closed(Stage::Ended, reason(why)),
            CheckoutEvent::RefundOwed { number, amount } => self.owed(*number, *amount),
            CheckoutEvent::RefundPending { number } => self.refund(*number, "pending"),
            CheckoutEvent::RefundSucceeded { number } => self.refund(*number, "succeeded"),
            CheckoutEvent::RefundFailed { number } => self.refund(*number, "owed"),
            CheckoutEvent::OperatorNeeded { refund } => {
                self.checkout.operators_needed += 1;
                match refund {
                    None => self.state.is_stuck = true,
                    Some(number) => self.refund(*number, "needs_operator"),
                }
            }
            CheckoutEvent::RetryAsked => {
                self.state.is_stuck = false;
                for refund in self.state.refunds.iter_mut().filter(|refund| refund.status == "needs_operator") {
                    refund.status = refund.before;
                }
            }
        }
    }

    fn captured(&mut self, amount: u64) {
        if self.state.captured.replace(amount).is_some() {
            self.problem("its payment is captured twice");
        }
        if amount != self.total {
            self.problem("another amount is captured than its tickets cost");
        }
        match self.state.stage {
            Stage::AwaitingPayment => self.go(Stage::Confirming),
            Stage::Capturing if amount >= self.total => self.go(Stage::Completed),
            Stage::Opening | Stage::Completed => self.problem("money comes when none is due"),
            Stage::Confirming | Stage::Retaking | Stage::Capturing | Stage::Undoing | Stage::Voiding | Stage::Ended => {
            }
        }
    }

    fn confirmed(&mut self, booking_id: Uuid) {
        if self.state.booking_id.replace(booking_id).is_some() {
            self.problem("it has a second booking");
        }
        let is_paid = self.state.captured.is_some_and(|captured| captured >= self.total);
        self.go(if is_paid { Stage::Completed } else { Stage::Capturing });
    }

    fn closed(&mut self, stage: Stage, reason: Option<&'static str>) {
        if self.state.booking_id.is_some() {
            self.problem("it is given up with a booking");
        }
        if reason.is_none() {
            self.problem("it is given up for a reason that is none");
        }
        self.state.reason = reason;
        self.go(stage);
    }

    fn owed(&mut self, number: u32, amount: u64) {
        if number as usize != self.state.refunds.len() + 1 {
            self.problem("its refunds are not numbered one after the other");
        }
        self.state.refunds.push(RefundLine { amount, status: "owed", before: "owed" });
        if self.state.refunds_total() > self.state.captured.unwrap_or(0) {
            self.problem("more is to be refunded than was captured");
        }
    }

    fn refund(&mut self, number: u32, status: &'static str) {
        let line = (number as usize).checked_sub(1).and_then(|index| self.state.refunds.get_mut(index));
        match line {
            None => self.problem("a refund is answered that nobody owes"),
            Some(line) if line.status == "succeeded" => self.problem("a refund is answered after it had succeeded"),
            Some(line) => {
                line.before = line.status;
                line.status = status;
            }
        }
    }

    /// Whatever waited for an operator is past that.
    fn go(&mut self, stage: Stage) {
        self.state.stage = stage;
        self.state.is_stuck = false;
    }

    fn problem(&mut self, what: &str) {
        self.checkout.problems.push(what.to_owned());
    }
}
