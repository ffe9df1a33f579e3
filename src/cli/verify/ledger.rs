//! The money, folded for the promise alone: what was captured is the price of tickets that are good, or has gone back,
//! or is on its way back.
//!
//! Deliberately written without the fold of `domain::checkout`: a bug there must not hide itself here.

use std::collections::BTreeMap;

use super::show_audit::ShowAudit;
use crate::domain::checkout::{CheckoutBegun, CheckoutEvent, CheckoutId};
use crate::domain::money::Money;
use crate::domain::{BookingId, ShowId};

#[derive(Default)]
pub struct Ledger {
    accounts: BTreeMap<CheckoutId, Account>,
    strays: Vec<String>,
}

#[derive(Default)]
struct Account {
    show: Option<ShowId>,
    booking: Option<BookingId>,
    captured: u128,
    captures: u32,
    /// Of the tickets that the checkout knows to be cancelled.
    cancelled: Vec<u16>,
    show_cancelled: bool,
    ended: bool,
    undone: bool,
    refunds: BTreeMap<u32, (Money, bool)>,
    wrong: Vec<String>,
}

/// One show's money, in minor units.
#[derive(Debug, Default, PartialEq)]
pub struct Standing {
    pub captured: u128,
    pub refunded: u128,
    pub refunds_under_way: u128,
    /// Of tickets that are good, as far as the checkouts know.
    pub live_tickets: u128,
}

impl Ledger {
    pub fn fold(&mut self, id: CheckoutId, event: &CheckoutEvent) {
        if let CheckoutEvent::CheckoutBegun(begun) = event {
            return self.begin(id, begun);
        }
        match self.accounts.get_mut(&id) {
            Some(account) => account.fold(event),
            None => self.strays.push(format!("checkout {id}: an event, but it never began")),
        }
    }

    /// What is wrong, and how each show stands.
    pub fn close(&self, shows: &BTreeMap<ShowId, ShowAudit>) -> (Vec<String>, BTreeMap<ShowId, Standing>) {
        let mut violations = self.strays.clone();
        let mut standings: BTreeMap<ShowId, Standing> = BTreeMap::new();
        let mut paid: BTreeMap<BookingId, CheckoutId> = BTreeMap::new();
        for (id, account) in &self.accounts {
            if let Some(booking) = account.booking.filter(|_| account.captured > 0)
                && let Some(other) = paid.insert(booking, *id)
            {
                violations.push(format!("checkouts {other} and {id} were both paid for booking {booking}"));
            }
            let of_checkout = |what: &String| format!("checkout {id}: {what}");
            violations.extend(account.wrong.iter().map(of_checkout));
            let Some((show_id, show)) = account.show.and_then(|show| Some((show, shows.get(&show)?))) else {
                violations.push(format!("checkout {id}: its show was never scheduled"));
                continue;
            };
            let standing = account.standing(show);
            violations.extend(account.violations(*id, show, &standing).iter().map(of_checkout));
            let all = standings.entry(show_id).or_default();
            all.captured += standing.captured;
            all.refunded += standing.refunded;
            all.refunds_under_way += standing.refunds_under_way;
            all.live_tickets += standing.live_tickets;
        }
        (violations, standings)
    }

    fn begin(&mut self, id: CheckoutId, begun: &CheckoutBegun) {
        let account = Account { show: Some(begun.show_id), ..Account::default() };
        if self.accounts.insert(id, account).is_some() {
            self.strays.push(format!("checkout {id}: it began twice"));
        }
    }
}

