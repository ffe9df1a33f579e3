//! The heads of all streams as of one position, written down so that opening need not read the whole journal.
//!
//! It is derived: without it, or with one that does not fit, the heads are folded from all segments. But it is also a
//! witness: what it names was durable, so a journal that ends before it has lost something.
//!
//! ```text
//! 0 magic [8] | 8 CRC32C u32 of what follows | 12 position u64 | 20 hash of its record [32] | 52 streams u64
//! 60 for each stream: id [16], kind u8, version u64, position u64
//! ```

use std::io;

use super::disk::Disk;
use crate::domain::StreamId;
use crate::journal::codec::{Hash, u32_at, u64_at};
use crate::journal::streams::Heads;
use crate::journal::{Head, Position, StreamKind};

pub(super) const NAME: &str = "heads";
const UNNAMED: &str = "heads.tmp";
const MAGIC: [u8; 8] = *b"\xf5usheds1";
const HEADER_BYTES: usize = 60;
const ENTRY_BYTES: usize = 33;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Checkpoint {
    pub position: Position,
    pub hash: Hash,
    pub heads: Heads,
}

impl Checkpoint {
    pub fn write(&self, disk: &Disk) -> io::Result<()> {
        let file = disk.create(UNNAMED)?;
        disk.write(&file, &self.encode(), 0)?;
        disk.sync(&file)?;
        disk.rename(UNNAMED, NAME)
    }

    /// `Ok(None)`: there is none. An error says what is wrong with the one that is there.
    pub fn read(disk: &Disk) -> Result<Option<Self>, String> {
        match std::fs::read(disk.path(NAME)) {
            Ok(bytes) => Self::decode(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.heads.0.len() * ENTRY_BYTES);
        bytes.extend(MAGIC);
        bytes.extend([0; 4]);
        bytes.extend(self.position.0.to_le_bytes());
        bytes.extend(self.hash);
        bytes.extend((self.heads.0.len() as u64).to_le_bytes());
        for (stream, head) in &self.heads.0 {
            bytes.extend(stream.0.as_bytes());
            bytes.push(match head.kind {
                StreamKind::Venue => 0,
                StreamKind::Show => 1,
                StreamKind::Checkout => 2,
            });
            bytes.extend(head.version.to_le_bytes());
            bytes.extend(head.position.0.to_le_bytes());
        }
        let checksum = crc32c::crc32c(&bytes[12..]);
        bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() < HEADER_BYTES || bytes[0..8] != MAGIC {
            return Err("this is not a table of heads, or one of another version".into());
        }
        if crc32c::crc32c(&bytes[12..]) != u32_at(bytes, 8) {
            return Err("the checksum does not match".into());
        }
        let (entries, rest) = bytes[HEADER_BYTES..].as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() || entries.len() as u64 != u64_at(bytes, 52) {
            return Err("the number of streams does not match".into());
        }
        let heads = entries.iter().map(|entry| {
            let kind = match entry[16] {
                0 => StreamKind::Venue,
                1 => StreamKind::Show,
                2 => StreamKind::Checkout,
                other => return Err(format!("there is no kind of stream {other}")),
            };
            let stream = StreamId(uuid::Uuid::from_bytes(entry[..16].try_into().expect("16 bytes")));
            Ok((stream, Head { kind, version: u64_at(entry, 17), position: Position(u64_at(entry, 25)) }))
        });
        let heads = Heads(heads.collect::<Result<_, _>>()?);
        let hash = bytes[20..52].try_into().expect("32 bytes");
        Ok(Self { position: Position(u64_at(bytes, 12)), hash, heads })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_any_flipped_bit_is_noticed() {
        let head = Head { kind: StreamKind::Show, version: 5, position: Position(9) };
        let heads = Heads([(StreamId(uuid::Uuid::from_u128(7)), head)].into_iter().collect());
        let checkpoint = Checkpoint { position: Position(9), hash: [3; 32], heads };
        let bytes = checkpoint.encode();
        assert_eq!(Checkpoint::decode(&bytes), Ok(checkpoint));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Checkpoint::decode(&flipped).is_err(), "bit {bit}");
        }
    }
}
