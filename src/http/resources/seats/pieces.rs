//! A body of some pieces, so that the large one is shared among all readers and neither copied nor compressed again.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

pub struct Pieces {
    bytes: u64,
    pieces: [Bytes; 3],
}

/// Of the checksum and the length at the end of what [`with_checksum`] made.
const CHECKSUM_BYTES: usize = 8;

impl Pieces {
    pub fn plain(head: Bytes, rest: Bytes) -> Self {
        Self::of([head, rest, Bytes::new()])
    }

    /// gzip of a short head, stored as it is, and of a rest that was compressed before (RFC 1951, 3.2.4; RFC 1952).
    pub fn gzip(head: &[u8], rest: &Bytes) -> Self {
        let length = u16::try_from(head.len()).expect("a head is short");
        let (deflated, checksum) = rest.split_at(rest.len() - CHECKSUM_BYTES);
        let [crc, size] = [0, 4].map(|at| {
            u32::from_le_bytes(
                *checksum[at..].first_chunk().expect("a checksum has as many bytes as are cut off for it"),
            )
        });
        let mut first = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0];
        first.extend(length.to_le_bytes());
        first.extend((!length).to_le_bytes());
        first.extend(head);
        let mut both = crc32fast::Hasher::new();
        both.update(head);
        both.combine(&crc32fast::Hasher::new_with_initial_len(crc, size.into()));
        let last = [both.finalize().to_le_bytes(), size.wrapping_add(length.into()).to_le_bytes()].concat();
        Self::of([first.into(), rest.slice(..deflated.len()), last.into()])
    }

    fn of(pieces: [Bytes; 3]) -> Self {
        Self { bytes: pieces.iter().map(|piece| piece.len() as u64).sum(), pieces }
    }
}

/// What was compressed, followed by what the frame of gzip needs to know of it.
pub fn with_checksum(mut deflated: Vec<u8>, plain: &[u8]) -> Bytes {
    deflated.extend(crc32fast::hash(plain).to_le_bytes());
    // A map is far from 4 GiB: a plan has a limit.
    deflated.extend(u32::try_from(plain.len()).unwrap_or(u32::MAX).to_le_bytes());
    deflated.into()
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.bytes)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let next = self.pieces.iter_mut().find(|piece| !piece.is_empty()).map(std::mem::take);
        Poll::Ready(next.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::http::compression::deflated;

    #[actix_web::test]
    async fn the_pieces_of_gzip_are_one_text_again() {
        let (head, rest) = (b"{\"position\":\"7\",".to_vec(), "\"A-1\":\"held\",".repeat(10_000));
        let compressed = deflated(Bytes::from(rest.clone())).await.expect("compressed");
        let pieces = Pieces::gzip(&head, &with_checksum(compressed, rest.as_bytes()));
        let bytes = pieces.pieces.concat();
        assert_eq!(pieces.bytes, bytes.len() as u64);
        let mut text = String::new();
        // The decoder checks the checksum and the length.
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("sound gzip");
        assert_eq!(text, format!("{}{rest}", String::from_utf8_lossy(&head)));
        assert!(bytes.len() * 5 < text.len());
    }
}
