//! How far somebody wants a follower of the log to be, so that it gathers no longer than it is good for anybody.

use tokio::sync::watch;

use crate::journal::Position;

/// The furthest position that anybody has waited for.
#[derive(Debug)]
pub struct Wanted(watch::Sender<Position>);

impl Default for Wanted {
    fn default() -> Self {
        Self(watch::Sender::new(Position::ZERO))
    }
}

impl Wanted {
    /// Somebody waits for this position, which the log has: a position that it will never have would be wanted for ever.
    pub fn want(&self, position: Position) {
        self.0.send_if_modified(|furthest| {
            let is_further = position > *furthest;
            *furthest = position.max(*furthest);
            is_further
        });
    }

    /// Told of every position that is further than any before.
    pub fn listen(&self) -> watch::Receiver<Position> {
        self.0.subscribe()
    }
}
