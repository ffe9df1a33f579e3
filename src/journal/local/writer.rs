//! The one thread that writes: drain what is queued, check it, write it, sync it once, publish, acknowledge.
//!
//! It has no async runtime: between the first byte written and the sync there is nothing to wait for but the disk. What
//! happens when the disk fails is in `mend.rs`.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use super::disk::Disk;
use super::group::{self, Group};
use super::marks::Marks;
use super::request::Request;
use super::segment::{self, HEADER_BYTES, Header, Segment};
use super::shared::Shared;
use super::steward::{Spare, Steward};
use crate::journal::Position;
use crate::journal::codec::Hash;
use crate::journal::streams::Gate;

const UNNAMED_SEGMENT: &str = "segment.tmp";

pub(super) struct Writer {
    pub disk: Disk,
    pub segment_bytes: u64,
    pub queue: mpsc::Receiver<Request>,
    pub shared: Arc<Shared>,
    pub steward: Steward,
    pub gate: Gate,
    pub active: Active,
    /// The durable end.
    pub end: Position,
    pub hash: Hash,
    pub epoch: u64,
    pub group: Group,
    /// It did not fit into the last group.
    pub held_over: Option<Request>,
}

/// The segment that is being written.
pub(super) struct Active {
    pub segment: Arc<Segment>,
    pub file: File,
    /// Where its durable records end.
    pub offset: u64,
    pub spare_asked_for: bool,
}

impl Active {
    pub fn is_empty(&self) -> bool {
        self.offset == HEADER_BYTES as u64
    }
}

/// Everybody has gone, or asked it to stop.
pub(super) struct Closed;

impl Writer {
    pub fn run(mut self) {
        loop {
            let reason = match catch_unwind(AssertUnwindSafe(|| self.serve())) {
                Ok(Ok(Closed)) => break,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "the journal's writer panicked".to_owned(),
            };
            if self.mend(reason).is_err() {
                break;
            }
        }
        self.shared.set_health(crate::journal::Health::Unavailable { reason: super::CLOSED.into() });
        self.held_over
            .take()
            .into_iter()
            .chain(self.queue.try_iter())
            .for_each(|request| request.refuse(super::CLOSED));
    }

    fn serve(&mut self) -> io::Result<Closed> {
        loop {
            let Some(request) = self.held_over.take().or_else(|| self.queue.recv().ok()) else { return Ok(Closed) };
            self.group.begin(self.end.next(), self.epoch, self.hash);
            match request {
                Request::Close => return Ok(Closed),
                Request::Restore { records, answer } => {
                    let outcome = self.restore(&records)?;
                    let _ = answer.send(outcome);
                }
                request => {
                    self.gather(request)?;
                    self.commit()?;
                }
            }
        }
    }

    /// Takes what is queued into the group, until it is full or something must wait for it.
    fn gather(&mut self, first: Request) -> io::Result<()> {
        let mut next = Some(first);
        while let Some(request) = next {
            match request {
                Request::Append { ref bytes, .. } if !self.fits(bytes.len()) => {
                    if !self.group.records.is_empty() {
                        self.held_over = Some(request);
                        return Ok(());
                    }
                    // Held over meanwhile, so that it gets an answer even where this fails.
                    self.held_over = Some(request);
                    self.roll()?;
                    self.held_over.take().into_iter().for_each(|request| self.admit(request));
                }
                Request::Append { .. } | Request::Fence { .. } => self.admit(request),
                Request::Restore { .. } | Request::Close => {
                    self.held_over = Some(request);
                    return Ok(());
                }
            }
            next = self.queue.try_recv().ok();
        }
        Ok(())
    }

    pub fn fits(&self, bytes: usize) -> bool {
        let with_group = self.group.buffer.len() + bytes;
        let in_group = self.group.records.is_empty() || with_group <= group::BYTES_MAX;
        let in_segment = self.active.offset + with_group as u64 <= self.segment_bytes;
        let first_of_segment = self.active.is_empty() && self.group.records.is_empty();
        in_group && (in_segment || first_of_segment)
    }

