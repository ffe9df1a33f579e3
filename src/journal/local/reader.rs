//! Reads a journal that nobody writes, from end to end, with every check: for `verify` and `export`.
//!
//! Damage is an item like any other, and reading goes on behind it where anything readable follows, so that its extent
//! is seen. Nothing is changed, not even a torn tail.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ahash::AHashMap;

use super::checkpoint::Checkpoint;
use super::disk::{Disk, about};
use super::error::{OpenError, damaged, unreadable};
use super::lock::Lock;
use super::opening::TornTail;
use super::segment::{self, BadHeader, FORMAT, HEADER_BYTES, Header};
use super::tail::{self, Tail};
use super::walk::{Chain, Stop, Walk};
use crate::domain::StreamId;
use crate::journal::codec::{HASH_OF_NOTHING, Hash, Unreadable};
use crate::journal::{Position, ReadError, Record, Version};

/// An iterator over all records, and over what is wrong with them. It ends at the first error of the disk.
pub struct Reader {
    dir: PathBuf,
    _lock: Lock,
    segments: Vec<(Position, PathBuf)>,
    /// How many of `segments` were begun.
    begun: usize,
    walk: Option<Walk<File>>,
    /// `None`: lost in damage, as the hash is then.
    next: Option<Position>,
    hash: Option<Hash>,
    versions: AHashMap<StreamId, Version>,
    /// What was durable when the heads were last written down.
    witnessed: Position,
    torn_tail: Option<TornTail>,
    progress: Progress,
    bytes_before: u64,
}

/// How far a [`Reader`] has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub bytes_done: u64,
    pub bytes_total: u64,
    /// That were read and found sound.
    pub records: u64,
    /// Places where something is wrong.
    pub damages: u64,
}

