//! How a hold ended that its show has forgotten: a show keeps its last endings in mind, the log knows them all. Only who
//! pays long after the end makes anybody look there.

use super::Inner;
use crate::actors::stored_commit::stored_commit_now;
use crate::domain::checkout::NoSeats;
use crate::domain::{HoldId, ShowEvent, ShowId, StreamId};
use crate::journal::{Commit, Journal, Version};
use crate::store::{Store, StoreError};

impl Inner {
    /// Reads the show's log backwards, on a thread where that may take its time.
    pub(super) async fn how_it_ended(&self, show: ShowId, hold_id: HoldId) -> Result<NoSeats, String> {
        let (store, journal, show) = (self.log.store.clone(), self.log.journal.clone(), StreamId::from(show));
        let head = journal.head(show).ok_or("the show has no log")?;
        self.log.stored(head.position).await?;
        let read = tokio::task::spawn_blocking(move || ending(&store, &*journal, show, head.version, hold_id));
        let ending = read.await.map_err(|error| error.to_string())?;
        ending.map_err(|error| format!("the show's log cannot be read: {error}"))
    }
}

fn ending(
    store: &Store,
    journal: &dyn Journal,
    show: StreamId,
    mut version: Version,
    hold_id: HoldId,
) -> Result<NoSeats, StoreError> {
    while version > 0 {
        let record = stored_commit_now(store, journal, show, version)?;
        if let Some(ending) = ending_in(&record.commit, hold_id) {
            return Ok(ending);
        }
        version = record.commit.first_version - 1;
    }
    Ok(NoSeats::Unavailable)
}

fn ending_in(commit: &Commit, hold_id: HoldId) -> Option<NoSeats> {
    let ending = |event: &ShowEvent| match event {
        ShowEvent::HoldExpired(hold) if hold.hold_id == hold_id => Some(NoSeats::Expired),
        ShowEvent::HoldReleased(hold) if hold.hold_id == hold_id => Some(NoSeats::Released),
        ShowEvent::BookingConfirmed(booking) if booking.hold_id == hold_id => Some(NoSeats::Sold),
        _ => None,
    };
    commit.show_events().find_map(|(_, event)| ending(event))
}
