//! One record of the journal as bytes: sealing it, finding it again, and telling torn from damaged from sound.
//!
//! ```text
//!  0 marker u32 | 4 length of the body u32 | 8 CRC32C u32 of the length and of all that follows the CRC
//! 12 position u64 | 20 epoch u64 | 28 group u64 | 36 hash [32] | 68 body: the commit in postcard
//! ```
//!
//! All numbers are little-endian. The hash is BLAKE3 of the previous record's hash, position, epoch, group and body, so
//! that the last hash vouches for all before it. Where records stand in files is deliberately not known here.

use std::sync::Arc;

use serde::Deserialize;
use thiserror::Error;

use super::commit::{CommandRecord, Commit, Position, Record, Version};
use super::{AppendError, Head, StreamKind};
use crate::domain::{StreamId, Timestamp};

/// What a record's hash is chained to; of the first record: zeros.
pub type Hash = [u8; 32];

/// "No hash yet": what the first record is chained to.
pub const HASH_OF_NOTHING: Hash = [0; 32];

/// Not valid UTF-8, so that no text in a body is mistaken for the beginning of a record.
pub(crate) const MARKER: [u8; 4] = [0xf5, b'u', b's', 0xf6];
pub const HEADER_BYTES: usize = 68;
/// A venue with 200,000 seats fits; what is larger is a mistake, or a length that cannot be believed.
pub const BODY_BYTES_MAX: usize = 48 << 20;

/// Why bytes are not a record.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Unreadable {
    /// They end too early: `needed` of them from the beginning of the record.
    #[error("the record is incomplete")]
    Incomplete { needed: usize },
    #[error("there is no record here")]
    NoRecord,
    #[error("a record's length of {0} bytes cannot be right")]
    Length(usize),
    #[error("the checksum does not match")]
    Checksum,
    /// Whole, as its checksum says, and yet not what it should be.
    #[error("{0}")]
    Wrong(String),
}

/// A record whose checksum is right; its commit has not been decoded.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub position: Position,
    pub epoch: u64,
    pub group: Position,
    pub hash: Hash,
    pub bytes: &'a [u8],
}

/// The first fields of a commit: as much as the table of heads needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Peek {
    pub stream: StreamId,
    pub first_version: Version,
    _time: Timestamp,
    _commands: Vec<CommandRecord>,
    events: u64,
    /// Which variant of `Event` the first one is.
    kind: u32,
}

/// The commit's record, all but sealed: the caller's thread pays for the encoding, the writer's only for its place.
pub fn encode(commit: &Commit) -> Result<Arc<[u8]>, AppendError> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES + 64 + commit.events.len() * 48);
    bytes.resize(HEADER_BYTES, 0);
    let bytes = postcard::to_extend(commit, bytes).expect("a commit is plain data, and a vector grows");
    let body = bytes.len() - HEADER_BYTES;
    if body > BODY_BYTES_MAX {
        return Err(AppendError::TooLarge { bytes: body, max: BODY_BYTES_MAX });
    }
    Ok(bytes.into())
}

/// Gives an encoded record its place, and returns its hash.
pub fn seal(bytes: &mut [u8], position: Position, epoch: u64, group: Position, previous: &Hash) -> Hash {
    let length = (bytes.len() - HEADER_BYTES) as u32;
    bytes[0..4].copy_from_slice(&MARKER);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[12..20].copy_from_slice(&position.0.to_le_bytes());
    bytes[20..28].copy_from_slice(&epoch.to_le_bytes());
    bytes[28..36].copy_from_slice(&group.0.to_le_bytes());
    let hash = chained(previous, bytes);
    bytes[36..68].copy_from_slice(&hash);
    let checksum = checksum(bytes);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    hash
}

/// The length of the record that `bytes` begin with, if they hold all of it. Nothing else of it is checked.
pub(crate) fn measure(bytes: &[u8]) -> Result<usize, Unreadable> {
    let seen = bytes.len().min(MARKER.len());
    if bytes[..seen] != MARKER[..seen] {
        return Err(Unreadable::NoRecord);
    }
    if bytes.len() < HEADER_BYTES {
        return Err(Unreadable::Incomplete { needed: HEADER_BYTES });
    }
    let length = u32_at(bytes, 4) as usize;
    if length == 0 || length > BODY_BYTES_MAX {
        return Err(Unreadable::Length(length));
    }
    if bytes.len() < HEADER_BYTES + length {
        return Err(Unreadable::Incomplete { needed: HEADER_BYTES + length });
    }
    Ok(HEADER_BYTES + length)
}