    fn admit(&mut self, request: Request) {
        match request {
            Request::Append { incarnation, commit, bytes, answer } => {
                let published = self.shared.published();
                match self.gate.admit(&published.heads, incarnation, &commit, self.group.next()) {
                    Ok(()) => self.group.push(commit, bytes, answer),
                    Err(refused) => self.group.push_refused(refused, answer),
                }
            }
            Request::Fence { stream, answer } => {
                let incarnation = self.gate.fence(stream);
                self.group.push_fence(stream, incarnation, answer);
            }
            Request::Restore { .. } | Request::Close => unreachable!("these are never part of a group"),
        }
    }

    fn commit(&mut self) -> io::Result<()> {
        self.write_group()?;
        let shared = &self.shared;
        self.group.acknowledge(|stream| shared.published().heads.0.get(&stream).copied());
        if !self.active.spare_asked_for && self.active.offset > self.segment_bytes / 2 {
            self.active.spare_asked_for = true;
            self.steward.prepare_segment();
        }
        Ok(())
    }

    /// After this it is durable, and everybody can see it.
    pub fn write_group(&mut self) -> io::Result<()> {
        if self.group.records.is_empty() {
            return Ok(());
        }
        self.disk.write(&self.active.file, &self.group.buffer, self.active.offset)?;
        self.disk.sync(&self.active.file)?;
        self.active.segment.mark(&self.group.records, self.active.offset);
        self.active.offset += self.group.buffer.len() as u64;
        self.end = Position(self.group.next().0 - 1);
        self.hash = self.group.hash;
        let counts = (self.group.records.len() as u64, self.group.events, self.group.buffer.len() as u64);
        self.shared.counters.wrote(counts.0, counts.1, counts.2);
        self.shared.publish(&mut self.gate, &self.group.records);
        Ok(())
    }

    /// The active segment is full: it is cut to its last record, so that nothing may ever follow it, and left.
    pub fn roll(&mut self) -> io::Result<()> {
        self.disk.truncate(&self.active.file, self.active.offset)?;
        self.begin_segment()?;
        self.steward.write_heads();
        Ok(())
    }

    /// One that has no records is replaced.
    pub fn begin_segment(&mut self) -> io::Result<()> {
        let last = &self.active.segment.header;
        let before = if self.active.is_empty() { last.before } else { last.first };
        let header = Header { first: self.end.next(), before, epoch: self.epoch, previous: self.hash };
        let file = match self.steward.take_spare() {
            Some(Spare { unnamed, file }) => {
                segment::begin(&self.disk, &file, &unnamed, &header)?;
                file
            }
            None => {
                let file = self.disk.create(UNNAMED_SEGMENT)?;
                segment::begin(&self.disk, &file, UNNAMED_SEGMENT, &header)?;
                file
            }
        };
        self.active = Active::new(&self.disk, header, file);
        self.shared.begin_segment(Arc::clone(&self.active.segment));
        Ok(())
    }
}

impl Active {
    pub fn new(disk: &Disk, header: Header, file: File) -> Self {
        let path = disk.path(&segment::name(header.first));
        let segment = Arc::new(Segment::new(header, path, Some(Marks::new(header.first))));
        Self { segment, file, offset: HEADER_BYTES as u64, spare_asked_for: false }
    }

    /// The first segment of a new journal.
    pub fn create(disk: &Disk, zeros: u64) -> io::Result<Self> {
        let header = Header {
            first: Position(1),
            before: Position::ZERO,
            epoch: 0,
            previous: crate::journal::codec::HASH_OF_NOTHING,
        };
        let file = disk.create(UNNAMED_SEGMENT)?;
        if disk.has_room_for(zeros) {
            disk.write_zeros(&file, 0, zeros)?;
        }
        segment::begin(disk, &file, UNNAMED_SEGMENT, &header)?;
        Ok(Self::new(disk, header, file))
    }
}