impl Account {
    fn fold(&mut self, event: &CheckoutEvent) {
        match event {
            CheckoutEvent::PaymentCaptured { amount } => {
                self.captured += u128::from(amount.minor());
                self.captures += 1;
                if self.captures > 1 {
                    self.wrong.push("captured twice".into());
                }
            }
            CheckoutEvent::SeatsConfirmed { booking_id } => {
                if self.booking.replace(*booking_id).is_some() {
                    self.wrong.push("it has two bookings".into());
                }
            }
            CheckoutEvent::BookingUndone => (self.booking, self.undone) = (None, true),
            CheckoutEvent::CheckoutEnded { .. } => self.ended = true,
            CheckoutEvent::TicketsCancelled { tickets } => self.cancelled.extend(tickets),
            CheckoutEvent::ShowCancelled => self.show_cancelled = true,
            CheckoutEvent::RefundOwed { number, amount } => {
                if self.refunds.insert(*number, (*amount, false)).is_some() {
                    self.wrong.push(format!("refund {number} is owed twice"));
                }
            }
            CheckoutEvent::RefundSucceeded { number } => match self.refunds.get_mut(number) {
                Some((_, done)) if !*done => *done = true,
                Some(_) => self.wrong.push(format!("refund {number} succeeded twice")),
                None => self.wrong.push(format!("refund {number} was never owed")),
            },
            // Also after a success: money that came back from the buyer's bank is owed again.
            CheckoutEvent::RefundFailed { number, .. } => match self.refunds.get_mut(number) {
                Some((_, done)) => *done = false,
                None => self.wrong.push(format!("refund {number} was never owed")),
            },
            CheckoutEvent::CheckoutBegun(_)
            | CheckoutEvent::PaymentOpened { .. }
            | CheckoutEvent::PaymentDeclined { .. }
            | CheckoutEvent::PaymentAuthorised
            | CheckoutEvent::HoldExtended { .. }
            | CheckoutEvent::HoldAtItsCap
            | CheckoutEvent::RetakeBegun { .. }
            | CheckoutEvent::SeatsRetaken { .. }
            | CheckoutEvent::CaptureRefused { .. }
            | CheckoutEvent::VoidBegun { .. }
            | CheckoutEvent::RefundPending { .. }
            | CheckoutEvent::OperatorNeeded { .. }
            | CheckoutEvent::RetryAsked => {}
        }
    }

    fn standing(&self, show: &ShowAudit) -> Standing {
        let of = |done: bool| {
            let refunds = self.refunds.values().filter(move |refund| refund.1 == done);
            refunds.map(|(amount, _)| u128::from(amount.minor())).sum()
        };
        let prices = self.booking.map(|booking| show.ticket_prices(booking)).unwrap_or_default();
        let live =
            prices.iter().zip(0..).filter(|(_, ticket)| !self.show_cancelled && !self.cancelled.contains(ticket));
        let live_tickets = live.map(|(price, _)| u128::from(price.minor())).sum();
        Standing { captured: self.captured, refunded: of(true), refunds_under_way: of(false), live_tickets }
    }

    fn violations(&self, id: CheckoutId, show: &ShowAudit, standing: &Standing) -> Vec<String> {
        let mut wrong = Vec::new();
        if (self.ended || self.undone) && show.has_good_tickets(id.booking()) {
            wrong.push(format!("it keeps no money, and tickets of its booking {} are good", id.booking()));
        }
        if let Some(booking) = self.booking {
            match show.bookings.get(&booking) {
                None => wrong.push(format!("its booking {booking} is not in the show's log")),
                Some(booked) => {
                    if let Some(ticket) = self.cancelled.iter().find(|ticket| !booked.cancelled.contains(ticket)) {
                        wrong.push(format!("ticket {ticket} of booking {booking} is refunded and still good"));
                    }
                }
            }
            if self.ended {
                wrong.push(format!("it ended without money, and booking {booking} is there"));
            }
        }
        let gone = standing.refunded + standing.refunds_under_way;
        let settled = self.ended || (self.booking.is_some() && self.captures > 0);
        let kept = if self.ended { 0 } else { standing.live_tickets };
        if gone > self.captured || (settled && self.captured != gone + kept) {
            wrong.push(format!(
                "captured {}, and that is not {kept} for live tickets, {} refunded and {} on its way",
                self.captured, standing.refunded, standing.refunds_under_way
            ));
        }
        wrong
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
