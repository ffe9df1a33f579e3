//! Refunds: asked for one after the other, tried again under a new key where one certainly failed, and after some
//! failures left to an operator. Never dropped.

use super::{Checkout, CheckoutEvent, GatewayReference, RefundAnswer, RefundSight, Sight};
use crate::domain::money::Money;

/// Certain failures before an operator has to look.
pub const REFUND_FAILURES_MAX: u32 = 5;

#[derive(Clone, Debug, PartialEq)]
pub struct RefundLine {
    pub number: u32,
    pub amount: Money,
    pub state: RefundState,
    pub failures: u32,
    /// How often it was asked for anew after it had waited for an operator.
    pub retries: u32,
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
        Self { number, amount, state: RefundState::Owed, failures: 0, retries: 0 }
    }

    pub fn is_stuck(&self) -> bool {
        matches!(self.state, RefundState::Stuck(_))
    }

    /// One that was pending is looked after again, not asked for again.
    pub(super) fn unstick(&mut self) {
        if let RefundState::Stuck(stuck) = &mut self.state {
            self.state = std::mem::replace(&mut stuck.0, RefundState::Owed);
            self.retries += 1;
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
    /// An answer to a try. What is said of a success in answer to an earlier try changes nothing: only a look does.
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
            RefundAnswer::Failed(reason) => refund_failed(line, reason),
        }
    }

    /// What a look says of each refund, once, however often the provider lists it.
    pub(super) fn refunds_seen(&self, sight: &Sight) -> Vec<CheckoutEvent> {
        self.refunds.iter().flat_map(|line| self.refund_seen(line, sight)).collect()
    }

    fn refund_seen(&self, line: &RefundLine, sight: &Sight) -> Vec<CheckoutEvent> {
        let key = self.refund_key(line);
        // One of another amount is not what was asked for, whatever its key says.
        let has_key = |seen: &RefundSight| seen.key.as_deref() == Some(key.as_str()) && seen.amount == line.amount;
        let is_it = |seen: &&RefundSight| line.is_called(&seen.refund) || has_key(seen);
        let answer = sight.refunds.iter().filter(is_it).map(|seen| &seen.answer).min_by_key(|answer| badness(answer));
        match (&line.state, answer) {
            // Money that had gone out has come back, as the bank of the buyer did not take it.
            (RefundState::Succeeded, Some(RefundAnswer::Failed(reason))) => refund_failed(line, reason),
            (RefundState::Succeeded, Some(RefundAnswer::Succeeded | RefundAnswer::Pending(_)) | None) => vec![],
            (RefundState::Owed | RefundState::Pending(_) | RefundState::Stuck(_), Some(answer)) => {
                self.refund_answered(line.number, answer)
            }
            (RefundState::Owed | RefundState::Pending(_) | RefundState::Stuck(_), None) => lost(line),
        }
    }
}

fn refund_failed(line: &RefundLine, reason: &str) -> Vec<CheckoutEvent> {
    let number = line.number;
    let failed = CheckoutEvent::RefundFailed { number, reason: reason.to_owned() };
    // An operator's retry is one try more, not five.
    let enough = line.failures + 1 >= REFUND_FAILURES_MAX;
    let needed = CheckoutEvent::OperatorNeeded { refund: Some(number), reason: reason.to_owned() };
    if enough { vec![failed, needed] } else { vec![failed] }
}

/// One that stands there twice has failed only where both say so: money must not go out twice.
fn badness(answer: &RefundAnswer) -> u8 {
    match answer {
        RefundAnswer::Succeeded => 0,
        RefundAnswer::Pending(_) => 1,
        RefundAnswer::Failed(_) => 2,
    }
}

/// One that the provider took on and does not know any more. It is not asked for again: somebody has to find out.
fn lost(line: &RefundLine) -> Vec<CheckoutEvent> {
    let RefundState::Pending(refund) = &line.state else { return vec![] };
    let reason = format!("the provider does not know the refund {} any more", refund.0);
    vec![CheckoutEvent::OperatorNeeded { refund: Some(line.number), reason }]
}
