//! The seat maps of all shows.

use std::sync::Arc;

use super::per_show::{Changes, PerShow};
use super::project::Source;
use super::projection::{FoldError, Projection};
use crate::domain::{ShowEvent, ShowId};
use crate::journal::Record;
use crate::projections::seat_map::SeatMap;
use crate::store::{StoreError, View};

pub struct SeatMaps(PerShow<SeatMap>);

const KEPT_MAX: usize = 500;

impl SeatMaps {
    pub fn get(&self, show: ShowId) -> Result<Option<Arc<SeatMap>>, StoreError> {
        self.0.get(show)
    }
}

impl Projection for SeatMaps {
    const NAME: &'static str = "seat_maps";
    const VERSION: u32 = 1;

    fn begin(view: View) -> Result<Self, StoreError> {
        Ok(Self(PerShow::some_in_memory(view, KEPT_MAX)))
    }

    fn fold(&mut self, record: &Record, _: &Source) -> Result<(), FoldError> {
        let commit = &record.commit;
        let Some(show) = commit.show() else { return Ok(()) };
        if let Some((_, ShowEvent::ShowScheduled(_))) = commit.show_events().next() {
            self.0.insert(show, SeatMap::default());
        }
        let Some(map) = self.0.get_mut(show)? else { return Ok(()) };
        for (version, event) in commit.show_events() {
            map.fold(version, event)?;
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
