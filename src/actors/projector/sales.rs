//! What every show has sold, by category.

use std::sync::Arc;

use super::per_show::{Changes, PerShow};
use super::project::{FoldError, Projection, venue};
use crate::actors::venues::Venues;
use crate::domain::{Event, ShowEvent, ShowId};
use crate::journal::Record;
use crate::projections::sales::ShowSales;
use crate::store::{StoreError, View};

pub struct Sales(PerShow<ShowSales>);

const KEPT_MAX: usize = 2_000;

impl Sales {
    pub fn get(&self, show: ShowId) -> Result<Option<Arc<ShowSales>>, StoreError> {
        self.0.get(show)
    }
}

impl Projection for Sales {
    const NAME: &'static str = "sales";
    const VERSION: u32 = 1;

    fn begin(view: View) -> Result<Self, StoreError> {
        Ok(Self(PerShow::some_in_memory(view, KEPT_MAX)))
    }

    fn fold(&mut self, record: &Record, venues: &Venues) -> Result<(), FoldError> {
        let commit = &record.commit;
        let show = ShowId(commit.stream.0);
        match commit.events.first() {
            Some(Event::Show(ShowEvent::ShowScheduled(terms))) => {
                self.0.insert(show, ShowSales::scheduled(commit.first_version, terms));
            }
            Some(Event::Show(_)) => {}
            // No show's: none is looked for.
            Some(Event::Venue(_) | Event::Checkout(_)) | None => return Ok(()),
        }
        let Some(sales) = self.0.get_mut(show)? else { return Ok(()) };
        let venue = venue(venues, sales.venue_id)?;
        for (event, version) in commit.events.iter().zip(commit.first_version..) {
            match event {
                Event::Show(event) => sales.fold(version, event, &venue.plan)?,
                Event::Venue(_) | Event::Checkout(_) => {}
            }
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
