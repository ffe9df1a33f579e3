//! Every input in every stage. What comes late, twice, or for nobody, changes nothing; that too is decided here, stage by
//! stage, and `ARCHITECTURE.md` has the table.

use super::{Action, Checkout, CheckoutEvent, CheckoutRefusal, Input, Stage};
use crate::domain::time::Timestamp;

impl Checkout {
    /// The events of this input, none where it changes nothing. Refused is only what somebody has asked for.
    pub fn decide(&self, input: &Input, now: Timestamp) -> Result<Vec<CheckoutEvent>, CheckoutRefusal> {
        let mut events = match input {
            Input::Opened { payment, paid } => self.opened(payment, *paid),
            Input::OpeningRefused { reason } => self.opening_refused(reason),
            Input::Seen(sight) => self.seen(sight, now),
            Input::HoldExtended { expires_at } => self.hold_extended(*expires_at),
            Input::ExtensionRefused(why) => self.extension_refused(*why),
            Input::Confirmed { booking_id } => self.confirmed(*booking_id),
            Input::ConfirmRefused(why) => self.confirm_refused(*why),
            Input::Retaken { seats } => self.retaken(seats),
            Input::RetakeRefused => self.retake_refused(),
            Input::Captured => self.captured_all(),
            Input::CaptureRefused { reason } => self.capture_refused(reason),
            Input::BookingUndone => self.booking_undone(),
            Input::Voided => self.voided(),
            Input::RefundAnswered { number, answer } => self.refund_answered(*number, answer),
            Input::TicketsCancelled { tickets } => self.tickets_cancelled(tickets),
            Input::ShowCancelled => self.show_was_cancelled(),
            Input::GaveUp { reason } => self.gave_up(reason),
            Input::RetryAsked if self.needs_operator() => vec![CheckoutEvent::RetryAsked],
            Input::RetryAsked => return Err(CheckoutRefusal::NothingToRetry),
        };
        if !events.is_empty() {
            let after = self.after(&events);
            events.extend(after.debt());
        }
        Ok(events)
    }

    /// The state with these events applied.
    pub(super) fn after(&self, events: &[CheckoutEvent]) -> Self {
        let mut after = self.clone();
        events.iter().for_each(|event| after.apply(event));
        after
    }

    fn tickets_cancelled(&self, tickets: &[u16]) -> Vec<CheckoutEvent> {
        let count = self.begun.prices.len() as u16;
        let fresh = |ticket: &&u16| **ticket < count && self.cancelled & (1 << **ticket) == 0;
        let mut tickets: Vec<u16> = tickets.iter().filter(fresh).copied().collect();
        tickets.sort_unstable();
        tickets.dedup();
        match self.stage {
            // The show's log may be read before the answer that there is a booking.
            Stage::Confirming | Stage::Capturing | Stage::Completed if !tickets.is_empty() => {
                vec![CheckoutEvent::TicketsCancelled { tickets }]
            }
            Stage::Confirming | Stage::Capturing | Stage::Completed => vec![],
            // All of it is given back anyhow, or there never was a booking.
            Stage::Opening
            | Stage::AwaitingPayment
            | Stage::Retaking
            | Stage::Undoing
            | Stage::Voiding
            | Stage::Ended => vec![],
        }
    }

    fn gave_up(&self, reason: &str) -> Vec<CheckoutEvent> {
        let refund = match self.next() {
            Some(Action::Refund { number, .. } | Action::AwaitRefund { number, .. }) => Some(number),
            // Waiting for a buyer is not failing; the provider is asked again, however long it is out of reach.
            Some(Action::AwaitPayment { .. }) | None => return vec![],
            Some(
                Action::Open { .. }
                | Action::Confirm { .. }
                | Action::Retake { .. }
                | Action::Capture { .. }
                | Action::UndoBooking { .. }
                | Action::Void { .. },
            ) => None,
        };
        vec![CheckoutEvent::OperatorNeeded { refund, reason: reason.to_owned() }]
    }
}
