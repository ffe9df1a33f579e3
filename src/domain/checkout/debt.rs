//! What must go back to the buyer: what was captured, less what is kept for tickets that are good, less what is on its
//! way already. One sum for all the reasons there are, so that it can never come to more than was captured.

use super::{Checkout, CheckoutEvent, Stage, sum};
use crate::domain::money::Money;

impl Checkout {
    /// The refund that is owed and not written down yet.
    pub(super) fn debt(&self) -> Option<CheckoutEvent> {
        let captured = self.captured?;
        let kept = match self.stage {
            Stage::Completed if self.show_cancelled => Money::ZERO,
            Stage::Completed => self.price_of_live_tickets(),
            Stage::Ended => Money::ZERO,
            // It is not decided yet whether there will be tickets.
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Confirming
            | Stage::Retaking
            | Stage::Capturing
            | Stage::Undoing
            | Stage::Voiding => return None,
        };
        let on_its_way = self.refunds_total();
        let amount = captured
            .checked_sub(kept)
            .and_then(|free| free.checked_sub(on_its_way))
            .expect("tickets are only ever cancelled, and a completed checkout has at least its total");
        let number = self.refunds.len() as u32 + 1;
        (amount > Money::ZERO).then_some(CheckoutEvent::RefundOwed { number, amount })
    }

    /// Owed, pending and done.
    pub fn refunds_total(&self) -> Money {
        sum(self.refunds.iter().map(|line| line.amount)).expect("refunds are parts of what was captured")
    }

    fn price_of_live_tickets(&self) -> Money {
        let live = self.begun.prices.iter().enumerate().filter(|(ticket, _)| self.cancelled & (1 << ticket) == 0);
        sum(live.map(|(_, price)| *price)).expect("it is a part of the total")
    }
}