/// The record that `bytes` begin with; more may follow it.
pub fn frame(bytes: &[u8]) -> Result<Frame<'_>, Unreadable> {
    let bytes = &bytes[..measure(bytes)?];
    if checksum(bytes) != u32_at(bytes, 8) {
        return Err(Unreadable::Checksum);
    }
    let hash = bytes[36..68].try_into().expect("32 bytes");
    let frame = Frame {
        position: position_at(bytes, 12),
        epoch: u64_at(bytes, 20),
        group: position_at(bytes, 28),
        hash,
        bytes,
    };
    if frame.group == Position::ZERO || frame.group > frame.position {
        return Err(Unreadable::Wrong(format!("record {} claims to be of group {}", frame.position, frame.group)));
    }
    Ok(frame)
}

/// A whole record with nothing after it, chained to `previous`.
pub fn decode(bytes: &[u8], previous: &Hash) -> Result<Record, Unreadable> {
    let frame = frame(bytes)?;
    if frame.bytes.len() != bytes.len() {
        return Err(Unreadable::Wrong(format!("{} bytes follow the record", bytes.len() - frame.bytes.len())));
    }
    if !frame.follows(previous) {
        return Err(Unreadable::Wrong(format!("record {} does not continue the hash chain", frame.position)));
    }
    frame.record()
}

impl Frame<'_> {
    /// The record, with its commit decoded.
    pub fn record(&self) -> Result<Record, Unreadable> {
        let Self { position, epoch, group, hash, bytes } = *self;
        let commit = Arc::new(self.commit()?);
        Ok(Record { position, epoch, group, hash, commit, bytes: Arc::from(bytes) })
    }

    /// Whether its hash is what it must be after a record with this hash.
    pub fn follows(&self, previous: &Hash) -> bool {
        chained(previous, self.bytes) == self.hash
    }

    fn commit(&self) -> Result<Commit, Unreadable> {
        let (commit, rest) = postcard::take_from_bytes::<Commit>(&self.bytes[HEADER_BYTES..])
            .map_err(|error| self.wrong(&format!("cannot be decoded: {error}")))?;
        if !rest.is_empty() {
            return Err(self.wrong("is longer than its commit"));
        }
        commit.check().map_err(|what| self.wrong(&what))?;
        Ok(commit)
    }

    /// Where the commit leaves its stream, without decoding its events.
    pub(crate) fn peek(&self) -> Result<(Peek, Head), Unreadable> {
        let (peek, _) = postcard::take_from_bytes::<Peek>(&self.bytes[HEADER_BYTES..])
            .map_err(|error| self.wrong(&format!("cannot be decoded: {error}")))?;
        let kind = match peek.kind {
            0 => StreamKind::Venue,
            1 => StreamKind::Show,
            2 => StreamKind::Checkout,
            other => return Err(self.wrong(&format!("has an event of an unknown kind ({other})"))),
        };
        if peek.first_version == 0 || peek.events == 0 {
            return Err(self.wrong("has no versions"));
        }
        let version =
            (peek.first_version - 1).checked_add(peek.events).ok_or_else(|| self.wrong("has versions without end"))?;
        let head = Head { kind, version, position: self.position };
        Ok((peek, head))
    }

    fn wrong(&self, what: &str) -> Unreadable {
        Unreadable::Wrong(format!("record {}: {what}", self.position))
    }
}

fn chained(previous: &Hash, bytes: &[u8]) -> Hash {
    let (place, body) = (&bytes[12..36], &bytes[HEADER_BYTES..]);
    *blake3::Hasher::new().update(previous).update(place).update(body).finalize().as_bytes()
}

/// The length is part of it: a damaged one would else be believed as long as it stays within bounds.
fn checksum(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&bytes[4..8]), &bytes[12..])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"))
}

fn position_at(bytes: &[u8], at: usize) -> Position {
    Position(u64_at(bytes, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CommandId, Event, Fingerprint, ShowEvent};

    #[test]
    fn a_glance_at_a_commit_sees_what_decoding_it_sees() {
        let command = |events| CommandRecord { id: CommandId(u128::MAX), fingerprint: Fingerprint(u64::MAX), events };
        let commit = Commit {
            stream: StreamId(uuid::Uuid::from_u128(u128::MAX / 3)),
            first_version: 1_000,
            time: Timestamp::from_micros(i64::MIN),
            commands: vec![command(199), command(1)],
            events: vec![Event::Show(ShowEvent::SalesPaused); 200],
        };
        let mut bytes = encode(&commit).expect("small");
        let unsealed = Arc::get_mut(&mut bytes).expect("nobody else has it");
        seal(unsealed, Position(5), 1, Position(5), &HASH_OF_NOTHING);
        let (peek, head) = frame(&bytes).and_then(|frame| frame.peek()).expect("sound");
        assert_eq!((peek.stream, peek.first_version), (commit.stream, commit.first_version));
        assert_eq!(head, commit.head(Position(5)));
    }
}
