//! The way to a show's actor and back: asked again of the next incarnation when one dies underneath the question.
//!
//! Permits, and what becomes of an answer, are the business of whoever asks.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::{Directory, Entry, Life};
use crate::actors::SendError;
use crate::actors::show_actor::{Answer, Decide, Look, Recall, ShowAddress};
use crate::domain::{BookingId, Command, HoldId};
use crate::journal::Incarnation;

/// What an actor is asked.
#[derive(Clone, Copy)]
pub(super) enum Question<'c> {
    Decide(&'c Arc<Command>),
    /// Whether it was decided before, and no more.
    Recall(&'c Arc<Command>),
    Look {
        hold_id: HoldId,
        booking_id: BookingId,
    },
}

impl Directory {
    /// Over crashes, until the deadline. Afterwards `entry` is the one whose actor has answered.
    pub(super) async fn ask(
        &self,
        entry: &mut Arc<Entry>,
        question: Question<'_>,
        deadline: Instant,
    ) -> Result<(Incarnation, Answer), SendError> {
        let mut dead: Option<Incarnation> = None;
        loop {
            let (incarnation, address) = match entry.awake_after(dead, deadline).await {
                Err(SendError::OutcomeUnknown) if matches!(entry.life(), Life::Asleep) => {
                    *entry = self.next_entry(entry, question)?;
                    continue;
                }
                found => found?,
            };
            let (reply, answer) = oneshot::channel();
            self.put(question, reply, entry, &address)?;
            match timeout_at(deadline, answer).await {
                Ok(Ok(answer)) => return Ok((incarnation, answer)),
                // The actor died, or sleeps: the next one is asked, under the same id.
                Ok(Err(_)) => {
                    question.note_death(entry, incarnation);
                    dead = Some(incarnation);
                }
                Err(_) => return Err(SendError::OutcomeUnknown),
            }
        }
    }

    fn put(
        &self,
        question: Question<'_>,
        reply: oneshot::Sender<Answer>,
        entry: &Entry,
        address: &ShowAddress,
    ) -> Result<(), SendError> {
        match question {
            // Not before the next incarnation lives: only then is the death of the last one laid to a command.
            Question::Decide(command) if entry.is_quarantined(command.id) => return Err(SendError::CommandQuarantined),
            Question::Decide(command) => address.hand_in(Decide { command: command.clone(), reply }),
            Question::Recall(command) => address.mailbox.do_send(Recall(Decide { command: command.clone(), reply })),
            Question::Look { hold_id, booking_id } => {
                address.mailbox.do_send(Look { now: self.now(), hold_id, booking_id, reply });
            }
        }
        Ok(())
    }

    /// A show that fell asleep between being found and being asked. One without events is made by commands only.
    fn next_entry(&self, asleep: &Arc<Entry>, question: Question<'_>) -> Result<Arc<Entry>, SendError> {
        self.forget(asleep);
        match (&asleep.new_in, question) {
            (Some(plan), Question::Decide(_)) => Ok(self.wake(asleep.show_id, Some(plan.clone()))),
            (None, _) | (_, Question::Recall(_) | Question::Look { .. }) => {
                self.entry(asleep.show_id).ok_or(SendError::ShowNotFound)
            }
        }
    }
}

impl Question<'_> {
    fn note_death(self, entry: &Entry, incarnation: Incarnation) {
        if let Self::Decide(command) = self {
            tracing::debug!(show = %entry.show_id, command = %format_args!("{:032x}", command.id.0), incarnation = incarnation.0, "the actor has gone with a command, which waits for the next");
        }
    }
}
