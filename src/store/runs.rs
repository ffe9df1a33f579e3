//! Records of one stream that came close together share one value: sled pays by the key, whatever stands under it.
//!
//! A hot journal of single-event commits would else be followed at 50,000 events per second, on a whole core.

use std::collections::HashMap;

use super::value::PIECE_BYTES;
use crate::domain::StreamId;
use crate::journal::{Record, Version};

/// Records of one stream, one after the other, to stand under the first version of the first.
pub struct Run {
    pub stream: StreamId,
    pub first_version: Version,
    pub bytes: Vec<u8>,
}

/// The runs of one batch.
#[derive(Default)]
pub struct Runs {
    runs: Vec<Run>,
    /// Which run a stream's next record may join.
    latest: HashMap<StreamId, usize>,
}

impl Runs {
    /// A record joins its stream's run as long as that stays in one piece. A larger one stands alone, in many.
    pub fn push(&mut self, record: &Record) {
        let stream = record.commit.stream;
        if let Some(&latest) = self.latest.get(&stream)
            && self.runs[latest].bytes.len() + record.bytes.len() <= PIECE_BYTES
        {
            self.runs[latest].bytes.extend_from_slice(&record.bytes);
            return;
        }
        self.latest.insert(stream, self.runs.len());
        let run = Run { stream, first_version: record.commit.first_version, bytes: record.bytes.to_vec() };
        self.runs.push(run);
    }

    pub fn len(&self) -> usize {
        self.runs.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter()
    }
}
