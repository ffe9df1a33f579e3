//! What follows the last readable record of the last segment: nothing, a torn tail, or damage.
//!
//! A write that the crash interrupted was acknowledged to nobody and may be cut off. Nothing else may: so bytes that
//! cannot be read are a torn tail only if nothing shows that the journal had gone on after them. What shows it: a
//! readable record of a later group further on (a group is written only when the one before it is durable), or a
//! position that was durable when the heads were last written down.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::journal::Position;
use crate::journal::codec::{self, Frame, MARKER, Unreadable};

const CHUNK_BYTES: usize = 1 << 20;

#[derive(Debug, PartialEq)]
pub(super) enum Tail {
    /// Zeros at most.
    Clean,
    /// So many bytes, up to the last that is not zero.
    Torn {
        bytes: u64,
    },
    Damaged {
        what: String,
    },
}

/// `bad`: why there is no record `expected` at `offset`, if not for a zero. `witnessed`: known to have been durable.
pub(super) fn judge(
    file: &File,
    offset: u64,
    expected: Position,
    bad: Option<&Unreadable>,
    witnessed: Position,
) -> io::Result<Tail> {
    let Some(bytes) = bytes_until_zeros(file, offset)? else { return Ok(Tail::Clean) };
    let what = bad.map_or_else(|| "zeros where a record belongs".to_owned(), ToString::to_string);
    if let Some(Unreadable::Wrong(_)) = bad {
        return Ok(Tail::Damaged { what: format!("{what}; its checksum is right, so no interrupted write left it") });
    }
    if expected <= witnessed {
        return Ok(Tail::Damaged { what: format!("record {expected}: {what}; it was acknowledged") });
    }
    let mut rest = vec![0; bytes as usize];
    file.read_exact_at(&mut rest, offset)?;
    let later = find(&rest, 1, |frame| frame.group > expected);
    Ok(match later {
        None => Tail::Torn { bytes },
        Some((at, frame)) => {
            let (position, at) = (frame.position, offset + at as u64);
            Tail::Damaged {
                what: format!("record {expected}: {what}; a later write follows (record {position} at byte {at})"),
            }
        }
    })
}

/// The first readable record in `bytes`, at or after `from`, that is as wanted.
pub(super) fn find(bytes: &[u8], from: usize, wanted: impl Fn(&Frame<'_>) -> bool) -> Option<(usize, Frame<'_>)> {
    let mut at = from;
    while let Some(found) = bytes.get(at..)?.windows(MARKER.len()).position(|window| window == MARKER) {
        at += found;
        match codec::frame(&bytes[at..]) {
            Ok(frame) if wanted(&frame) => return Some((at, frame)),
            _ => at += 1,
        }
    }
    None
}

fn bytes_until_zeros(file: &File, from: u64) -> io::Result<Option<u64>> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let (mut offset, mut last) = (from, None);
    loop {
        let count = file.read_at(&mut chunk, offset)?;
        if count == 0 {
            return Ok(last.map(|last: u64| last + 1 - from));
        }
        // Most of it is zeros: whole words are quicker to look at than bytes.
        if chunk[..count].chunks(64).any(|line| line.iter().fold(0, |all, byte| all | byte) != 0) {
            last = chunk[..count].iter().rposition(|&byte| byte != 0).map(|at| offset + at as u64);
        }
        offset += count as u64;
    }
}
