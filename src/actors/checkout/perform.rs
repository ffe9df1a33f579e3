//! Performing a checkout's next action. Each can be repeated: keys and ids are derived from the checkout.

use super::till::currency_of;
use super::{Inner, Step};
use crate::domain::Timestamp;
use crate::domain::checkout::{Action, Checkout, Input};
use crate::payments::{Reference, Refund, StepKey, WayToPay};

impl Inner {
    /// `way`: how the buyer pays, where the provider says so.
    pub(super) async fn perform(
        &self,
        checkout: &Checkout,
        action: &Action,
        now: Timestamp,
    ) -> (Step, Option<WayToPay>) {
        let step = match action {
            Action::Open { key, amount } => return self.open(checkout, key, *amount).await,
            Action::AwaitPayment { payment, hold_id, extend, due_at } => {
                let (seen, way) = self.look(checkout, payment).await;
                let step = match (seen, extend) {
                    (Step::Came(Input::Seen(sight)), Some(command)) if now >= *due_at && is_waiting(&sight) => {
                        self.extend(checkout, *command, *hold_id, now).await
                    }
                    (seen, _) => seen,
                };
                return (step, way);
            }
            Action::AwaitRefund { payment, .. } => self.look(checkout, payment).await.0,
            Action::Confirm { command, hold_id, booking_id } => {
                self.confirm(checkout, *command, *hold_id, *booking_id, now).await
            }
            Action::Retake { command, hold_id, equal_seats } => {
                self.retake(checkout, *command, *hold_id, *equal_seats, now).await
            }
            Action::Capture { key, payment, amount } => self.capture(checkout, key, payment, *amount).await,
            Action::UndoBooking { command, booking_id } => self.undo(checkout, *command, *booking_id, now).await,
            Action::Void { key, payment, amount } => self.void(checkout, key, payment, *amount).await,
            Action::Refund { key, payment, number, amount, retries } => {
                let refund = Refund {
                    key: StepKey(key.as_str().into()),
                    retries: *retries,
                    payment: Reference(payment.0.clone()),
                    amount: *amount,
                    currency: currency_of(checkout),
                };
                self.refund(checkout, *number, refund).await
            }
        };
        (step, None)
    }
}

fn is_waiting(sight: &crate::domain::checkout::Sight) -> bool {
    sight.paid == crate::domain::checkout::Paid::Waiting
}
