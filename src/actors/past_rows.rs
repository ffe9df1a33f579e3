//! The commands that a show remembers, as rows of fixed width: a hundred thousand of them are written in every snapshot,
//! on the thread that decides, and written one number after the other they cost more than all its decisions.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::remembered::Past;
use crate::domain::{CommandId, Fingerprint, Timestamp};

/// Id, fingerprint, version and time, little-endian.
const ROW_BYTES: usize = 16 + 8 + 8 + 8;

/// Rows, oldest first.
#[derive(Debug)]
pub struct PastRows(Vec<u8>);

impl<'a> FromIterator<&'a Past> for PastRows {
    fn from_iter<I: IntoIterator<Item = &'a Past>>(pasts: I) -> Self {
        let pasts = pasts.into_iter();
        let mut bytes = Vec::with_capacity(pasts.size_hint().0 * ROW_BYTES);
        for Past { id, fingerprint, version, at } in pasts {
            let mut row = [0; ROW_BYTES];
            row[..16].copy_from_slice(&id.0.to_le_bytes());
            row[16..24].copy_from_slice(&fingerprint.0.to_le_bytes());
            row[24..32].copy_from_slice(&version.to_le_bytes());
            row[32..].copy_from_slice(&at.as_micros().to_le_bytes());
            bytes.extend_from_slice(&row);
        }
        Self(bytes)
    }
}

impl PastRows {
    pub fn iter(&self) -> impl Iterator<Item = Past> {
        self.0.chunks_exact(ROW_BYTES).map(|row| Past {
            id: CommandId(u128::from_le_bytes(part(&row[..16]))),
            fingerprint: Fingerprint(u64::from_le_bytes(part(&row[16..24]))),
            version: u64::from_le_bytes(part(&row[24..32])),
            at: Timestamp::from_micros(i64::from_le_bytes(part(&row[32..]))),
        })
    }
}

fn part<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a row is cut into parts of these lengths")
}

impl Serialize for PastRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for PastRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl Visitor<'_> for Rows {
            type Value = PastRows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "rows of {ROW_BYTES} bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<PastRows, E> {
                if bytes.len().is_multiple_of(ROW_BYTES) {
                    Ok(PastRows(bytes.to_vec()))
                } else {
                    Err(E::invalid_length(bytes.len(), &self))
                }
            }
        }
        deserializer.deserialize_bytes(Rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let pasts: Vec<Past> = (1..=3)
            .map(|n| Past {
                id: CommandId(u128::MAX / n),
                fingerprint: Fingerprint(u64::MAX / n as u64),
                version: n as u64,
                at: Timestamp::from_micros(-(n as i64)),
            })
            .collect();
        let bytes = postcard::to_stdvec(&PastRows::from_iter(&pasts)).expect("bytes are written");
        let rows: PastRows = postcard::from_bytes(&bytes).expect("bytes are read");
        assert_eq!(rows.iter().collect::<Vec<_>>(), pasts);
    }

    #[test]
    fn half_a_row_is_refused() {
        let bytes = postcard::to_stdvec(&PastRows(vec![0; ROW_BYTES + 1])).expect("bytes are written");
        assert!(postcard::from_bytes::<PastRows>(&bytes).is_err());
    }
}
