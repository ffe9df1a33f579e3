//! The commands that a show remembers, as rows of fixed width: a hundred thousand of them are written in every snapshot,
//! on the thread that decides, and written one number after the other they cost more than all its decisions.

use crate::domain::remembered::{Past, Remembered};
use crate::domain::{CommandId, Fingerprint, Timestamp};

/// Id, fingerprint, version and time, little-endian.
const ROW_BYTES: usize = 16 + 8 + 8 + 8;

/// Writes a row for each, oldest first.
pub fn write(remembered: &Remembered, bytes: &mut Vec<u8>) {
    bytes.reserve(remembered.len() * ROW_BYTES);
    for Past { id, fingerprint, version, at } in remembered.iter() {
        let mut row = [0; ROW_BYTES];
        row[..16].copy_from_slice(&id.0.to_le_bytes());
        row[16..24].copy_from_slice(&fingerprint.0.to_le_bytes());
        row[24..32].copy_from_slice(&version.to_le_bytes());
        row[32..].copy_from_slice(&at.as_micros().to_le_bytes());
        bytes.extend_from_slice(&row);
    }
}

/// `None`: these are not whole rows.
pub fn read(bytes: &[u8]) -> Option<Remembered> {
    let (rows, rest) = bytes.as_chunks::<ROW_BYTES>();
    let past = |row: &[u8; ROW_BYTES]| Past {
        id: CommandId(u128::from_le_bytes(part(&row[..16]))),
        fingerprint: Fingerprint(u64::from_le_bytes(part(&row[16..24]))),
        version: u64::from_le_bytes(part(&row[24..32])),
        at: Timestamp::from_micros(i64::from_le_bytes(part(&row[32..]))),
    };
    rest.is_empty().then(|| rows.iter().map(past).collect())
}

fn part<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a row is cut into parts of these lengths")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let pasts = (1..=3).map(|n| Past {
            id: CommandId(u128::MAX / n),
            fingerprint: Fingerprint(u64::MAX / n as u64),
            version: n as u64,
            at: Timestamp::from_micros(-(n as i64)),
        });
        let remembered: Remembered = pasts.collect();
        let mut bytes = Vec::new();
        write(&remembered, &mut bytes);
        assert_eq!(read(&bytes), Some(remembered));
    }

    #[test]
    fn half_a_row_is_refused() {
        assert_eq!(read(&[0; ROW_BYTES + 1]), None);
    }
}
