//! Reads durable records: the newest from memory, older ones from their segments, with every check that a read can make.

use std::fs::File;
use std::path::Path;

use super::error::{damaged, unreadable};
use super::marks::Marks;
use super::segment::Segment;
use super::shared::Shared;
use super::walk::{Chain, Stop, Walk};
use crate::journal::codec;
use crate::journal::{Position, ReadError, Record};

/// How much a walk may have to skip before it comes to the record that is wanted.
const SKIPPED_BYTES: usize = 64 << 10;
const WINDOW_BYTES_MAX: usize = 4 << 20;

impl Shared {
    pub fn read(&self, from: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        let from = from.max(Position(1));
        let end = *self.durable.borrow();
        if from > end {
            return Ok(Vec::new());
        }
        let recent = self.recent().read(from, end, bytes_max);
        match recent {
            Some(records) => Ok(records),
            None => self.read_segments(from, end, bytes_max),
        }
    }

    fn read_segments(&self, from: Position, end: Position, bytes_max: usize) -> Result<Vec<Record>, ReadError> {
        let mut batch = Batch { next: from, end, bytes_left: bytes_max, records: Vec::new() };
        let segments = self.segments_from(from);
        for (index, segment) in segments.iter().enumerate() {
            if batch.is_full() {
                break;
            }
            let until = segments.get(index + 1).map_or(end, |next| Position(next.header.first.0 - 1));
            batch.take_from(segment, until)?;
        }
        Ok(batch.records)
    }
}

struct Batch {
    next: Position,
    end: Position,
    bytes_left: usize,
    records: Vec<Record>,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.next > self.end || (self.bytes_left == 0 && !self.records.is_empty())
    }

    /// Up to `until`, which this segment must have.
    fn take_from(&mut self, segment: &Segment, until: Position) -> Result<(), ReadError> {
        let path = &segment.path;
        let file = File::open(path).map_err(unreadable(path))?;
        let offset = match segment.seek(self.next) {
            Some(offset) => offset,
            None => mark(segment, &file).seek(self.next),
        };
        let window = self.bytes_left.saturating_add(SKIPPED_BYTES).min(WINDOW_BYTES_MAX);
        let mut walk = Walk::from(&file, offset, None, Chain::Checked(None)).with_window(window);
        while self.next <= until && !self.is_full() {
            let (offset, frame) = next(&mut walk, path, self.next)?;
            if frame.position < self.next {
                continue;
            }
            if frame.position > self.next {
                return Err(damaged(path, offset, format!("record {} where {} belongs", frame.position, self.next)));
            }
            if !self.records.is_empty() && frame.bytes.len() > self.bytes_left {
                self.bytes_left = 0;
                break;
            }
            self.bytes_left = self.bytes_left.saturating_sub(frame.bytes.len());
            self.records.push(frame.record().map_err(|what| damaged(path, offset, what.to_string()))?);
            self.next = self.next.next();
        }
        Ok(())
    }
}

/// Looks once through a segment that nobody has read since the journal was opened. Damage ends it, and is met again by
/// whoever reads that far.
fn mark(segment: &Segment, file: &File) -> Marks {
    let mut marks = Marks::new(segment.header.first);
    let mut walk = Walk::new(file, segment.header.first, Chain::Believed);
    while let Ok((offset, frame)) = walk.next() {
        marks.note(frame.position, offset);
    }
    segment.set_marks(marks.clone());
    marks
}

/// The next record, where there must be one.
pub(super) fn next<'w>(
    walk: &'w mut Walk<&File>,
    path: &Path,
    wanted: Position,
) -> Result<(u64, codec::Frame<'w>), ReadError> {
    let offset = walk.offset;
    walk.next().map_err(|stop| match stop {
        Stop::NoMore => damaged(path, offset, format!("record {wanted} is missing")),
        Stop::Bad(what) => damaged(path, offset, format!("record {wanted}: {what}")),
        Stop::Io(error) => unreadable(path)(error),
    })
}
