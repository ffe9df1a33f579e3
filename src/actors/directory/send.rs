//! The way of one command: a permit, an answer, and what becomes of it. How it gets to an actor is in `ask`.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::ask::Question;
use super::{Directory, Entry};
use crate::actors::backstage::Backstage;
use crate::actors::permits::Permit;
use crate::actors::receipt::Settled;
use crate::actors::show_actor::Answer;
use crate::actors::stream_log::StreamLog;
use crate::actors::tally::command_index;
use crate::actors::{Receipt, SendError};
use crate::domain::{Action, Command, ShowId, StreamId};
use crate::journal::{Health, Record, Version};
use crate::store::StoreError;

/// Which permits a command needs. People who hold seats, or have paid for them, have some of their own, so that they can
/// finish however long the queue at the front is.
#[derive(Clone, Copy)]
pub(super) enum Door {
    Front,
    Finish,
}

impl Door {
    fn of(action: &Action) -> Self {
        if action.finishes_a_sale() { Self::Finish } else { Self::Front }
    }
}

impl Directory {
    /// Brings a command to its show and waits for the answer, over crashes, until the deadline.
    pub async fn send(&self, show: ShowId, command: Command) -> Result<Receipt, SendError> {
        let door = Door::of(&command.action);
        self.send_by(door, show, command).await
    }

    /// The same for whoever has paid, whatever the command.
    pub async fn send_to_finish(&self, show: ShowId, command: Command) -> Result<Receipt, SendError> {
        self.send_by(Door::Finish, show, command).await
    }

    async fn send_by(&self, door: Door, show: ShowId, command: Command) -> Result<Receipt, SendError> {
        let kind = command_index(&command.action);
        let outcome = self.send_on(door, show, command).await;
        self.0.backstage.tally.command(kind, outcome.as_ref().map(|_| ()));
        outcome
    }

    async fn send_on(&self, door: Door, show: ShowId, command: Command) -> Result<Receipt, SendError> {
        self.begin()?;
        let entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
        self.send_to(entry, door, command).await
    }

    /// What cannot be written is not begun.
    pub(super) fn begin(&self) -> Result<(), SendError> {
        if self.0.backstage.journal.is_writable() {
            return Ok(());
        }
        match &*self.0.journal_health.borrow() {
            Health::Writable => Ok(()),
            Health::Unavailable { reason } => Err(SendError::JournalUnavailable(reason.clone())),
        }
    }

    pub(super) async fn send_to(
        &self,
        mut entry: Arc<Entry>,
        door: Door,
        command: Command,
    ) -> Result<Receipt, SendError> {
        let deadline = Instant::now() + self.0.backstage.limits.command_deadline;
        let _permits = self.permits(&entry, door)?;
        let command = Arc::new(command);
        let (incarnation, answer) = self.ask(&mut entry, Question::Decide(&command), deadline).await?;
        match answer {
            Answer::Accepted(receipt) => {
                let (position, version) = (receipt.position(), receipt.version());
                tracing::debug!(show = %entry.show_id, command = %format_args!("{:032x}", command.id.0), incarnation = incarnation.0, %position, version, "a command was accepted");
                Ok(receipt)
            }
            Answer::Refused(refusal) => Err(SendError::Refused(refusal)),
            // In a box, so that all the others need not carry the room for it.
            Answer::Repeated(version) => Box::pin(self.read_back(&entry, &command, version, deadline)).await,
            Answer::Seen(_) | Answer::Unheard => unreachable!("a command was sent, not a question"),
        }
    }

    pub(super) fn permits(&self, entry: &Arc<Entry>, door: Door) -> Result<(Permit, Permit), SendError> {
        let (all, show) = match door {
            Door::Finish => (&self.0.finish_permits, &entry.finish_permits),
            Door::Front => (&self.0.permits, &entry.permits),
        };
        let of_show = show.try_take().ok_or(SendError::Overloaded)?;
        Ok((all.try_take().ok_or(SendError::Overloaded)?, of_show))
    }

    /// The first answer again: from the commit that the command became.
    pub(super) async fn read_back(
        &self,
        entry: &Entry,
        command: &Command,
        version: Version,
        deadline: Instant,
    ) -> Result<Receipt, SendError> {
        let stream = StreamId::from(entry.show_id);
        let record = self.durable(stream, version, deadline).await?;
        let first = self.durable(stream, 1, deadline).await?;
        let slot = record.commit.commands.iter().position(|of| of.id == command.id).ok_or(SendError::OutcomeUnknown)?;
        let terms = super::schedule::terms_of(&first).ok_or(SendError::OutcomeUnknown)?;
        let venue = self.0.backstage.venues.get(terms.venue_id).await?.ok_or(SendError::VenueNotFound)?;
        let settled = Settled { record, terms: terms.into(), plan: venue.plan.clone() };
        Ok(Receipt { settled: Arc::new(settled), slot, is_repeated: true })
    }

    /// A commit that was acknowledged.
    async fn durable(&self, stream: StreamId, version: Version, deadline: Instant) -> Result<Record, SendError> {
        let Backstage { store, journal, .. } = &*self.0.backstage;
        // Who repeats a command has mostly waited for a while.
        if let Ok(Some(record)) = store.commit_at(stream, version) {
            return Ok(record);
        }
        let head = journal.head(stream).ok_or(SendError::ShowNotFound)?;
        let log = timeout_at(deadline, StreamLog::up_to(head, stream, store, journal)).await;
        let log = log.map_err(|_| SendError::OutcomeUnknown)?;
        loop {
            match log.commit(version).await {
                Ok(record) => return Ok(record),
                // While the store is opened anew it cannot be read: that passes.
                Err(StoreError::Unavailable | StoreError::Failed(_) | StoreError::Damaged(_))
                    if Instant::now() < deadline =>
                {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                Err(error) => {
                    tracing::error!(show = %stream, version, %error, "a remembered answer cannot be read back");
                    return Err(SendError::OutcomeUnknown);
                }
            }
        }
    }
}