impl Reader {
    /// Refused while a server writes this journal.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let io = OpenError::io(dir);
        // Before the lock, so that a wrong directory is not given a lock file.
        let positions = segment::list(dir).map_err(&io)?;
        let lock = Lock::shared(dir).map_err(OpenError::not_locked(dir))?;
        let disk = Disk { dir: dir.to_owned(), faults: Arc::default(), counters: Arc::default() };
        let witnessed = Checkpoint::read(&disk).ok().flatten().map_or(Position::ZERO, |checkpoint| checkpoint.position);
        let segments: Vec<_> = positions.into_iter().map(|first| (first, disk.path(&segment::name(first)))).collect();
        let mut progress = Progress::default();
        for (first, path) in &segments {
            progress.bytes_total += path.metadata().map_err(about(&segment::name(*first))).map_err(&io)?.len();
        }
        Ok(Self {
            dir: dir.to_owned(),
            _lock: lock,
            segments,
            begun: 0,
            walk: None,
            next: Some(Position(1)),
            hash: Some(HASH_OF_NOTHING),
            versions: AHashMap::new(),
            witnessed,
            torn_tail: None,
            progress,
            bytes_before: 0,
        })
    }

    pub fn progress(&self) -> Progress {
        Progress { bytes_done: self.bytes_before + self.walk.as_ref().map_or(0, |walk| walk.offset), ..self.progress }
    }

    /// Once everything is read: the interrupted write at the end, which the next start will cut off. It is no damage.
    pub fn torn_tail(&self) -> Option<&TornTail> {
        self.torn_tail.as_ref()
    }

    fn path(&self) -> &Path {
        &self.segments[self.begun - 1].1
    }

    /// The next segment; `Ok(None)`: there is none.
    fn begin_segment(&mut self) -> Result<Option<()>, ReadError> {
        let Some((first, path)) = self.segments.get(self.begun).cloned() else { return Ok(None) };
        self.begun += 1;
        let io = unreadable(&path);
        let file = File::open(&path).map_err(&io)?;
        let mut bytes = [0; HEADER_BYTES];
        let header = file.read_exact_at(&mut bytes, 0).map_or(&[][..], |()| &bytes[..]);
        let (expected, hash) = (self.next.replace(first), self.hash.take());
        let header = Header::decode(header, first);
        self.hash = header.as_ref().ok().map(|header| header.previous);
        self.walk = Some(Walk::new(file, first, Chain::Checked(self.hash)));
        let header = header.map_err(|bad| {
            let (offset, what) = match bad {
                BadHeader::Damaged { offset, what } => (offset, what),
                BadHeader::Format { found } => (8, format!("its format is {found}, this version reads {FORMAT}")),
            };
            damaged(&path, offset, what)
        })?;
        if let Some(expected) = expected
            && expected != header.first
        {
            let what = format!("the segment begins with record {}, {expected} was to follow", header.first);
            return Err(damaged(&path, 16, what));
        }
        if hash.is_some_and(|hash| hash != header.previous) {
            return Err(damaged(&path, 40, "the segment does not continue the hash chain of the one before it"));
        }
        Ok(Some(()))
    }

    fn step(&mut self) -> Option<Result<Record, ReadError>> {
        loop {
            if self.segments.is_empty() && self.witnessed > Position::ZERO {
                let witnessed = std::mem::take(&mut self.witnessed);
                return Some(Err(missing(&self.dir, witnessed)));
            }
            let Some(walk) = &mut self.walk else {
                match self.begin_segment() {
                    Ok(Some(())) => continue,
                    Ok(None) => return None,
                    Err(error) => return Some(Err(error)),
                }
            };
            let before = walk.offset;
            match walk.next() {
                Ok((offset, frame)) => {
                    (self.next, self.hash) = (Some(frame.position.next()), Some(frame.hash));
                    let record = frame.record().and_then(|record| self.check_versions(&record).map(|()| record));
                    return Some(record.map_err(|what| damaged(self.path(), offset, what.to_string())));
                }
                Err(Stop::Io(error)) => return Some(Err(unreadable(self.path())(error))),
                Err(stop) => {
                    let bad = if let Stop::Bad(bad) = stop { Some(bad) } else { None };
                    match self.settle(before, bad) {
                        Ok(()) => {}
                        Err(error) => return Some(Err(error)),
                    }
                }
            }
        }
    }

    /// There is no next record here. `Ok`: as it should be.
    fn settle(&mut self, offset: u64, bad: Option<Unreadable>) -> Result<(), ReadError> {
        let walk = self.walk.take().expect("it stopped just now");
        let (path, file) = (self.path().to_owned(), walk.file);
        let io = unreadable(&path);
        let bytes = file.metadata().map_err(&io)?.len();
        let expected = self.next.expect("a walk begins at a known position");
        let vouched = if self.begun == self.segments.len() { self.witnessed } else { Position(u64::MAX) };
        let tail = tail::judge(&file, offset, expected, bad.as_ref(), vouched).map_err(&io)?;
        let found = match tail {
            Tail::Damaged { .. } => self.find_on(&file, offset + 1, bytes).map_err(&io)?,
            Tail::Clean | Tail::Torn { .. } => None,
        };
        match found {
            Some((offset, position)) => {
                (self.next, self.hash) = (Some(position), None);
                self.walk = Some(Walk::from(file, offset, None, Chain::Checked(None)));
            }
            None => self.bytes_before += bytes,
        }
        let lost = self.begun == self.segments.len() && expected <= self.witnessed;
        match tail {
            Tail::Damaged { what } => {
                if found.is_none() {
                    (self.next, self.hash) = (None, None);
                }
                Err(damaged(&path, offset, what))
            }
            Tail::Clean if lost => {
                let what =
                    format!("the journal ends before record {expected}, it was durable up to {}", self.witnessed);
                Err(damaged(&path, offset, what))
            }
            Tail::Clean => Ok(()),
            Tail::Torn { bytes } => {
                self.torn_tail = Some(TornTail { file: self.path().to_owned(), offset, bytes });
                Ok(())
            }
        }
    }

    /// The next readable record behind damage.
    fn find_on(&self, file: &File, from: u64, bytes: u64) -> io::Result<Option<(u64, Position)>> {
        let mut rest = vec![0; bytes.saturating_sub(from) as usize];
        file.read_exact_at(&mut rest, from)?;
        let found = tail::find(&rest, 0, |frame| self.next.is_none_or(|next| frame.position >= next));
        Ok(found.map(|(at, frame)| (from + at as u64, frame.position)))
    }

    /// Behind damage nothing is known of the versions any more.
    fn check_versions(&mut self, record: &Record) -> Result<(), Unreadable> {
        let commit = &record.commit;
        let before = self.versions.insert(commit.stream, commit.last_version()).unwrap_or(0);
        if self.progress.damages > 0 || commit.first_version == before + 1 {
            return Ok(());
        }
        let what = format!("version {} of stream {} follows its version {before}", commit.first_version, commit.stream);
        Err(Unreadable::Wrong(format!("record {}: {what}", record.position)))
    }
}

impl Iterator for Reader {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.step()?;
        match &item {
            Ok(_) => self.progress.records += 1,
            Err(ReadError::Damaged { .. }) => self.progress.damages += 1,
            Err(ReadError::Io(_)) => {
                self.walk = None;
                self.begun = self.segments.len();
            }
        }
        Some(item)
    }
}

fn missing(dir: &Path, witnessed: Position) -> ReadError {
    damaged(dir, 0, format!("there are no segments, but the journal was durable up to {witnessed}"))
}
