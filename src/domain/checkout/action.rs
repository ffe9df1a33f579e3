//! What is to be done next, from the state alone.

use super::{Checkout, GatewayReference, RefundLine, RefundState, Stage};
use crate::domain::command::CommandId;
use crate::domain::ids::{BookingId, HoldId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;

/// The result of one is journalled before the next begins. Repeated after a crash it is the same effect: the keys and
/// ids are derived from the checkout.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Open {
        key: String,
        amount: Money,
    },
    /// Look whether the buyer has paid, now and then; extend the hold, or where it has its cap look a last time, at
    /// `due_at`.
    AwaitPayment {
        payment: GatewayReference,
        hold_id: HoldId,
        extend: Option<CommandId>,
        due_at: Timestamp,
    },
    Confirm {
        command: CommandId,
        hold_id: HoldId,
        booking_id: BookingId,
    },
    Retake {
        command: CommandId,
        hold_id: HoldId,
        equal_seats: bool,
    },
    Capture {
        key: String,
        payment: GatewayReference,
        amount: Money,
    },
    UndoBooking {
        command: CommandId,
        booking_id: BookingId,
    },
    Void {
        key: String,
        payment: GatewayReference,
        amount: Money,
    },
    Refund {
        key: String,
        payment: GatewayReference,
        number: u32,
        amount: Money,
        /// How often it was asked for anew after it had waited for an operator.
        retries: u32,
    },
    /// Look how the refund went that the provider took on.
    AwaitRefund {
        payment: GatewayReference,
        number: u32,
        refund: GatewayReference,
    },
}

/// An extension is asked for this long before the hold ends.
const EXTEND_BEFORE_SECONDS: i64 = 30;

impl Checkout {
    /// `None`: nothing, until an input comes. A refund that waits for an operator does not keep back the others.
    pub fn next(&self) -> Option<Action> {
        if self.stuck.is_some() {
            return None;
        }
        match self.stage {
            Stage::Opening => Some(Action::Open { key: self.key("authorise"), amount: self.total }),
            Stage::AwaitingPayment => Some(self.await_payment()),
            Stage::Confirming => Some(Action::Confirm {
                command: self.id.command("confirm", self.retakes.into()),
                hold_id: self.hold_id,
                booking_id: self.id.booking(),
            }),
            Stage::Retaking => Some(Action::Retake {
                command: self.id.command("retake", self.retakes.into()),
                hold_id: self.hold_id,
                equal_seats: self.equal_seats,
            }),
            Stage::Capturing => {
                Some(Action::Capture { key: self.key("capture"), payment: self.paid_with(), amount: self.total })
            }
            Stage::Undoing => {
                Some(Action::UndoBooking { command: self.id.command("undo", 0), booking_id: self.id.booking() })
            }
            Stage::Voiding => {
                Some(Action::Void { key: self.key("void"), payment: self.paid_with(), amount: self.total })
            }
            Stage::Completed | Stage::Ended => self.next_refund(),
        }
    }

    fn await_payment(&self) -> Action {
        let payment = self.paid_with();
        let before = if self.at_its_cap { 0 } else { EXTEND_BEFORE_SECONDS * 1_000_000 };
        let due_at = Timestamp::from_micros(self.expires_at.as_micros().saturating_sub(before));
        // Another extension is another command: told apart by the end that it starts from.
        let serial = (self.expires_at.as_micros() / 1_000) as u32;
        let extend = (!self.at_its_cap).then(|| self.id.command("extend", serial));
        Action::AwaitPayment { payment, hold_id: self.hold_id, extend, due_at }
    }

    /// What is owed comes first: a provider may take days over a refund, and that is to keep back no other.
    fn next_refund(&self) -> Option<Action> {
        let owed = self.refunds.iter().find_map(|line| match &line.state {
            RefundState::Owed => Some(Action::Refund {
                key: self.refund_key(line),
                payment: self.paid_with(),
                number: line.number,
                amount: line.amount,
                retries: line.retries,
            }),
            RefundState::Pending(_) | RefundState::Succeeded | RefundState::Stuck(_) => None,
        });
        let pending = || {
            self.refunds.iter().find_map(|line| match &line.state {
                RefundState::Pending(refund) => {
                    Some(Action::AwaitRefund { payment: self.paid_with(), number: line.number, refund: refund.clone() })
                }
                RefundState::Owed | RefundState::Succeeded | RefundState::Stuck(_) => None,
            })
        };
        owed.or_else(pending)
    }

    /// Of a refund's present try: the one that succeeded, is on its way, or is made next.
    pub(super) fn refund_key(&self, line: &RefundLine) -> String {
        format!("{}:refund:{}:{}", self.id, line.number, line.failures)
    }

    fn key(&self, step: &str) -> String {
        format!("{}:{step}", self.id)
    }

    fn paid_with(&self) -> GatewayReference {
        self.payment.clone().expect("a payment is opened before anything is done with it")
    }
}
