//! Which commands were accepted lately: so that the same idempotency key gets the same answer, and another body under
//! it is refused.
//!
//! Part of a show's snapshot. The answers themselves are not here: they are read back from the log by version.

use std::collections::VecDeque;

use ahash::AHashMap;

use super::command::{CommandId, Fingerprint};
use super::time::Timestamp;

/// For how long a key is remembered.
pub const REMEMBERED_SECONDS: u32 = 24 * 60 * 60;
/// How many commands one show remembers at the most: the oldest go first.
pub const REMEMBERED_MAX: usize = 100_000;

/// One accepted command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past {
    pub id: CommandId,
    pub fingerprint: Fingerprint,
    /// Of its last event.
    pub version: u64,
    pub at: Timestamp,
}

/// The accepted commands of one show, oldest first, bounded in age and in count.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    in_order: VecDeque<Past>,
    /// Place in `in_order`, counted from the first command ever remembered.
    places: AHashMap<CommandId, u64>,
    forgotten: u64,
}

impl Remembered {
    pub fn find(&self, id: CommandId) -> Option<&Past> {
        let place = self.places.get(&id)?;
        self.in_order.get((place - self.forgotten) as usize)
    }

    /// Adds a command that was just accepted, and forgets what is too old or too much.
    pub fn remember(&mut self, past: Past) {
        let place = self.forgotten + self.in_order.len() as u64;
        self.places.insert(past.id, place);
        self.in_order.push_back(past);
        while self.in_order.len() > REMEMBERED_MAX || self.oldest_is_older_than_a_day(past.at) {
            self.forget_the_oldest();
        }
    }

    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Past> {
        self.in_order.iter()
    }

    fn oldest_is_older_than_a_day(&self, now: Timestamp) -> bool {
        self.in_order.front().is_some_and(|past| past.at.plus_seconds(REMEMBERED_SECONDS) < now)
    }

    fn forget_the_oldest(&mut self) {
        if let Some(past) = self.in_order.pop_front() {
            // An id that aged out may have been used again: then its place is a later one, and stays.
            if self.places.get(&past.id) == Some(&self.forgotten) {
                self.places.remove(&past.id);
            }
            self.forgotten += 1;
        }
    }
}

/// Whatever was forgotten before.
impl PartialEq for Remembered {
    fn eq(&self, other: &Self) -> bool {
        self.in_order == other.in_order
    }
}

impl FromIterator<Past> for Remembered {
    /// From a snapshot: what was kept then is kept now.
    fn from_iter<I: IntoIterator<Item = Past>>(pasts: I) -> Self {
        let pasts = pasts.into_iter();
        // With room for those to come: the first of them would have all of it moved.
        let room = pasts.size_hint().0 * 5 / 4;
        let (mut in_order, mut places) = (VecDeque::with_capacity(room), AHashMap::with_capacity(room));
        for (past, place) in pasts.zip(0..) {
            in_order.push_back(past);
            places.insert(past.id, place);
        }
        Self { in_order, places, forgotten: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(id: u128, seconds: u32) -> Past {
        let at = Timestamp::EPOCH.plus_seconds(seconds);
        Past { id: CommandId(id), fingerprint: Fingerprint(id as u64), version: id as u64, at }
    }

    #[test]
    fn a_command_is_found_for_a_day_and_then_forgotten() {
        let mut remembered = Remembered::default();
        remembered.remember(past(1, 0));
        remembered.remember(past(2, REMEMBERED_SECONDS));
        assert_eq!(remembered.find(CommandId(1)), Some(&past(1, 0)));
        remembered.remember(past(3, REMEMBERED_SECONDS + 1));
        assert_eq!(remembered.find(CommandId(1)), None);
        assert_eq!(remembered.find(CommandId(2)).map(|past| past.version), Some(2));
    }

    #[test]
    fn the_count_is_bounded_and_the_oldest_go_first() {
        let mut remembered = Remembered::default();
        for id in 1..=REMEMBERED_MAX as u128 + 1 {
            remembered.remember(past(id, 1));
        }
        assert_eq!(remembered.len(), REMEMBERED_MAX);
        assert_eq!(remembered.find(CommandId(1)), None);
        assert!(remembered.find(CommandId(REMEMBERED_MAX as u128 + 1)).is_some());
    }

    #[test]
    fn what_was_put_into_a_snapshot_is_found_again() {
        let mut remembered = Remembered::default();
        (1..=5).for_each(|id| remembered.remember(past(id, 1)));
        let again: Remembered = remembered.iter().copied().collect();
        assert_eq!(again.find(CommandId(4)), remembered.find(CommandId(4)));
        assert!(again.iter().eq(remembered.iter()));
    }
}
