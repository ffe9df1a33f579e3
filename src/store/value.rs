//! How every value stands in sled: a checksum over its key and all of its bytes, in pieces that sled keeps inside of its
//! log. A larger one would make its leaf a blob file, which sled never fsyncs.
//!
//! The head stands under the key itself, so that keys sort as they are; the other pieces under a prefix that no key has.

use std::borrow::Cow;

use sled::{Batch, Tree};

use super::StoreError;

/// sled moves a leaf to a blob file from 128 KiB on, and a leaf holds up to 17 values.
pub const PIECE_BYTES: usize = 7 << 10;

/// Checksum and number of pieces.
const HEADER_BYTES: usize = 8;

/// Begins the keys of all pieces but the first. No other key may begin with it.
const PIECE_PREFIX: u8 = b'~';

/// What a value was before it is replaced: enough to clean up after it, and to keep a sum of checksums.
#[derive(Clone, Copy)]
pub struct Previous {
    pub checksum: u32,
    pieces: u32,
}

/// Puts a value under a key that is new, or had this same value. Returns its checksum.
pub fn put(batch: &mut Batch, key: &[u8], value: &[u8]) -> u32 {
    let (first, rest) = value.split_at(value.len().min(PIECE_BYTES));
    let pieces = 1 + rest.len().div_ceil(PIECE_BYTES) as u32;
    let checksum = checksum(key, pieces, first, rest);
    let mut head = Vec::with_capacity(HEADER_BYTES + first.len());
    head.extend_from_slice(&checksum.to_le_bytes());
    head.extend_from_slice(&pieces.to_le_bytes());
    head.extend_from_slice(first);
    batch.insert(key, head);
    for (index, piece) in (1..).zip(rest.chunks(PIECE_BYTES)) {
        batch.insert(piece_key(key, index), piece);
    }
    checksum
}

/// Puts a value in the place of whatever is there, pieces and all.
pub fn replace(
    tree: &Tree,
    batch: &mut Batch,
    key: &[u8],
    value: &[u8],
) -> Result<(u32, Option<Previous>), StoreError> {
    let previous = previous(tree, key)?;
    remove_pieces(tree, batch, key, previous)?;
    Ok((put(batch, key, value), previous))
}

/// Removes a value, pieces and all.
pub fn remove(tree: &Tree, batch: &mut Batch, key: &[u8]) -> Result<Option<Previous>, StoreError> {
    let previous = previous(tree, key)?;
    if previous.is_some() {
        remove_pieces(tree, batch, key, previous)?;
        batch.remove(key);
    }
    Ok(previous)
}

/// The whole value under a key; `Err` says what is wrong with it.
pub fn get(tree: &Tree, key: &[u8]) -> Result<Option<Result<Vec<u8>, String>>, StoreError> {
    let mut found = tree.get(key)?;
    while let Some(head) = found {
        let damage = match whole(tree, key, &head)? {
            Ok(value) => return Ok(Some(Ok(value.into_owned()))),
            Err(damage) => damage,
        };
        found = tree.get(key)?;
        // Of another head, the pieces may be those of the value that has come in its place meanwhile.
        if found.as_ref() == Some(&head) {
            return Ok(Some(Err(damage)));
        }
    }
    Ok(None)
}

/// The whole value that begins with this head; the inner `Err` says what is wrong with it.
pub fn whole<'a>(tree: &Tree, key: &[u8], head: &'a [u8]) -> Result<Result<Cow<'a, [u8]>, String>, StoreError> {
    let Some((expected, pieces, first)) = parse(head) else {
        return Ok(Err(format!("a value of {} bytes is none", head.len())));
    };
    let mut value = Cow::Borrowed(first);
    for index in 1..pieces {
        match tree.get(piece_key(key, index))? {
            Some(piece) => value.to_mut().extend_from_slice(&piece),
            None => return Ok(Err(format!("piece {index} of {pieces} is missing"))),
        }
    }
    let actual = checksum(key, pieces, &value, &[]);
    if actual != expected {
        return Ok(Err(format!("its checksum is {actual:08x}, not {expected:08x}")));
    }
    Ok(Ok(value))
}

/// The checksum that a head carries; 0 if it is none.
pub fn checksum_of(head: &[u8]) -> u32 {
    parse(head).map_or(0, |(checksum, ..)| checksum)
}

fn parse(head: &[u8]) -> Option<(u32, u32, &[u8])> {
    let (checksum, rest) = head.split_first_chunk()?;
    let (pieces, first) = rest.split_first_chunk()?;
    Some((u32::from_le_bytes(*checksum), u32::from_le_bytes(*pieces), first))
}

fn checksum(key: &[u8], pieces: u32, first: &[u8], rest: &[u8]) -> u32 {
    let sum = crc32c::crc32c_append(crc32c::crc32c(key), &pieces.to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c_append(sum, first), rest)
}

fn piece_key(key: &[u8], index: u32) -> Vec<u8> {
    [&[PIECE_PREFIX], key, &index.to_be_bytes()].concat()
}

fn previous(tree: &Tree, key: &[u8]) -> Result<Option<Previous>, StoreError> {
    Ok(tree.get(key)?.map(|head| match parse(&head) {
        Some((checksum, pieces, _)) => Previous { checksum, pieces },
        // A head that says nothing may have had pieces.
        None => Previous { checksum: 0, pieces: u32::MAX },
    }))
}

/// By what is there, not by what the head says: a damaged one may say anything.
fn remove_pieces(tree: &Tree, batch: &mut Batch, key: &[u8], previous: Option<Previous>) -> Result<(), StoreError> {
    if previous.is_none_or(|previous| previous.pieces <= 1) {
        return Ok(());
    }
    for piece in tree.range(piece_key(key, 0)..=piece_key(key, u32::MAX)).keys() {
        let piece = piece?;
        // Another key may begin with this one.
        if piece.len() == key.len() + 5 {
            batch.remove(piece);
        }
    }
    Ok(())
}
