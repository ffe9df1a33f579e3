//! How a hold ended that its show has forgotten: a show keeps its last endings in mind, the log knows them all. Only who
//! pays long after the end makes anybody look there.

use super::Inner;
use crate::actors::stream_log::StreamLog;
use crate::domain::checkout::NoSeats;
use crate::domain::{HoldId, ShowEvent, ShowId, StreamId};
use crate::journal::{Commit, Version};
use crate::store::StoreError;

impl Inner {
    /// Reads the show's log backwards, on a thread where that may take its time.
    pub(super) async fn how_it_ended(&self, show: ShowId, hold_id: HoldId) -> Result<NoSeats, String> {
        let show = StreamId::from(show);
        let head = self.log.journal.head(show).ok_or("the show has no log")?;
        let log = self.log.log(show, head).await?;
        let read = tokio::task::spawn_blocking(move || ending(&log, head.version, hold_id));
        let ending = read.await.map_err(|error| error.to_string())?;
        ending.map_err(|error| format!("the show's log cannot be read: {error}"))
    }
}

fn ending(log: &StreamLog, mut version: Version, hold_id: HoldId) -> Result<NoSeats, StoreError> {
    while version > 0 {
        let record = log.commit_now(version)?;
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
