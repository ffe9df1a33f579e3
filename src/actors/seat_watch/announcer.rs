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
        let stages = &mut *self.watch.stages();
        stages.by_show.retain(|_, stage| stage.is_watched());
        let Some(from) = stages.least() else { return Ok(()) };
        let records = self.watch.0.journal.read(from.next(), BATCH_BYTES).map_err(|error| error.to_string())?;
        self.announced_at = Instant::now();
        stages.tell(&records, self.announced_at);
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

    fn tell(&mut self, records: &[Record], now: Instant) {
        for record in records {
            let show = ShowId(record.commit.stream.0);
            let Some(stage) = self.by_show.get_mut(&show) else { continue };
            let folded = catch_unwind(AssertUnwindSafe(|| stage.fold(record)));
            let folded =
                folded.map_err(|panic| panic_text(&*panic)).and_then(|fits| fits.map_err(|why| why.to_string()));
            if let Err(cause) = folded {
                let position = record.position;
                tracing::error!(%show, %position, cause, "a live seat map cannot fold this: its listeners are sent away");
                self.by_show.remove(&show);
            }
        }
        for stage in self.by_show.values_mut() {
            stage.position = stage.position.max(records.last().map_or(Position::ZERO, |record| record.position));
            stage.announce(now);
        }
    }
}
