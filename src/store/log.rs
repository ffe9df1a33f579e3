//! One record in the store: its key, and its journal bytes as the value. One show's log is one prefix scan.

use std::borrow::Cow;
use std::sync::Arc;

use sled::Batch;
use uuid::Uuid;

use super::trees::Trees;
use super::{StoreError, value};
use crate::domain::StreamId;
use crate::journal::{Record, Version, codec};

/// Begins the keys of all records.
pub const PREFIX: u8 = b'l';

pub const KEY_BYTES: usize = 1 + 16 + 8;

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

/// A record never changes: putting it twice leaves one.
pub fn put(batch: &mut Batch, record: &Record) {
    value::put(batch, &key(record.commit.stream, record.commit.first_version), &record.bytes);
}

/// Puts a record in the place of what may be damaged.
pub fn replace(trees: &Trees, batch: &mut Batch, record: &Record) -> Result<(), StoreError> {
    let key = key(record.commit.stream, record.commit.first_version);
    value::replace(&trees.log, batch, &key, &record.bytes)?;
    Ok(())
}

/// The record's bytes as the journal gave them; `None` if there are none here, or none that can be believed.
pub fn bytes_at(trees: &Trees, stream: StreamId, first_version: Version) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes = value::get(&trees.log, &key(stream, first_version))?;
    Ok(bytes.and_then(Result::ok))
}

/// Decodes the record whose value begins with this head, and holds it against its key.
pub fn read(trees: &Trees, key: &[u8], head: &[u8]) -> Result<Record, StoreError> {
    let Some((stream, first_version)) = parse_key(key) else {
        return Err(StoreError::Damaged(format!("the log has a key of {} bytes", key.len())));
    };
    let damaged = |what: String| StoreError::StreamDamaged { stream, what: format!("version {first_version}: {what}") };
    let bytes: Cow<'_, [u8]> = value::whole(&trees.log, key, head)?.map_err(damaged)?;
    let record = codec::decode(Arc::from(bytes), None).map_err(|error| damaged(error.to_string()))?;
    if record.commit.stream != stream || record.commit.first_version != first_version {
        return Err(damaged("the record belongs elsewhere".into()));
    }
    Ok(record)
}
