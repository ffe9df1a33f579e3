//! The segments that a directory holds, as far as their names and headers tell: none is missing, each names the one
//! before it. What is in them is deliberately not looked at here.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::disk::{Disk, about};
use super::error::OpenError;
use super::segment::{self, BadHeader, FORMAT, HEADER_BYTES, Header, Segment, UNNAMED};
use crate::journal::Position;
use crate::journal::codec::HASH_OF_NOTHING;

/// Its file is opened only where it is read: a long journal has more segments than a process may have open files.
pub(super) struct Found {
    pub segment: Segment,
    pub bytes: u64,
}

impl Found {
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.segment.path).map_err(self.about())
    }

    /// Says that it is about this segment.
    pub fn about(&self) -> impl FnOnce(io::Error) -> io::Error + use<> {
        about(&segment::name(self.segment.header.first))
    }

    pub fn damaged(&self, offset: u64, what: String) -> OpenError {
        OpenError::Damaged { file: self.segment.path.clone(), offset, what }
    }
}

/// All segments, in order.
pub(super) fn segments(disk: &Disk) -> Result<Vec<Found>, OpenError> {
    let io = OpenError::io(&disk.dir);
    let mut all: Vec<Found> = Vec::new();
    for first in segment::list(&disk.dir).map_err(&io)? {
        let found = header(disk, first).map_err(about(&segment::name(first))).map_err(&io)??;
        let header = &found.segment.header;
        let before = all.last().map_or(Position::ZERO, |found| found.segment.header.first);
        if header.before != before || (all.is_empty() && header.first != Position(1)) {
            let missing = segment::name(if header.before == Position::ZERO { Position(1) } else { header.before });
            return Err(found.damaged(24, format!("the segment before this one, {missing}, is missing")));
        }
        if all.is_empty() && header.previous != HASH_OF_NOTHING {
            return Err(found.damaged(40, "the first segment of a journal is chained to something before it".into()));
        }
        all.push(found);
    }
    Ok(all)
}

fn header(disk: &Disk, first: Position) -> io::Result<Result<Found, OpenError>> {
    let path = disk.path(&segment::name(first));
    let file = File::open(&path)?;
    let bytes = file.metadata()?.len();
    let mut header = [0; HEADER_BYTES];
    let readable = HEADER_BYTES.min(bytes as usize);
    file.read_exact_at(&mut header[..readable], 0)?;
    Ok(match Header::decode(&header[..readable], first) {
        Ok(header) => Ok(Found { segment: Segment::new(header, path, None), bytes }),
        Err(BadHeader::Damaged { offset, what }) => Err(OpenError::Damaged { file: path, offset, what }),
        Err(BadHeader::Format { found }) => Err(OpenError::Format { file: path, found, known: FORMAT }),
    })
}

/// What was being written when the process ended, and never got its name.
pub(super) fn remove_unnamed(disk: &Disk) -> io::Result<()> {
    unnamed(disk)?.iter().try_for_each(|name| std::fs::remove_file(disk.path(name)).map_err(about(name)))
}

/// Changes nothing, but fails where [`remove_unnamed`] would for what somebody else has put there.
pub(super) fn check_unnamed(disk: &Disk) -> io::Result<()> {
    match unnamed(disk)?.iter().find(|name| disk.path(name).is_dir()) {
        Some(name) => Err(about(name)(io::ErrorKind::IsADirectory.into())),
        None => Ok(()),
    }
}

fn unnamed(disk: &Disk) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&disk.dir)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| name.ends_with(UNNAMED)));
    }
    Ok(names)
}
