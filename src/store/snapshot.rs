//! A snapshot: bytes of a stream's state at a version, and how they stand in a file.
//!
//! Checked before it is believed: the file may be torn, of another stream, or of a format to come.

use crate::domain::StreamId;
use crate::journal::Version;
use crate::journal::codec::Hash;

#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub version: Version,
    /// Of the record that holds this version: it vouches for the whole log up to there. Where the store's log has another
    /// one, the journal has lost its tail since, and others have taken these versions.
    pub hash: Hash,
    pub bytes: Vec<u8>,
}

/// The last byte is the format.
const MAGIC: [u8; 8] = *b"usnapsh\x01";

/// Magic, checksum, version, hash, number of bytes that follow.
pub const HEADER_BYTES: usize = 8 + 4 + 8 + 32 + 8;

impl Snapshot {
    pub fn header(&self, stream: StreamId) -> [u8; HEADER_BYTES] {
        let mut header = [0; HEADER_BYTES];
        header[..8].copy_from_slice(&MAGIC);
        header[12..20].copy_from_slice(&self.version.to_le_bytes());
        header[20..52].copy_from_slice(&self.hash);
        header[52..].copy_from_slice(&(self.bytes.len() as u64).to_le_bytes());
        let checksum = checksum(stream, &header[12..], &self.bytes);
        header[8..12].copy_from_slice(&checksum.to_le_bytes());
        header
    }

    /// How many bytes follow, as far as an unchecked header says.
    pub fn length_in(header: &[u8; HEADER_BYTES]) -> u64 {
        u64::from_le_bytes(part(&header[52..]))
    }

    /// `Err` says what is wrong with it.
    pub fn parse(stream: StreamId, header: &[u8; HEADER_BYTES], bytes: Vec<u8>) -> Result<Self, String> {
        if header[..8] != MAGIC {
            return Err("it is none, or of another format".into());
        }
        let length = Self::length_in(header);
        if length != bytes.len() as u64 {
            return Err(format!("it has {} bytes of {length}", bytes.len()));
        }
        let expected = u32::from_le_bytes(part(&header[8..12]));
        let actual = checksum(stream, &header[12..], &bytes);
        if actual != expected {
            return Err(format!("its checksum is {actual:08x}, not {expected:08x}"));
        }
        Ok(Self { version: Version::from_le_bytes(part(&header[12..20])), hash: part(&header[20..52]), bytes })
    }
}

fn checksum(stream: StreamId, rest_of_header: &[u8], bytes: &[u8]) -> u32 {
    let sum = crc32c::crc32c_append(crc32c::crc32c(stream.0.as_bytes()), rest_of_header);
    crc32c::crc32c_append(sum, bytes)
}

fn part<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a header is cut into parts of these lengths")
}
