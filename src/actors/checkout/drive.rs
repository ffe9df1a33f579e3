//! Driving one checkout: an action, what came of it written down, the next action, until it rests.

use std::sync::Arc;

use tokio::time::Instant;

use super::faults::CheckoutCrashMode;
use super::log::Written;
use super::report::reason;
use super::row::Row;
use super::turn::Turn;
use super::{Inner, Step};
use crate::domain::CheckoutId;
use crate::domain::Timestamp;
use crate::domain::checkout::{Action, CheckoutEvent, GatewayReference, Input};

/// What came of telling a checkout something.
#[derive(PartialEq)]
enum Learned {
    Something,
    Nothing,
    /// It is not certain what is durable, so the row is made again from the log.
    Lost,
}

impl Inner {
    /// Ends when the row rests, or belongs to another.
    pub(super) async fn drive(self: &Arc<Self>, life: u64, id: CheckoutId) {
        loop {
            let now = self.now();
            let Some(turn) = self.next_turn(life, id, now) else { return };
            let went_on = match turn {
                Turn::Learn(written, input) => self.hear(life, &written, &input, now).await,
                Turn::Look(written, payment, unseen) => self.look_now(life, &written, &payment, unseen, now).await,
                Turn::Perform(written, action) => self.act(life, &written, &action, now).await,
            };
            if !went_on {
                return;
            }
        }
    }

    /// Whether the drive goes on. What was not learned for certain stays in the row, for the drive after this one.
    async fn hear(self: &Arc<Self>, life: u64, written: &Written, input: &Input, now: Timestamp) -> bool {
        if self.learn(life, written, input, now).await == Learned::Lost {
            return false;
        }
        self.table().change(life, written.state.id(), |row| row.inbox.retain(|waiting| waiting != input));
        true
    }

    /// Whether the drive goes on. A message is looked after until somebody has seen what it was about.
    async fn look_now(
        self: &Arc<Self>,
        life: u64,
        written: &Written,
        payment: &GatewayReference,
        unseen: u32,
        now: Timestamp,
    ) -> bool {
        let id = written.state.id();
        let (step, _) = self.look(&written.state, payment).await;
        self.faults.strike(CheckoutCrashMode::DriveAfterAction);
        let (reason, is_hopeless) = match step {
            Step::Came(input) => {
                if self.learn(life, written, &input, now).await == Learned::Lost {
                    return false;
                }
                self.table().change(life, id, |row| {
                    row.unseen = row.unseen.saturating_sub(unseen);
                    row.note_progress();
                });
                return true;
            }
            Step::Failed(reason) | Step::Unknown(reason) => (reason, false),
            Step::Hopeless(reason) => (reason, true),
        };
        self.table().change(life, id, |row| row.is_hopeless = is_hopeless);
        self.try_again_later(life, id, reason)
    }

    fn next_turn(&self, life: u64, id: CheckoutId, now: Timestamp) -> Option<Turn> {
        let mut table = self.table();
        if table.life != life {
            return None;
        }
        let before = (table.next_look(), table.next_retry());
        let turn = table.next_turn(id, now, Instant::now(), |polls| self.options.poll_after_seconds(polls));
        if (table.next_look(), table.next_retry()) != before {
            self.sooner.notify_one();
        }
        turn
    }

    /// Whether the drive goes on.
    async fn act(self: &Arc<Self>, life: u64, written: &Written, action: &Action, now: Timestamp) -> bool {
        let id = written.state.id();
        let (step, way) = self.perform(&written.state, action, now).await;
        self.faults.strike(CheckoutCrashMode::DriveAfterAction);
        let is_waiting = matches!(action, Action::AwaitPayment { .. } | Action::AwaitRefund { .. });
        let is_unknown = matches!(step, Step::Unknown(_));
        if way.is_some() {
            self.table().change(life, id, |row| row.way = way);
        }
        let (reason, is_hopeless) = match step {
            Step::Came(input) => match self.learn(life, written, &input, now).await {
                Learned::Something => return true,
                Learned::Lost => return false,
                Learned::Nothing if is_waiting => {
                    self.table().change(life, id, |row| {
                        row.polls += 1;
                        row.note_progress();
                    });
                    return true;
                }
                Learned::Nothing => ("the answer changes nothing".to_owned(), false),
            },
            Step::Failed(reason) | Step::Unknown(reason) => (reason, false),
            Step::Hopeless(reason) => (reason, true),
        };
        if is_hopeless || self.is_given_up(life, id, action, is_unknown) {
            match self.learn(life, written, &Input::GaveUp { reason: reason.clone() }, now).await {
                Learned::Something => return true,
                Learned::Lost => return false,
                // Who waits for a buyer has not failed, as far as the log goes: it goes on as soon as that is cured.
                Learned::Nothing => {}
            }
        }
        self.table().change(life, id, |row| row.is_hopeless = is_hopeless);
        self.try_again_later(life, id, reason)
    }

