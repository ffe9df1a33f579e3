//! What a snapshot of a show's actor holds: the show, the commands it remembers, and its time.

use std::borrow::Cow;

use super::past_rows;
use crate::domain::remembered::Remembered;
use crate::domain::show::ShowSnapshot;
use crate::domain::{StreamId, Timestamp};
use crate::journal::Version;
use crate::journal::codec::Hash;
use crate::store::{Snapshot, Store};

/// Another first byte: another format. A snapshot of an unknown format is left aside; the log says it all.
const FORMAT: u8 = 3;

/// Borrowed from a show to be written, its own when it was read.
#[derive(Debug, PartialEq)]
pub struct SnapshotBody<'a> {
    pub show: ShowSnapshot<'a>,
    pub last_time: Timestamp,
    pub remembered: Cow<'a, Remembered>,
}

impl SnapshotBody<'_> {
    /// `bytes`: about how many it will be.
    pub fn encode(&self, bytes: usize) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(bytes);
        encoded.push(FORMAT);
        let encoded = postcard::to_extend(&(&self.show, self.last_time), encoded);
        let mut encoded = encoded.expect("a show holds nothing that postcard cannot write");
        past_rows::write(&self.remembered, &mut encoded);
        encoded
    }

    /// `None`: of another format, or none at all.
    pub fn decode(bytes: &[u8]) -> Option<SnapshotBody<'static>> {
        let ((show, last_time), rows) = postcard::take_from_bytes(bytes.strip_prefix(&[FORMAT])?).ok()?;
        Some(SnapshotBody { show, last_time, remembered: Cow::Owned(past_rows::read(rows)?) })
    }
}

/// What a recovery begins from, if the log says the same.
pub struct Loaded {
    pub version: Version,
    /// Of the record that holds this version.
    pub hash: Hash,
    pub body: SnapshotBody<'static>,
    /// Its size.
    pub bytes: u64,
}

impl Loaded {
    /// The show's snapshot, if there is one that can be used: readable, and not ahead of what is durable.
    pub fn load(store: &Store, stream: StreamId, durable: Version) -> Option<Self> {
        let Snapshot { version, hash, bytes } = store.load_snapshot(stream)?;
        let body = if version <= durable { SnapshotBody::decode(&bytes) } else { None };
        if body.is_none() {
            tracing::warn!(%stream, version, durable, "a snapshot does not fit; the whole log is folded");
        }
        Some(Self { version, hash, body: body?, bytes: bytes.len() as u64 })
    }
}
