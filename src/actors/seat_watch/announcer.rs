//! Following the journal for all shows that are watched: what is new is gathered for a moment and told in one piece.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::{SeatWatch, Stages};
use crate::actors::follower::Work;
use crate::actors::supervision::panic_text;
use crate::domain::ShowId;
use crate::journal::{Position, Record};

/// Between two announcements: thousands of small writes cost more than the delay is worth. What comes after a pause is
/// told at once.
pub const GATHER: Duration = Duration::from_millis(40);
const BATCH_BYTES: usize = 1 << 20;

pub struct Announcer {
    watch: SeatWatch,
    announced_at: Instant,
}

impl Announcer {
    pub fn new(watch: SeatWatch) -> Self {
        Self { watch, announced_at: Instant::now() }
    }

    fn announce(&mut self) -> Result<(), String> {
        let Some(from) = self.watch.stages().least_watched() else { return Ok(()) };
        // Not under the lock, for which requests wait: this may go to the disk.
        let records = self.watch.0.journal.read(from.next(), BATCH_BYTES).map_err(|error| error.to_string())?;
        let now = Instant::now();
        if !records.is_empty() {
            self.announced_at = now;
        }
        self.watch.stages().tell(from, &records, now);
        Ok(())
    }
}

impl Work for Announcer {
    fn has_reached(&self, end: Position) -> bool {
        self.watch.stages().least().is_none_or(|least| least >= end)
    }

    fn step(&mut self) -> Result<(), String> {
        self.announce()
    }

    fn pause(&self) -> Duration {
        GATHER.saturating_sub(self.announced_at.elapsed())
    }

    /// A show that somebody has begun to watch may have had its last sale before.
    fn rest(&mut self) -> Result<(), String> {
        self.announce()
    }
}

impl Stages {
    /// Up to where everything is folded.
    fn least(&self) -> Option<Position> {
        self.by_show.values().map(|stage| stage.position).min()
    }

    fn least_watched(&mut self) -> Option<Position> {
        self.by_show.retain(|_, stage| stage.is_watched());
        self.least()
    }

    /// What comes after this position. A stage that was begun meanwhile may lack more than that: it has its turn next.
    fn tell(&mut self, from: Position, records: &[Record], now: Instant) {
        for record in records {
            let show = ShowId(record.commit.stream.0);
            let Some(stage) = self.by_show.get_mut(&show).filter(|stage| stage.position >= from) else { continue };
            let folded = catch_unwind(AssertUnwindSafe(|| stage.fold(record)));
            let folded =
                folded.map_err(|panic| panic_text(&*panic)).and_then(|fits| fits.map_err(|why| why.to_string()));
            if let Err(cause) = folded {
                let position = record.position;
                tracing::error!(%show, %position, cause, "a live seat map cannot fold this: its listeners are sent away");
                self.by_show.remove(&show);
            }
        }
        for stage in self.by_show.values_mut().filter(|stage| stage.position >= from) {
            stage.position = stage.position.max(records.last().map_or(Position::ZERO, |record| record.position));
            stage.announce(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::super::stage::Stage;
    use super::*;
    use crate::domain::{CommandId, Event, Fingerprint, ShowEvent, StreamId, Timestamp};
    use crate::journal::memory::MemoryJournal;
    use crate::journal::{CommandRecord, Commit, Incarnation, Journal};

    /// The records were read for others, who had seen more already.
    #[test]
    fn who_begins_while_the_journal_is_read_misses_nothing() {
        let (journal, show) = (MemoryJournal::new(), ShowId(Uuid::from_u128(1)));
        for first_version in 1..=2 {
            let commands = vec![CommandRecord { id: CommandId(7), fingerprint: Fingerprint(7), events: 1 }];
            let (stream, time, events) =
                (StreamId::from(show), Timestamp::EPOCH, vec![Event::Show(ShowEvent::SalesPaused)]);
            let commit = Commit { stream, first_version, time, commands, events };
            journal.append(Incarnation(0), Arc::new(commit)).blocking_recv().expect("an answer").expect("the next one");
        }
        let mut stages = Stages::default();
        stages.by_show.insert(show, Stage::new(Position::ZERO, Arc::default()));
        let read = |after: Position| journal.read(after.next(), BATCH_BYTES).expect("it is there");
        let position = |stages: &Stages| stages.by_show.get(&show).map(|stage| stage.position);
        stages.tell(Position(1), &read(Position(1)), Instant::now());
        assert_eq!(position(&stages), Some(Position::ZERO));
        stages.tell(Position::ZERO, &read(Position::ZERO), Instant::now());
        assert_eq!(position(&stages), Some(Position(2)));
    }
}
