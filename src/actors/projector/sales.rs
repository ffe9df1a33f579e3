//! What every show has sold, by category.

use std::sync::Arc;

use super::per_show::{Changes, PerShow};
use super::project::Source;
use super::projection::{FoldError, Projection, venue};
use crate::domain::{ShowEvent, ShowId};
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

    fn fold(&mut self, record: &Record, source: &Source) -> Result<(), FoldError> {
        let commit = &record.commit;
        let Some(show) = commit.show() else { return Ok(()) };
        if let Some((version, ShowEvent::ShowScheduled(terms))) = commit.show_events().next() {
            self.0.insert(show, ShowSales::scheduled(version, terms));
        }
        let Some(sales) = self.0.get_mut(show)? else { return Ok(()) };
        let venue = venue(&source.venues, sales.venue_id)?;
        for (version, event) in commit.show_events() {
            sales.fold(version, event, &venue.plan)?;
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
