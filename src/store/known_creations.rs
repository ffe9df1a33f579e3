//! Which commands may have created something, in memory: most that are asked about are new, and are not to wait for what
//! sled is writing just now.
//!
//! A few bytes of each: one that is taken for another costs a read and nothing else.

use std::sync::{PoisonError, RwLock};

use ahash::AHashSet;

use crate::domain::CommandId;

#[derive(Default)]
pub struct KnownCreations(RwLock<Known>);

#[derive(Default)]
struct Known {
    ids: AHashSet<u32>,
    /// Up to here the store was read through.
    read_to: Option<CommandId>,
    is_whole: bool,
}

impl KnownCreations {
    /// Before the store has it.
    pub fn note(&self, command: CommandId) {
        self.change(|known| known.ids.insert(short(command)));
    }

    /// `false`: the store does not have it.
    pub fn may_have(&self, command: CommandId) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !known.is_whole || known.ids.contains(&short(command))
    }

    pub fn is_whole(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_whole
    }

    pub fn read_to(&self) -> Option<CommandId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).read_to
    }

    /// Those that follow in the store on what was read before; none: that was all.
    pub fn read(&self, next: &[CommandId]) {
        self.change(|known| {
            known.ids.extend(next.iter().map(|command| short(*command)));
            known.read_to = next.last().copied().or(known.read_to);
            known.is_whole = next.is_empty();
        });
    }

    /// The set only grows, so a panic leaves nothing half done.
    fn change<T>(&self, change: impl FnOnce(&mut Known) -> T) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

fn short(command: CommandId) -> u32 {
    let CommandId(id) = command;
    (id ^ (id >> 32) ^ (id >> 64) ^ (id >> 96)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_everything_is_read_the_store_may_have_anything() {
        let known = KnownCreations::default();
        known.read(&[CommandId(1), CommandId(2)]);
        assert!(known.may_have(CommandId(3)));
        assert_eq!(known.read_to(), Some(CommandId(2)));
        known.read(&[]);
        assert_eq!([1, 2, 3].map(|id| known.may_have(CommandId(id))), [true, true, false]);
        known.note(CommandId(3));
        assert!(known.may_have(CommandId(3)));
    }
}
