//! The list of all shows, in memory as a whole: it is what every front page reads.

use std::sync::Arc;

use super::per_show::{Changes, PerShow};
use super::project::Source;
use super::projection::{FoldError, Projection, venue};
use crate::domain::{ShowEvent, ShowId, Timestamp, VenueId};
use crate::journal::Record;
use crate::projections::show_list::ShowSummary;
use crate::store::{StoreError, View};

pub struct Shows(PerShow<ShowSummary>);

impl Shows {
    pub fn get(&self, show: ShowId) -> Result<Option<Arc<ShowSummary>>, StoreError> {
        self.0.get(show)
    }

    /// In the order of their ids, which is the order in which they were scheduled.
    pub fn after(&self, after: Option<ShowId>) -> impl Iterator<Item = (ShowId, &Arc<ShowSummary>)> {
        self.0.in_memory_after(after)
    }

    /// When the clock has to look at which show: to be read at start.
    pub fn wake_times(&self) -> Vec<(ShowId, Timestamp)> {
        self.after(None).filter_map(|(show, summary)| Some((show, summary.wake_at?))).collect()
    }
}

impl Projection for Shows {
    const NAME: &'static str = "shows";
    const VERSION: u32 = 2;

    fn begin(view: View) -> Result<Self, StoreError> {
        Ok(Self(PerShow::all_in_memory(view)?))
    }

    fn fold(&mut self, record: &Record, source: &Source) -> Result<(), FoldError> {
        let commit = &record.commit;
        let Some(show) = commit.show() else { return Ok(()) };
        if let Some((version, ShowEvent::ShowScheduled(terms))) = commit.show_events().next() {
            let venue = venue(&source.venues, terms.venue_id)?;
            self.0.insert(show, ShowSummary::scheduled(version, terms, &venue.plan));
        }
        let Some(venue_id) = self.venue_of(show)? else { return Ok(()) };
        let venue = venue(&source.venues, venue_id)?;
        let Some(summary) = self.0.get_mut(show)? else { return Ok(()) };
        for (version, event) in commit.show_events() {
            summary.fold(version, event, &venue.plan)?;
        }
        Ok(())
    }

    fn take_changes(&mut self) -> Changes {
        self.0.take_changes()
    }

    fn stored(&mut self) {
        self.0.let_go();
    }
}

impl Shows {
    fn venue_of(&self, show: ShowId) -> Result<Option<VenueId>, StoreError> {
        Ok(self.0.get(show)?.map(|summary| summary.terms.venue_id))
    }
}
