//! Reads segments from end to end at boot: checks them, and folds what they did to the streams.

use std::fs::File;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ahash::AHashMap;

use super::marks::Marks;
use super::segment::Header;
use super::walk::{Chain, Stop, Walk};
use crate::domain::StreamId;
use crate::journal::codec::{Frame, Hash, Unreadable};
use crate::journal::streams::Heads;
use crate::journal::{Head, Position, Version};

/// One segment, read to where it stopped.
pub(super) struct Scan {
    /// What the next record would be, where, and what it would be chained to.
    pub next: Position,
    pub offset: u64,
    pub hash: Hash,
    pub epoch: u64,
    /// `None`: the file ended, or zeros began.
    pub bad: Option<Unreadable>,
    pub marks: Marks,
    pub changes: Changes,
}

/// What part of the journal did to the streams.
#[derive(Default)]
pub(super) struct Changes(AHashMap<StreamId, Change>);

struct Change {
    first_version: Version,
    /// Of the record with that version.
    offset: u64,
    head: Head,
}

/// A version that is not the next of its stream, and the offset of its record.
pub(super) struct Gap {
    pub offset: u64,
    pub what: String,
}

/// `changes_after`: records up to this position are only checked.
pub(super) fn scan(file: &File, header: &Header, chain: Chain, changes_after: Position) -> io::Result<Scan> {
    let mut walk = Walk::new(file, header.first, chain);
    let mut marks = Marks::new(header.first);
    let (mut hash, mut epoch, mut changes) = (header.previous, header.epoch, Changes::default());
    let bad = loop {
        match walk.next() {
            Ok((offset, frame)) => {
                marks.note(frame.position, offset);
                (hash, epoch) = (frame.hash, frame.epoch);
                if frame.position > changes_after
                    && let Err(gap) = changes.fold(&frame, offset)
                {
                    walk.offset = offset;
                    break Some(gap);
                }
            }
            Err(Stop::NoMore) => break None,
            Err(Stop::Bad(bad)) => break Some(bad),
            Err(Stop::Io(error)) => return Err(error),
        }
    };
    let next = walk.expected.unwrap_or(header.first);
    Ok(Scan { next, offset: walk.offset, hash, epoch, bad, marks, changes })
}

impl Changes {
    fn fold(&mut self, frame: &Frame<'_>, offset: u64) -> Result<(), Unreadable> {
        let (peek, head) = frame.peek()?;
        match self.0.entry(peek.stream) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(Change { first_version: peek.first_version, offset, head });
            }
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                let change = entry.get_mut();
                follows(&peek.stream, change.head.version, peek.first_version).map_err(Unreadable::Wrong)?;
                change.head = head;
            }
        }
        Ok(())
    }

    /// Onto the heads as they were before.
    pub fn apply(self, heads: &mut Heads) -> Result<(), Gap> {
        for (stream, change) in self.0 {
            let before = heads.0.insert(stream, change.head).map_or(0, |head| head.version);
            follows(&stream, before, change.first_version).map_err(|what| Gap { offset: change.offset, what })?;
        }
        Ok(())
    }
}

fn follows(stream: &StreamId, head: Version, first: Version) -> Result<(), String> {
    if first == head + 1 {
        Ok(())
    } else {
        Err(format!("version {first} of stream {stream} follows its version {head}"))
    }
}

/// Runs a job for each index on all cores; results in order.
pub(super) fn on_all_cores<T: Send>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count);
    if threads <= 1 {
        return (0..count).map(job).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let outcome = job(index);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
