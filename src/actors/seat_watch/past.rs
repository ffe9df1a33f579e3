//! Going on where a listener has left off: what happened since, read back from the show's log.

use std::sync::Arc;

use crate::actors::stream_log::StreamLog;
use crate::journal::{Position, Record, Version};
use crate::projections::seat_changes::SeatChange;
use crate::projections::seat_map::SeatMap;
use crate::store::StoreError;

/// Whoever has missed more is better served with a fresh map.
const EVENTS_MAX: u64 = 2_000;

/// The last that a listener has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    pub position: Position,
    pub version: Version,
}

impl Last {
    /// What has led from there to this map, which the show's log must have reached. `None`: too much, or this show has
    /// never been where the listener believes to have seen it.
    pub fn changes_since(self, log: &StreamLog, map: &Arc<SeatMap>) -> Result<Option<Vec<SeatChange>>, StoreError> {
        let missed = map.version.checked_sub(self.version).filter(|missed| *missed <= EVENTS_MAX);
        if self.version == 0 || missed.is_none() {
            return Ok(None);
        }
        let mut records: Vec<Record> = Vec::new();
        // From the commit on that was seen last, to see whether it is there.
        for record in log.after(self.version - 1) {
            let record = record?;
            if record.commit.first_version > map.version {
                break;
            }
            records.push(record);
        }
        Ok(self.is_first_of(&records, map.version).then(|| SeatChange::past(&records[1..], map)))
    }

    /// Whether the first of these is where the listener was, the second is after it, and the last leads to the map.
    fn is_first_of(self, records: &[Record], version: Version) -> bool {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return false };
        first.commit.last_version() == self.version
            && first.position <= self.position
            && records.get(1).is_none_or(|next| next.position > self.position)
            && last.commit.last_version() == version
    }
}
