//! What a snapshot of a show's actor holds: the show, the commands it remembers, and its time.

use serde::{Deserialize, Serialize};

use super::past_rows::PastRows;
use crate::domain::show::ShowSnapshot;
use crate::domain::{StreamId, Timestamp};
use crate::journal::Version;
use crate::store::Store;

/// Another first byte: another format. A snapshot of an unknown format is left aside; the log says it all.
const FORMAT: u8 = 2;

#[derive(Debug, Serialize, Deserialize)]
pub struct SnapshotBody {
    pub show: ShowSnapshot,
    pub remembered: PastRows,
    pub last_time: Timestamp,
}

impl SnapshotBody {
    /// `bytes`: about how many it will be.
    pub fn encode(&self, bytes: usize) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(bytes);
        encoded.push(FORMAT);
        postcard::to_extend(self, encoded).expect("a snapshot holds nothing that postcard cannot write")
    }

    /// The show's snapshot with its version and size, if there is one that can be used: readable, and not ahead of what is durable.
    pub fn load(store: &Store, stream: StreamId, durable: Version) -> Option<(Version, Self, u64)> {
        let (version, bytes) = match store.load_snapshot(stream) {
            Ok(found) => found?,
            Err(error) => {
                tracing::warn!(%stream, %error, "a snapshot cannot be read; the whole log is folded");
                return None;
            }
        };
        let body = match bytes.split_first() {
            Some((&FORMAT, body)) if version <= durable => postcard::from_bytes(body).ok(),
            _ => None,
        };
        if body.is_none() {
            tracing::warn!(%stream, version, durable, "a snapshot does not fit; the whole log is folded");
        }
        Some((version, body?, bytes.len() as u64))
    }
}
