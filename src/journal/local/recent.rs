//! The newest records, kept in memory: followers that keep up never read the disk.

use std::collections::VecDeque;

use crate::domain::Event;
use crate::journal::{Position, Record};

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
}

/// About what it takes in memory: as bytes, and decoded.
fn size(record: &Record) -> usize {
    2 * record.bytes.len() + size_of::<Record>() + record.commit.events.len() * size_of::<Event>()
}
