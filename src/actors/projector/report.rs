//! What operators see of the views.

use serde::Serialize;

use super::project::Parked;
use super::projection::Projection;
use super::shared::Shared;
use crate::domain::Timestamp;
use crate::journal::{Journal, Position};

#[derive(Clone, Debug, Serialize)]
pub struct ProjectionReport {
    pub name: &'static str,
    pub version: u32,
    /// Up to where it has folded.
    pub cursor: Position,
    /// Commits between the cursor and the journal's durable end.
    pub lag_commits: u64,
    /// How old the first commit is that it has not folded; 0 when there is none.
    pub lag_ms: u64,
    /// Shows that it cannot fold, and goes on without.
    pub parked: Vec<Parked>,
}

pub fn report<P: Projection>(shared: &Shared<P>, journal: &dyn Journal, now: Timestamp) -> ProjectionReport {
    let cursor = shared.cursor();
    let lag_commits = journal.durable().borrow().0.saturating_sub(cursor.0);
    let lag_ms = if lag_commits == 0 { 0 } else { age_ms(journal, cursor.next(), now) };
    ProjectionReport { name: P::NAME, version: P::VERSION, cursor, lag_commits, lag_ms, parked: shared.parked() }
}

/// 0 where it cannot be read: then there is more to worry about, and it is said elsewhere.
fn age_ms(journal: &dyn Journal, position: Position, now: Timestamp) -> u64 {
    let records = journal.read(position, 1).unwrap_or_default();
    records.first().map_or(0, |record| record.commit.time.millis_until(now))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::actors::projector::seat_maps::SeatMaps;
    use crate::domain::{CommandId, Event, Fingerprint, ShowEvent, ShowId, StreamId};
    use crate::journal::memory::MemoryJournal;
    use crate::journal::{CommandRecord, Commit, Incarnation};

    #[tokio::test]
    async fn a_view_is_as_late_as_the_first_commit_that_it_lacks_is_old() {
        let (journal, view) = (MemoryJournal::new(), Shared::<SeatMaps>::default());
        let at = |second| Timestamp::from_micros(0).plus_seconds(second);
        let lag = |now| {
            let report = report(&view, &journal, at(now));
            (report.lag_commits, report.lag_ms)
        };
        assert_eq!(lag(9), (0, 0));
        for second in [2, 4] {
            let command = CommandRecord { id: CommandId(1), fingerprint: Fingerprint(1), events: 1 };
            let commit = Commit {
                stream: StreamId::from(ShowId(uuid::Uuid::from_u128(second.into()))),
                first_version: 1,
                time: at(second),
                commands: vec![command],
                events: vec![Event::Show(ShowEvent::SalesOpened)],
            };
            let appended = journal.append(Incarnation::default(), Arc::new(commit)).await;
            appended.expect("an answer").expect("it is writable");
        }
        assert_eq!(lag(9), (2, 7_000));
    }
}
