//! Runs of set bits: adjacent seats of a block.

/// Each maximal run of set bits, as a range of bit numbers.
pub(super) fn runs(words: &[u64]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = next_set(words, from, 0)?;
        let end = next_set(words, start, u64::MAX).unwrap_or(words.len() * 64);
        from = end;
        Some(start..end)
    })
}

/// The first bit from `from` on that is set once `flip` has been applied.
fn next_set(words: &[u64], from: usize, flip: u64) -> Option<usize> {
    let mut word = from / 64;
    let mut bits = (words.get(word)? ^ flip) & (u64::MAX << (from % 64));
    while bits == 0 {
        word += 1;
        bits = words.get(word)? ^ flip;
    }
    Some(word * 64 + bits.trailing_zeros() as usize)
}