    /// A refund that went too often without a certain answer is a person's to look at. While its provider cannot be
    /// reached at all it waits, however long that takes.
    fn is_given_up(&self, life: u64, id: CheckoutId, action: &Action, is_unknown: bool) -> bool {
        let mut unknowns = 0;
        self.table().change(life, id, |row| {
            row.unknowns = row.unknowns.saturating_add(u16::from(is_unknown));
            unknowns = row.unknowns.into();
        });
        is_unknown && matches!(action, Action::Refund { .. }) && unknowns >= self.options.refund_tries_max
    }

    /// Whether the drive goes on.
    fn try_again_later(&self, life: u64, id: CheckoutId, reason: String) -> bool {
        let mut failures = 0;
        self.table().change(life, id, |row| {
            row.failures += 1;
            row.look = true;
            failures = row.failures;
            row.trouble = Some(reason.clone());
        });
        if failures == 1 || failures.is_power_of_two() {
            tracing::warn!(checkout = %id, failures, reason, "a step of a checkout failed; it is tried again");
        }
        let goes_on = self.table().rest_until(life, id, Instant::now() + self.options.retry_after(failures));
        self.sooner.notify_one();
        goes_on
    }

    /// Where it waits for an operator now, it waits for nothing else.
    fn refund_failed(&self, row: &mut Row, number: u32, reason: &str) {
        let checkout = &row.written.state;
        let line = checkout.refunds().iter().find(|line| line.number == number && !line.is_stuck());
        let Some(failures) = line.map(|line| line.failures) else { return };
        let after = self.options.refund_again_after(failures);
        let id = checkout.id();
        tracing::warn!(checkout = %id, refund = number, failures, reason, ?after, "a refund failed; it is asked for again");
        row.note_refund_failed(reason, Instant::now() + after);
    }

    /// Writes down what follows from an input, and then believes it.
    async fn learn(self: &Arc<Self>, life: u64, written: &Written, input: &Input, now: Timestamp) -> Learned {
        let id = written.state.id();
        let events = match written.state.decide(input, now) {
            Ok(events) if events.is_empty() => return Learned::Nothing,
            Ok(events) => events,
            // Whoever asked has looked before; meanwhile it was done.
            Err(_) => return Learned::Nothing,
        };
        let failed_refund = events.iter().find_map(|event| match event {
            CheckoutEvent::RefundFailed { number, reason } => Some((*number, reason.clone())),
            _ => None,
        });
        match self.log.append(written, events, now).await {
            Ok(after) => {
                self.faults.strike(CheckoutCrashMode::DriveAfterAppend);
                if after.state.needs_operator() && !written.state.needs_operator() {
                    let (show, reason) = (after.state.begun().show_id, reason(&after.state));
                    tracing::error!(
                        checkout = %id, %show, reason,
                        "money waits for an operator: POST /v1/ops/checkouts/{{checkout_id}}/retry has it tried again"
                    );
                }
                self.table().change(life, id, |row| {
                    if after.state.stage() != row.written.state.stage() {
                        (row.polls, row.stuck_retries) = (0, 0);
                    }
                    row.written = after;
                    row.note_progress();
                    if let Some((number, reason)) = failed_refund {
                        self.refund_failed(row, number, &reason);
                    }
                });
                Learned::Something
            }
            Err(error) => {
                tracing::warn!(checkout = %id, %error, "what a checkout has learned may not be written; its log is read again");
                self.fetch(life, id).await;
                Learned::Lost
            }
        }
    }
}
