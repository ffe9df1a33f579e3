//! The chunked transfer coding: an export of a running server comes in it.

use std::io::{Error, ErrorKind, Result};

use bytes::{Bytes, BytesMut};

/// The body and the bytes it took; `None`: there is more to come.
pub fn decode(incoming: &[u8]) -> Result<Option<(Bytes, usize)>> {
    let invalid = || Error::new(ErrorKind::InvalidData, "not a chunked body");
    let mut body = BytesMut::new();
    let mut at = 0;
    loop {
        let (skip, size) = match httparse::parse_chunk_size(&incoming[at..]).map_err(|_| invalid())? {
            httparse::Status::Complete(chunk) => chunk,
            httparse::Status::Partial => return Ok(None),
        };
        let start = at + skip;
        let end = start.checked_add(usize::try_from(size).map_err(|_| invalid())?).ok_or_else(invalid)?;
        // Each chunk ends with a line end of its own; trailers are not used by this API.
        if incoming.len() < end + 2 {
            return Ok(None);
        }
        if &incoming[end..end + 2] != b"\r\n" {
            return Err(invalid());
        }
        body.extend_from_slice(&incoming[start..end]);
        at = end + 2;
        if size == 0 {
            return Ok(Some((body.freeze(), at)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_once_all_are_there() {
        let whole = b"4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            assert!(decode(&whole[..end]).expect("partial").is_none(), "{end}");
        }
        let (body, bytes) = decode(whole).expect("valid").expect("complete");
        assert_eq!((&body[..], bytes), (&b"wikipedia"[..], whole.len()));
    }

    #[test]
    fn a_chunk_without_its_line_end_is_an_error() {
        assert!(decode(b"2\r\nabXX").is_err());
    }
}
