//! What a drive is to do next with its row: learn what waits there, look where there is something to see, perform what
//! follows from the log, or let it rest.

use std::time::Duration;

use tokio::time::Instant;

use super::log::Written;
use super::options::stuck_retry_after;
use super::table::Table;
use crate::domain::checkout::{Action, GatewayReference, Input};
use crate::domain::{CheckoutId, Timestamp};

pub enum Turn {
    Learn(Written, Input),
    /// At the provider, before anything else is done: so many messages said that there is something to see.
    Look(Written, GatewayReference, u32),
    Perform(Written, Action),
}

impl Table {
    /// `None`: nothing; the row rests until something comes or is due.
    pub fn next_turn(
        &mut self,
        id: CheckoutId,
        now: Timestamp,
        instant: Instant,
        poll_after_seconds: impl Fn(u32) -> u32,
    ) -> Option<Turn> {
        let row = self.rows.get(&id)?;
        let written = row.written.clone();
        if let Some(input) = row.inbox.first() {
            return Some(Turn::Learn(written, input.clone()));
        }
        let waits_until = row.retry_at.filter(|at| *at > instant);
        // What it has been told meanwhile is no reason to try the step that failed any sooner, unless it got further by it.
        if row.failures > 0 && waits_until.is_some() {
            self.rest(id, None);
            return None;
        }
        let unseen = row.unseen;
        self.set_retry(id, None);
        if unseen > 0
            && let Some(payment) = written.state.payment().cloned()
        {
            return Some(Turn::Look(written, payment, unseen));
        }
        match written.state.next() {
            None => {
                if written.state.stuck().is_some() {
                    let retry_at = waits_until.unwrap_or_else(|| self.stuck_until(id, instant));
                    self.set_retry(id, Some(retry_at));
                }
                self.rest(id, None);
                None
            }
            Some(action @ Action::AwaitPayment { due_at, .. }) => {
                let looks = self.looks_or_rests(id, now, Some(due_at), poll_after_seconds);
                looks.then_some(Turn::Perform(written, action))
            }
            Some(action @ Action::AwaitRefund { .. }) => {
                let looks = self.looks_or_rests(id, now, None, poll_after_seconds);
                looks.then_some(Turn::Perform(written, action))
            }
            Some(action @ Action::Refund { .. }) => {
                let asks = self.asks_again_or_rests(id, instant);
                asks.then_some(Turn::Perform(written, action))
            }
            Some(
                action @ (Action::Open { .. }
                | Action::Confirm { .. }
                | Action::Retake { .. }
                | Action::Capture { .. }
                | Action::UndoBooking { .. }
                | Action::Void { .. }),
            ) => Some(Turn::Perform(written, action)),
        }
    }

    /// When what waits for an operator is tried again by itself.
    fn stuck_until(&self, id: CheckoutId, instant: Instant) -> Instant {
        let after = stuck_retry_after(self.rows.get(&id).map_or(0, |row| row.stuck_retries.into()));
        instant + after + share(id, after)
    }

    /// Whether it is time to look at the provider.
    fn looks_or_rests(
        &mut self,
        id: CheckoutId,
        now: Timestamp,
        due_at: Option<Timestamp>,
        poll_after_seconds: impl Fn(u32) -> u32,
    ) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        let is_due = row.polls == 0 && due_at.is_some_and(|due_at| due_at <= now);
        if std::mem::take(&mut row.look) || is_due {
            return true;
        }
        let poll_at = spread(id, now, poll_after_seconds(row.polls));
        self.rest(id, Some(due_at.filter(|due_at| *due_at > now).map_or(poll_at, |due_at| poll_at.min(due_at))));
        false
    }

    /// Whether it is time for a refund that failed, if one did.
    fn asks_again_or_rests(&mut self, id: CheckoutId, instant: Instant) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        row.refund_at = row.refund_at.filter(|at| *at > instant);
        let Some(again_at) = row.refund_at else { return true };
        self.set_retry(id, Some(again_at));
        self.rest(id, None);
        false
    }
}

/// Up to all of it, by its id: what was stuck by one outage is not all tried at once.
fn share(id: CheckoutId, after: Duration) -> Duration {
    after * (id.0.as_u128() & 0xFF) as u32 / 256
}

/// After so many seconds or up to twice as many, by its id: those that a restart finds are not all looked at at once.
fn spread(id: CheckoutId, now: Timestamp, seconds: u32) -> Timestamp {
    let micros = i64::from(seconds) * 1_000_000;
    let share = (id.0.as_u128() & 0xFF) as i64;
    Timestamp::from_micros(now.as_micros().saturating_add(micros + micros * share / 256))
}
