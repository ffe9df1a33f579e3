//! The chunked transfer coding of an answer without an end: what is in the chunks, as it comes.

use std::io::{Error, ErrorKind, Result};

#[derive(Debug, Default)]
pub struct Chunks {
    /// Of the chunk that has begun.
    left: usize,
    /// A head or a line end that has not come in full.
    partial: Vec<u8>,
    has_ended: bool,
}

impl Chunks {
    /// Hands out what is in these bytes, piece by piece.
    pub fn take(&mut self, mut bytes: &[u8], mut piece: impl FnMut(&[u8])) -> Result<()> {
        while !bytes.is_empty() && !self.has_ended {
            if self.left > 0 {
                let count = self.left.min(bytes.len());
                piece(&bytes[..count]);
                (self.left, bytes) = (self.left - count, &bytes[count..]);
                continue;
            }
            self.partial.push(bytes[0]);
            bytes = &bytes[1..];
            // The line end of the chunk before stands in front of a head.
            let head = self.partial.strip_prefix(b"\r\n").unwrap_or(&self.partial);
            let Some(digits) = head.strip_suffix(b"\r\n").filter(|digits| !digits.is_empty()) else { continue };
            let digits = std::str::from_utf8(digits).map_err(|_| invalid())?;
            self.left = usize::from_str_radix(digits, 16).map_err(|_| invalid())?;
            self.has_ended = self.left == 0;
            self.partial.clear();
        }
        Ok(())
    }

    pub fn has_ended(&self) -> bool {
        self.has_ended
    }
}

fn invalid() -> Error {
    Error::new(ErrorKind::InvalidData, "not a chunked body")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_chunks_comes_out_however_it_is_cut() {
        let coded = b"4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n";
        for cut in 1..coded.len() {
            let (mut chunks, mut text) = (Chunks::default(), Vec::new());
            for part in coded.chunks(cut) {
                chunks.take(part, |piece| text.extend_from_slice(piece)).expect("valid");
            }
            assert_eq!((&text[..], chunks.has_ended()), (&b"wikipedia"[..], true), "{cut}");
        }
        assert!(Chunks::default().take(b"zz\r\n", |_| ()).is_err());
    }
}
