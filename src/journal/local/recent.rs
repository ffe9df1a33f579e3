//! The newest records, kept in memory: followers that keep up never read the disk, and who needs one stream up to its
//! end finds here what followers do not have yet.

use std::collections::VecDeque;

use crate::domain::{Event, StreamId};
use crate::journal::{Position, Record};

/// What comes in a tenth of a second when the house is full: followers are no further behind than that.
const LOOKED_THROUGH_MAX: usize = 8_192;

#[derive(Debug)]
pub(super) struct Recent {
    records: VecDeque<Record>,
    bytes: usize,
    bytes_max: usize,
}

impl Recent {
    pub fn new(bytes_max: usize) -> Self {
        Self { records: VecDeque::new(), bytes: 0, bytes_max }
    }

    /// The records that follow those that are here.
    pub fn extend(&mut self, records: impl Iterator<Item = Record>) {
        for record in records {
            self.bytes += size(&record);
            self.records.push_back(record);
        }
        while self.bytes > self.bytes_max
            && let Some(oldest) = self.records.pop_front()
        {
            self.bytes -= size(&oldest);
        }
    }

    /// `None`: it is not here any more. At least one, about `bytes_max` in all, and none after `end`.
    pub fn read(&self, from: Position, end: Position, bytes_max: usize) -> Option<Vec<Record>> {
        let oldest = self.records.front()?.position;
        let begin = from.0.checked_sub(oldest.0)? as usize;
        if begin >= self.records.len() {
            return None;
        }
        let mut bytes = 0;
        let fits = |record: &&Record| {
            let first = bytes == 0;
            bytes += record.bytes.len();
            record.position <= end && (first || bytes <= bytes_max)
        };
        Some(self.records.range(begin..).take_while(fits).cloned().collect())
    }

    /// The stream's records after this position. `None`: the first of all after it are not here any more, or these are
    /// too many to look through while the writer waits.
    pub fn of(&self, stream: StreamId, after: Position) -> Option<Vec<Record>> {
        let oldest = self.records.front()?.position;
        let begin = after.next().0.checked_sub(oldest.0)? as usize;
        let records = self.records.range(begin.min(self.records.len())..);
        if records.len() > LOOKED_THROUGH_MAX {
            return None;
        }
        Some(records.filter(|record| record.commit.stream == stream).cloned().collect())
    }
}

/// About what it takes in memory: as bytes, and decoded.
fn size(record: &Record) -> usize {
    2 * record.bytes.len() + size_of::<Record>() + record.commit.events.len() * size_of::<Event>()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{CommandId, Fingerprint, ShowEvent, Timestamp};
    use crate::journal::{CommandRecord, Commit};

    fn record(position: u64, stream: StreamId) -> Record {
        let commands = vec![CommandRecord { id: CommandId::CLOCK, fingerprint: Fingerprint(0), events: 1 }];
        let events = vec![Event::Show(ShowEvent::SalesOpened)];
        let commit = Commit { stream, first_version: position, time: Timestamp::EPOCH, commands, events };
        let (position, bytes) = (Position(position), Arc::from([0; 60]));
        Record { position, epoch: 1, group: position, hash: [0; 32], commit: Arc::new(commit), bytes }
    }

    #[test]
    fn nobody_looks_through_more_than_the_writer_can_wait_for() {
        let (stream, other) = (StreamId(uuid::Uuid::from_u128(1)), StreamId(uuid::Uuid::from_u128(2)));
        let mut recent = Recent::new(1 << 30);
        let all = LOOKED_THROUGH_MAX as u64 + 10;
        recent.extend((1..=all).map(|position| record(position, if position == all { stream } else { other })));
        assert_eq!(recent.of(stream, Position(9)), None);
        assert_eq!(recent.of(stream, Position(10)), Some(vec![record(all, stream)]));
        assert_eq!(recent.of(stream, Position(all)), Some(vec![]));
    }

    #[test]
    fn what_has_made_room_is_not_taken_for_what_never_was() {
        let stream = StreamId(uuid::Uuid::from_u128(1));
        let mut recent = Recent::new(10 * size(&record(1, stream)));
        recent.extend((1..=30).map(|position| record(position, stream)));
        assert_eq!(recent.of(stream, Position(19)), None);
        assert_eq!(recent.of(stream, Position(20)).map(|records| records.len()), Some(10));
    }
}
