//! What a snapshot of a show's actor holds: the show, the commands it remembers, and its time.

use serde::{Deserialize, Serialize};

use super::past_rows::PastRows;
use crate::domain::show::ShowSnapshot;
use crate::domain::{StreamId, Timestamp};
use crate::journal::Version;
use crate::journal::codec::Hash;
use crate::store::{Snapshot, Store};

/// Another first byte: another format. A snapshot of an unknown format is left aside; the log says it all.
const FORMAT: u8 = 2;

#[derive(Debug, Serialize, Deserialize)]
pub struct SnapshotBody<'a> {
    pub show: ShowSnapshot<'a>,
    pub remembered: PastRows,
    pub last_time: Timestamp,
}

impl SnapshotBody<'_> {
    /// `bytes`: about how many it will be.
    pub fn encode(&self, bytes: usize) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(bytes);
        encoded.push(FORMAT);
        postcard::to_extend(self, encoded).expect("a snapshot holds nothing that postcard cannot write")
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
        let body = match bytes.split_first() {
            Some((&FORMAT, body)) if version <= durable => postcard::from_bytes(body).ok(),
            _ => None,
        };
        if body.is_none() {
            tracing::warn!(%stream, version, durable, "a snapshot does not fit; the whole log is folded");
        }
        Some(Self { version, hash, body: body?, bytes: bytes.len() as u64 })
    }
}
