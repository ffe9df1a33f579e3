//! Scheduling a show: the one command whose show does not exist yet.

use super::Directory;
use super::send::Door;
use crate::actors::tally::command_index;
use crate::actors::{Receipt, SendError};
use crate::domain::event::ShowTerms;
use crate::domain::{Action, Command, Event, ShowEvent, ShowId, StreamId};
use crate::journal::{Record, StreamKind};

impl Directory {
    /// Schedules a show under the id `fresh`, or, where this command was seen before, under the id it got then.
    pub async fn schedule(&self, fresh: ShowId, command: Command) -> Result<(ShowId, Receipt), SendError> {
        let kind = command_index(&command.action);
        let outcome = self.schedule_on(fresh, command).await;
        self.0.backstage.tally.command(kind, outcome.as_ref().map(|_| ()));
        outcome
    }

    async fn schedule_on(&self, fresh: ShowId, command: Command) -> Result<(ShowId, Receipt), SendError> {
        self.begin()?;
        let Action::ScheduleShow { terms, .. } = &command.action else { unreachable!("the caller schedules a show") };
        let venue = self.0.backstage.venues.get(terms.venue_id).await?.ok_or(SendError::VenueNotFound)?;
        let creations = &self.0.backstage.creations;
        let StreamId(id) = creations.stream_for(command.id, StreamKind::Show, StreamId::from(fresh), command.at)?;
        let show = ShowId(id);
        let entry = self.wake(show, Some(venue.plan.clone()));
        Ok((show, self.send_to(entry, Door::Front, command).await?))
    }
}

/// What a show's first commit says it is sold on.
pub(super) fn terms_of(first: &Record) -> Option<ShowTerms> {
    match first.commit.events.first()? {
        Event::Show(ShowEvent::ShowScheduled(terms)) => Some((**terms).clone()),
        _ => None,
    }
}
