//! The seat maps of all shows.

use std::sync::Arc;

use super::per_show::{Changes, PerShow};
use super::project::{FoldError, Projection};
use crate::actors::venues::Venues;
use crate::domain::{Event, ShowEvent, ShowId};
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

    fn fold(&mut self, record: &Record, _: &Venues) -> Result<(), FoldError> {
        let commit = &record.commit;
        let show = ShowId(commit.stream.0);
        match commit.events.first() {
            Some(Event::Show(ShowEvent::ShowScheduled(_))) => self.0.insert(show, SeatMap::default()),
            Some(Event::Show(_)) => {}
            // No show's: none is looked for.
            Some(Event::Venue(_) | Event::Checkout(_)) | None => return Ok(()),
        }
        let Some(map) = self.0.get_mut(show)? else { return Ok(()) };
        for (event, version) in commit.events.iter().zip(commit.first_version..) {
            match event {
                Event::Show(event) => map.fold(version, event)?,
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
