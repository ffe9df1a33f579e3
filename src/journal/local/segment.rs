//! Segment files: their names, their headers, and how one comes into being.
//!
//! ```text
//!  0 magic [8] | 8 format u32 | 12 CRC32C u32 of what follows | 16 first position u64 | 24 first position of the segment
//! before, 0 if there is none u64 | 32 epoch u64 | 40 hash of the record before the first [32] | 72 records
//! ```
//!
//! A segment gets its name only when its header is durable, and the one before it was cut to its last record before
//! that. So a named file always has a header, and only in the last one may anything follow the records.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::disk::Disk;
use super::marks::Marks;
use crate::journal::codec::{Hash, u32_at, u64_at};
use crate::journal::{Position, Record};

pub(super) const HEADER_BYTES: usize = 72;
pub(super) const FORMAT: u32 = 1;
const MAGIC: [u8; 8] = *b"\xf5usjrnl\n";
const SUFFIX: &str = ".journal";
/// What is being written and has no name yet; removed at boot.
pub(super) const UNNAMED: &str = ".tmp";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub first: Position,
    /// The first position of the segment before: so that a missing one is noticed without reading its neighbours.
    pub before: Position,
    pub epoch: u64,
    /// Of the record before the first.
    pub previous: Hash,
}

/// Why a file's header cannot be used.
#[derive(Debug)]
pub(super) enum BadHeader {
    Damaged { offset: u64, what: String },
    Format { found: u32 },
}

/// A segment as readers see it.
#[derive(Debug)]
pub(super) struct Segment {
    pub header: Header,
    pub path: PathBuf,
    /// `None`: nobody has looked for a position in it yet.
    marks: RwLock<Option<Marks>>,
}

impl Segment {
    pub fn new(header: Header, path: PathBuf, marks: Option<Marks>) -> Self {
        Self { header, path, marks: RwLock::new(marks) }
    }

    /// Where to begin looking for a position, if that is known.
    pub fn seek(&self, position: Position) -> Option<u64> {
        let marks = self.marks.read().unwrap_or_else(PoisonError::into_inner);
        marks.as_ref().map(|marks| marks.seek(position))
    }

    pub fn set_marks(&self, marks: Marks) {
        *self.marks.write().unwrap_or_else(PoisonError::into_inner) = Some(marks);
    }

    /// These records were written, the first of them at `offset`.
    pub fn mark(&self, records: &[Record], mut offset: u64) {
        if let Some(marks) = self.marks.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            for record in records {
                marks.note(record.position, offset);
                offset += record.bytes.len() as u64;
            }
        }
    }
}

pub(super) fn name(first: Position) -> String {
    format!("{:020}{SUFFIX}", first.0)
}

/// The first positions of all segments in a directory, ascending.
pub(super) fn list(dir: &Path) -> io::Result<Vec<Position>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let file_name = entry?.file_name();
        let digits = file_name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        found.extend(digits.filter(|digits| digits.len() == 20).and_then(|digits| digits.parse().ok()).map(Position));
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes `file` (prepared or empty, still without its name) the segment that begins here.
pub(super) fn begin(disk: &Disk, file: &File, unnamed: &str, header: &Header) -> io::Result<()> {
    disk.write(file, &header.encode(), 0)?;
    disk.sync(file)?;
    disk.rename(unnamed, &name(header.first))
}

impl Header {
    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.0.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.before.0.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.epoch.to_le_bytes());
        bytes[40..72].copy_from_slice(&self.previous);
        let checksum = crc32c::crc32c(&bytes[16..]);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Of the segment with this name.
    pub fn decode(bytes: &[u8], first: Position) -> Result<Self, BadHeader> {
        let damaged = |offset, what: &str| Err(BadHeader::Damaged { offset, what: what.to_owned() });
        if bytes.len() < HEADER_BYTES {
            return damaged(bytes.len() as u64, "the file ends within the segment's header");
        }
        if bytes[0..8] != MAGIC {
            return damaged(0, "this is not a segment of a journal");
        }
        let found = u32_at(bytes, 8);
        if found != FORMAT {
            return Err(BadHeader::Format { found });
        }
        if crc32c::crc32c(&bytes[16..HEADER_BYTES]) != u32_at(bytes, 12) {
            return damaged(12, "the checksum of the segment's header does not match");
        }
        let header = Self {
            first: Position(u64_at(bytes, 16)),
            before: Position(u64_at(bytes, 24)),
            epoch: u64_at(bytes, 32),
            previous: bytes[40..72].try_into().expect("32 bytes"),
        };
        if header.first != first {
            return damaged(16, &format!("its name says that it begins at {first}, its header says {}", header.first));
        }
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_any_bit_flipped_is_refused() {
        let header = Header { first: Position(7), before: Position(1), epoch: 3, previous: [9; 32] };
        let bytes = header.encode();
        assert_eq!(Header::decode(&bytes, Position(7)).expect("sound"), header);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::decode(&flipped, Position(7)).is_err(), "bit {bit}");
        }
    }
}
