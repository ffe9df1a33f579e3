//! One show that is watched: its map as it was announced last, and the way to all who listen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::broadcast;

use super::{NEWS_KEPT, SeatNews, Watching};
use crate::journal::{Position, Record, Version};
use crate::projections::misfit::Misfit;
use crate::projections::seat_changes::SeatChange;
use crate::projections::seat_map::SeatMap;

/// Proxies close connections on which nothing happens; most of them after a minute.
const SIGN_OF_LIFE_EVERY: Duration = Duration::from_secs(15);

pub struct Stage {
    /// Everything up to here is folded.
    pub position: Position,
    map: Arc<SeatMap>,
    /// Folded and not announced yet.
    waiting: Vec<SeatChange>,
    announced: Version,
    announced_at: Instant,
    news: broadcast::Sender<Arc<SeatNews>>,
}

impl Stage {
    pub fn new(position: Position, map: Arc<SeatMap>) -> Self {
        let (announced, announced_at) = (map.version, Instant::now());
        let news = broadcast::Sender::new(NEWS_KEPT);
        Self { position, map, waiting: Vec::new(), announced, announced_at, news }
    }

    /// What waits to be announced is in the map already: announcing is done under the same lock as folding.
    pub fn join(&self) -> Watching {
        assert!(self.waiting.is_empty(), "whoever joins finds everything announced");
        Watching { position: self.position, map: self.map.clone(), news: self.news.subscribe() }
    }

    pub fn is_watched(&self) -> bool {
        self.news.receiver_count() > 0
    }

    /// Folds a commit of this show, unless it did before.
    pub fn fold(&mut self, record: &Record) -> Result<(), Misfit> {
        let (commit, version) = (&record.commit, self.map.version);
        if commit.last_version() <= version {
            return Ok(());
        }
        assert_eq!(commit.first_version, version + 1, "the journal's versions are dense");
        self.waiting.extend(SeatChange::fold(Arc::make_mut(&mut self.map), record)?);
        Ok(())
    }

    /// Tells everybody what was folded; or, after a while without anything, that they still listen to somebody.
    pub fn announce(&mut self, now: Instant) {
        let is_quiet = self.waiting.is_empty();
        if is_quiet && now.saturating_duration_since(self.announced_at) < SIGN_OF_LIFE_EVERY {
            return;
        }
        let changes = std::mem::take(&mut self.waiting);
        // Commits that change nothing on the map are told of with the next that does.
        let version = if is_quiet { self.announced } else { self.map.version };
        // An error says that nobody listens any more.
        let _ = self.news.send(Arc::new(SeatNews::new(self.announced, version, changes)));
        (self.announced, self.announced_at) = (version, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_happens_there_is_a_sign_of_life_now_and_then() {
        let mut stage = Stage::new(Position(9), Arc::default());
        let mut listener = stage.join();
        let begun = Instant::now();
        stage.announce(begun);
        assert!(listener.news.try_recv().is_err());
        stage.announce(begun + SIGN_OF_LIFE_EVERY * 2);
        let sign = listener.news.try_recv().expect("a sign of life");
        assert!(sign.changes.is_empty() && sign.after == sign.version);
        stage.announce(begun + SIGN_OF_LIFE_EVERY * 2);
        assert!(listener.news.try_recv().is_err());
    }

    #[test]
    fn a_listener_who_is_too_slow_hears_of_it() {
        let mut stage = Stage::new(Position(9), Arc::default());
        let mut listener = stage.join();
        for count in 1..=NEWS_KEPT as u32 + 1 {
            stage.announce(Instant::now() + SIGN_OF_LIFE_EVERY * 2 * count);
        }
        assert!(matches!(listener.news.try_recv(), Err(broadcast::error::TryRecvError::Lagged(1))));
    }
}
