//! The longest runs of free seats of a block, and so which groups find adjacent seats in it.
//!
//! A run of `l` seats has room for `n` that leave nobody alone where nothing or at least two seats remain: `l = n` or
//! `l >= n + 2`. Of all runs of a block only the longest, and one that is shorter by one, can be the only one with room.
use super::runs::runs;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LongestRun {
    length: u32,
    /// Whether there is also a run that is shorter by one.
    has_one_shorter: bool,
}

impl LongestRun {
    fn of_one(length: u32) -> LongestRun {
        LongestRun { length, has_one_shorter: false }
    }

    pub fn of(words: &[u64]) -> LongestRun {
        let mut longest = LongestRun::of_one(0);
        for run in runs(words) {
            let length = run.len() as u32;
            if length > longest.length {
                let has_one_shorter = longest.length > 0 && length == longest.length + 1;
                longest = LongestRun { length, has_one_shorter };
            } else if length + 1 == longest.length {
                longest.has_one_shorter = true;
            }
        }
        longest
    }

    /// Whether `quantity` free seats are adjacent.
    pub fn seats(self, quantity: usize) -> bool {
        self.length as usize >= quantity
    }

    /// Whether they are with nobody left alone beside them.
    pub fn seats_with_nobody_alone(self, quantity: usize) -> bool {
        let length = self.length as usize;
        length >= quantity + 2 || length == quantity || (length == quantity + 1 && self.has_one_shorter)
    }

    /// `words` are the block's bits, of which one was set or cleared just now. Where the run around it is far shorter than
    /// the longest, with it and without, nothing changes.
    pub fn change_around(&mut self, bit: usize, words: &[u64]) {
        let around = 1 + ones_below(words, bit) + ones_above(words, bit);
        if around as u32 + 1 >= self.length {
            *self = LongestRun::of(words);
        }
    }
}

/// Set bits that follow each other up to the one below `bit`.
fn ones_below(words: &[u64], bit: usize) -> usize {
    let mut count = 0;
    let mut at = bit;
    while at > 0 {
        let inside = (at - 1) % 64 + 1;
        let ones = (words[(at - 1) / 64] << (64 - inside)).leading_ones() as usize;
        let ones = ones.min(inside);
        count += ones;
        if ones < inside {
            break;
        }
        at -= inside;
    }
    count
}

/// Set bits that follow each other from the one above `bit` on.
fn ones_above(words: &[u64], bit: usize) -> usize {
    let mut count = 0;
    let mut at = bit + 1;
    while at < words.len() * 64 {
        let inside = 64 - at % 64;
        let ones = ((words[at / 64] >> (at % 64)).trailing_ones() as usize).min(inside);
        count += ones;
        if ones < inside {
            break;
        }
        at += inside;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_around_a_bit_is_counted_across_words() {
        let words = [u64::MAX << 60, u64::MAX, 0b111];
        assert_eq!((ones_below(&words, 62), ones_above(&words, 62)), (2, 1 + 64 + 3));
        assert_eq!((ones_below(&words, 60), ones_below(&words, 0), ones_above(&words, 191)), (0, 0, 0));
        assert_eq!((ones_below(&words, 131), ones_above(&words, 130)), (4 + 64 + 3, 0));
    }

    #[test]
    fn a_run_seats_as_many_as_leave_nothing_or_two() {
        let seated = |runs: &[u64]| -> Vec<usize> {
            let longest = LongestRun::of(runs);
            (1..=6).filter(|quantity| longest.seats_with_nobody_alone(*quantity)).collect()
        };
        assert_eq!(seated(&[0b1_1111]), [1, 2, 3, 5]);
        assert_eq!(seated(&[0b1_1111_0111_1000]), [1, 2, 3, 4, 5]);
        assert_eq!(seated(&[0b111]), [1, 3]);
        assert_eq!(seated(&[0b11_0111]), [1, 2, 3]);
        assert_eq!(seated(&[0]), [] as [usize; 0]);
    }
}
