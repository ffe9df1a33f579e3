//! What everybody must hear: the first who hears something writes it down, all others are held against it.

use anyhow::{Result, bail};

const COMMENT: &[u8] = b":\n\n";

#[derive(Debug, Default)]
pub struct Record {
    bytes: Vec<u8>,
}

impl Record {
    /// What a listener hears after `at`. Returns up to where it has heard now.
    pub fn hear(&mut self, mut at: usize, mut heard: &[u8]) -> Result<usize> {
        while !heard.is_empty() {
            // Signs of life come where nothing happens, and not to all the same number of them.
            if at == 0 || self.bytes[..at].ends_with(b"\n\n") {
                if heard.starts_with(COMMENT) {
                    heard = &heard[COMMENT.len()..];
                    continue;
                }
                if heard[0] == b':' {
                    bail!("a sign of life in pieces: {heard:?}");
                }
            }
            let known = &self.bytes[at..];
            if known.is_empty() {
                self.bytes.extend_from_slice(heard);
                return Ok(self.bytes.len());
            }
            let count = known.len().min(heard.len());
            if known[..count] != heard[..count] {
                let (known, heard) = (String::from_utf8_lossy(&known[..count]), String::from_utf8_lossy(heard));
                bail!("one listener heard\n{heard}\nwhere another heard\n{known}");
            }
            (at, heard) = (at + count, &heard[count..]);
        }
        Ok(at)
    }

    /// Without what comes after this place.
    pub fn up_to(mut self, end: usize) -> Self {
        self.bytes.truncate(end);
        self
    }

    /// Each event with the place at which it ends.
    pub fn events(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut at = 0;
        let text = std::str::from_utf8(&self.bytes).unwrap_or_default();
        text.split_inclusive("\n\n").map(move |event| {
            at += event.len();
            (at, event)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_must_hear_the_same_however_it_is_cut() {
        let mut record = Record::default();
        let first = record.hear(0, b":\n\nid: 1\n\nid: 2\n\n").expect("the first is always right");
        assert_eq!(first, record.bytes.len());
        let second = record.hear(0, b"id: 1\n").expect("the same");
        assert_eq!(record.hear(second, b"\nid: 2\n\nid: 3\n\n").expect("the same and more"), record.bytes.len());
        assert_eq!(record.events().map(|(end, _)| end).collect::<Vec<_>>(), [7, 14, 21]);
        assert_eq!(record.hear(first, b":\n\nid: 3\n\n").expect("the same"), record.bytes.len());
    }

    #[test]
    fn a_loss_a_repeat_and_another_order_are_found() {
        for planted in [&b"id: 2\n\n"[..], b"id: 1\n\nid: 1\n\n", b"id: 1\n\nid: 3\n\n"] {
            let mut record = Record::default();
            record.hear(0, b"id: 1\n\nid: 2\n\nid: 3\n\n").expect("the first is always right");
            assert!(record.hear(0, planted).is_err());
        }
    }
}
