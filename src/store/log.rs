//! The log's keys and values: a stream's records, as the journal has them, one run of them under each key. One show's
//! log is one scan of a prefix.

use sled::{Batch, IVec};
use uuid::Uuid;

use super::runs::Run;
use super::trees::Trees;
use super::{StoreError, value};
use crate::domain::StreamId;
use crate::journal::{Record, Version, codec};

/// Begins the keys of all runs.
pub const PREFIX: u8 = b'l';

const KEY_BYTES: usize = 1 + 16 + 8;

/// Sorts by stream, then by version.
pub fn key(stream: StreamId, first_version: Version) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    key[0] = PREFIX;
    key[1..17].copy_from_slice(stream.0.as_bytes());
    key[17..].copy_from_slice(&first_version.to_be_bytes());
    key
}

/// `None`: another kind of key.
pub fn parse_key(key: &[u8]) -> Option<(StreamId, Version)> {
    let rest: &[u8; KEY_BYTES - 1] = key.strip_prefix(&[PREFIX])?.try_into().ok()?;
    let (stream, version) = rest.split_first_chunk::<16>()?;
    let version = version.try_into().ok()?;
    Some((StreamId(Uuid::from_bytes(*stream)), Version::from_be_bytes(version)))
}

pub fn put(batch: &mut Batch, run: &Run) {
    value::put(batch, &key(run.stream, run.first_version), &run.bytes);
}

/// Puts a run in the place of what may be damaged.
pub fn replace(trees: &Trees, batch: &mut Batch, run: &Run) -> Result<(), StoreError> {
    value::replace(&trees.log, batch, &key(run.stream, run.first_version), &run.bytes)?;
    Ok(())
}

/// The run that may contain this version: the last one that does not begin after it.
pub fn run_before(trees: &Trees, stream: StreamId, version: Version) -> Result<Option<(IVec, IVec)>, StoreError> {
    Ok(trees.log.range(key(stream, 0)..=key(stream, version)).next_back().transpose()?)
}

/// Decodes the run whose value begins with this head, and holds it against its key.
pub fn read(trees: &Trees, key: &[u8], head: &[u8]) -> Result<Vec<Record>, StoreError> {
    let Some((stream, first_version)) = parse_key(key) else {
        return Err(StoreError::Damaged(format!("the log has a key of {} bytes", key.len())));
    };
    let damaged = |what: String| StoreError::StreamDamaged { stream, what: format!("version {first_version}: {what}") };
    let bytes = value::whole(&trees.log, key, head)?.map_err(damaged)?;
    let mut records = Vec::<Record>::new();
    let mut rest = &bytes[..];
    let mut expected = first_version;
    while !rest.is_empty() {
        let frame = codec::frame(rest).map_err(|error| damaged(error.to_string()))?;
        let record = frame.record().map_err(|error| damaged(error.to_string()))?;
        if record.commit.stream != stream || record.commit.first_version != expected {
            return Err(damaged("a record belongs elsewhere".into()));
        }
        expected = record.commit.last_version() + 1;
        rest = &rest[record.bytes.len()..];
        records.push(record);
    }
    Ok(records)
}
