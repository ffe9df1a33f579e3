//! Refunds: asked for one after the other, tried again under a new key where one certainly failed, and after some
//! failures left to an operator. Never dropped.

use super::{Checkout, CheckoutEvent, GatewayReference, RefundAnswer, Sight};
use crate::domain::money::Money;

/// Certain failures before an operator has to look.
pub const REFUND_FAILURES_MAX: u32 = 5;

#[derive(Clone, Debug, PartialEq)]
pub struct RefundLine {
    pub number: u32,
    pub amount: Money,
    pub state: RefundState,
    pub failures: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RefundState {
    Owed,
    Pending(GatewayReference),
    Succeeded,
    /// What it was before, and why it waits for an operator.
    Stuck(Box<(RefundState, String)>),
}

impl RefundLine {
    pub(super) fn owed(number: u32, amount: Money) -> Self {
        Self { number, amount, state: RefundState::Owed, failures: 0 }
    }

    pub fn is_stuck(&self) -> bool {
        matches!(self.state, RefundState::Stuck(_))
    }

    /// One that was pending is looked after again, not asked for again.
    pub(super) fn unstick(&mut self) {
        if let RefundState::Stuck(stuck) = &mut self.state {
            self.state = std::mem::replace(&mut stuck.0, RefundState::Owed);
        }
    }

    fn is_under_way(&self) -> bool {
        match self.state {
            RefundState::Owed | RefundState::Pending(_) | RefundState::Stuck(_) => true,
            RefundState::Succeeded => false,
        }
    }

    fn is_pending(&self) -> bool {
        match &self.state {
            RefundState::Pending(_) => true,
            RefundState::Stuck(stuck) => matches!(stuck.0, RefundState::Pending(_)),
            RefundState::Owed | RefundState::Succeeded => false,
        }
    }

    fn is_called(&self, refund: &GatewayReference) -> bool {
        match &self.state {
            RefundState::Pending(reference) => reference == refund,
            RefundState::Stuck(stuck) => matches!(&stuck.0, RefundState::Pending(reference) if reference == refund),
            RefundState::Owed | RefundState::Succeeded => false,
        }
    }
}

impl Checkout {
    /// A success is final: whatever is said of it later changes nothing.
    pub(super) fn refund_answered(&self, number: u32, answer: &RefundAnswer) -> Vec<CheckoutEvent> {
        let Some(line) = self.refunds.iter().find(|line| line.number == number && line.is_under_way()) else {
            return vec![];
        };
        match answer {
            RefundAnswer::Succeeded => vec![CheckoutEvent::RefundSucceeded { number }],
            RefundAnswer::Pending(_) if line.is_pending() => vec![],
            RefundAnswer::Pending(refund) => vec![CheckoutEvent::RefundPending { number, refund: refund.clone() }],
            // Of an earlier try: an operator has been called already.
            RefundAnswer::Failed(_) if line.is_stuck() && !line.is_pending() => vec![],
            RefundAnswer::Failed(reason) => {
                let failed = CheckoutEvent::RefundFailed { number, reason: reason.clone() };
                // An operator's retry is one try more, not five.
                let enough = line.failures + 1 >= REFUND_FAILURES_MAX;
                let needed = CheckoutEvent::OperatorNeeded { refund: Some(number), reason: reason.clone() };
                if enough { vec![failed, needed] } else { vec![failed] }
            }
        }
    }

    /// Only refunds that the provider took on are looked for: what was asked for is answered to who asked.
    pub(super) fn refunds_seen(&self, sight: &Sight) -> Vec<CheckoutEvent> {
        let known = sight.refunds.iter().filter_map(|(refund, answer)| {
            let line = self.refunds.iter().find(|line| line.is_called(refund))?;
            Some(self.refund_answered(line.number, answer))
        });
        let mut events: Vec<CheckoutEvent> = known.flatten().collect();
        events.extend(self.refunds.iter().filter_map(|line| lost(line, sight)));
        events
    }
}

/// One that the provider took on and does not know any more. It is not asked for again: somebody has to find out.
fn lost(line: &RefundLine, sight: &Sight) -> Option<CheckoutEvent> {
    let RefundState::Pending(refund) = &line.state else { return None };
    let is_known = sight.refunds.iter().any(|(known, _)| known == refund);
    let reason = format!("the provider does not know the refund {} any more", refund.0);
    (!is_known).then_some(CheckoutEvent::OperatorNeeded { refund: Some(line.number), reason })
}
