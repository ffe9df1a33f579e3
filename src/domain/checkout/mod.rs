//! One checkout: a hold, its payment and the booking that comes of them, as a fold of its events.
//!
//! [`Checkout::decide`] answers every input in every stage with events; [`Checkout::next`] says from the state alone
//! what is to be done now, so a restart at any point goes on where the log ends. Authorise, then confirm the seats, then
//! capture: what can fail without harm comes first. Performing, pacing and asking the provider are not here.

mod action;
mod apply;
mod capture;
mod debt;
mod decide;
pub mod event;
mod ids;
pub mod input;
mod payment;
mod refund;
mod seats;
mod stage;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use thiserror::Error;

pub use action::Action;
pub use event::{CheckoutBegun, CheckoutEvent, EndReason, GatewayReference, NoSeats};
pub use ids::CheckoutId;
pub use input::{Input, Paid, RefundAnswer, RefundSight, Sight};
pub use refund::{RefundLine, RefundState};
pub use stage::Stage;

use super::ids::{BookingId, HoldId};
use super::money::Money;
use super::time::Timestamp;

/// A checkout has at most as many tickets as a hold, so their cancellations are bits.
pub const TICKETS_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub struct Checkout {
    id: CheckoutId,
    begun: Arc<CheckoutBegun>,
    total: Money,
    stage: Stage,
    payment: Option<GatewayReference>,
    declined: Option<String>,
    captured: Option<Money>,
    /// The one that is confirmed next: the first, or one that was taken after it had expired.
    hold_id: HoldId,
    expires_at: Timestamp,
    at_its_cap: bool,
    retakes: u8,
    equal_seats: bool,
    booking_id: Option<BookingId>,
    why: Option<EndReason>,
    cancelled: u64,
    show_cancelled: bool,
    refunds: Vec<RefundLine>,
    stuck: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Error)]
pub enum CheckoutRefusal {
    #[error("the tickets cost more than can be counted")]
    AmountTooLarge,
    #[error("a checkout has one price for each of at most {TICKETS_MAX} tickets")]
    PricesDoNotFit,
    #[error("nothing of this checkout waits for an operator")]
    NothingToRetry,
}

impl Checkout {
    /// Whether this can be begun at all; and the first event if so.
    pub fn begin(begun: CheckoutBegun) -> Result<CheckoutEvent, CheckoutRefusal> {
        let standing: u64 = begun.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
        let tickets = begun.seats.len() as u64 + standing;
        if tickets != begun.prices.len() as u64 || begun.prices.is_empty() || begun.prices.len() > TICKETS_MAX {
            return Err(CheckoutRefusal::PricesDoNotFit);
        }
        sum(begun.prices.iter().copied()).ok_or(CheckoutRefusal::AmountTooLarge)?;
        Ok(CheckoutEvent::CheckoutBegun(Box::new(begun)))
    }

    /// After its first event. What costs nothing is paid for already.
    pub fn of(id: CheckoutId, begun: Arc<CheckoutBegun>) -> Self {
        let total = sum(begun.prices.iter().copied()).expect("`begin` refuses what cannot be counted");
        let free = total == Money::ZERO;
        Self {
            id,
            total,
            stage: if free { Stage::Confirming } else { Stage::Opening },
            payment: None,
            declined: None,
            captured: free.then_some(Money::ZERO),
            hold_id: begun.hold_id,
            expires_at: begun.expires_at,
            at_its_cap: false,
            retakes: 0,
            equal_seats: false,
            booking_id: None,
            why: None,
            cancelled: 0,
            show_cancelled: false,
            refunds: Vec::new(),
            stuck: None,
            begun,
        }
    }

    pub fn id(&self) -> CheckoutId {
        self.id
    }

    pub fn begun(&self) -> &CheckoutBegun {
        &self.begun
    }

    pub fn total(&self) -> Money {
        self.total
    }

    pub fn stage(&self) -> Stage {
        self.stage
    }

    pub fn payment(&self) -> Option<&GatewayReference> {
        self.payment.as_ref()
    }

    /// Why the last try to pay failed.
    pub fn declined(&self) -> Option<&str> {
        self.declined.as_deref()
    }

    pub fn captured(&self) -> Option<Money> {
        self.captured
    }

    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    pub fn booking_id(&self) -> Option<BookingId> {
        self.booking_id
    }

    pub fn why(&self) -> Option<EndReason> {
        self.why
    }

    pub fn refunds(&self) -> &[RefundLine] {
        &self.refunds
    }

    /// Why its own step waits for an operator.
    pub fn stuck(&self) -> Option<&str> {
        self.stuck.as_deref()
    }

    /// Whether a hold may have no other checkout because of this one.
    pub fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Completed | Stage::Ended)
    }

    /// Whether something waits for an operator.
    pub fn needs_operator(&self) -> bool {
        self.stuck.is_some() || self.refunds.iter().any(RefundLine::is_stuck)
    }
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
    amounts.into_iter().try_fold(Money::ZERO, Money::checked_add)
}
