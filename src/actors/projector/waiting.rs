//! Waiting for the views: they follow the log at their own pace, and some readers have to have seen what was written.

use std::time::Duration;

use super::shared::Shared;
use super::views::{ViewError, ViewName, Views};
use crate::domain::{ShowId, StreamId};
use crate::journal::{Position, StreamKind};

impl Views {
    /// Waits until the view has folded this position.
    pub async fn reached(&self, view: ViewName, wanted: Position, within: Duration) -> Result<(), ViewError> {
        let (reached, cursor) = match view {
            ViewName::SeatMaps => self.reach(&self.seat_maps, wanted, within).await,
            ViewName::Shows => self.reach(&self.shows, wanted, within).await,
            ViewName::Bookings => self.reach(&self.bookings, wanted, within).await,
            ViewName::Sales => self.reach(&self.sales, wanted, within).await,
            ViewName::Checkouts => self.reach(&self.checkouts, wanted, within).await,
        };
        if reached { Ok(()) } else { Err(ViewError::Behind { wanted, reached: cursor }) }
    }

    /// Nobody gathers on the way there, as far as the log goes.
    async fn reach<P>(&self, view: &Shared<P>, wanted: Position, within: Duration) -> (bool, Position) {
        let known = wanted.min(self.end());
        self.store.want(known);
        view.want(known);
        (view.reached(wanted, within).await, view.cursor())
    }

    /// For a show that the view does not have: whether it exists all the same, and the view has it now. Waits for it,
    /// since a show that was scheduled a moment ago is no unknown show.
    pub async fn catches_up_with(&self, view: ViewName, show: ShowId, within: Duration) -> bool {
        match self.journal.head(StreamId::from(show)) {
            Some(head) if head.kind == StreamKind::Show => self.reached(view, head.position, within).await.is_ok(),
            Some(_) | None => false,
        }
    }

    /// Waits until every view has stored what is durable now, so that the next start has nothing to fold.
    pub async fn settle(&self, within: Duration) {
        let end = self.end();
        let all = async {
            self.seat_maps.stored(end).await;
            self.shows.stored(end).await;
            self.bookings.stored(end).await;
            self.sales.stored(end).await;
            self.checkouts.stored(end).await;
        };
        if tokio::time::timeout(within, all).await.is_err() {
            tracing::warn!("the views did not store all in time; the next start folds the rest");
        }
    }

    /// Whether every view has reached what was durable when this was asked; waits for it.
    pub async fn caught_up(&self, within: Duration) -> Result<(), ViewError> {
        let end = self.end();
        for view in [ViewName::SeatMaps, ViewName::Shows, ViewName::Bookings, ViewName::Sales, ViewName::Checkouts] {
            self.reached(view, end, within).await?;
        }
        Ok(())
    }

    /// Returns when the view of checkouts has moved on from this position.
    pub async fn checkouts_moved_on(&self, from: Position) -> Position {
        self.checkouts.moved_on(from).await
    }
}
