//! Which page has the creation by a command, in memory: most commands that are asked about are new, and are not to wait
//! for what sled is writing just now.
//!
//! Some 25 bytes of each: one that is taken for another costs a read and nothing else, and so does a page that is not there.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use super::StoreError;
use crate::domain::CommandId;
use crate::journal::Position;

#[derive(Default)]
pub struct KnownCreations {
    pages: RwLock<BTreeSet<(u32, Position)>>,
    is_whole: AtomicBool,
    learning: Mutex<()>,
}

impl KnownCreations {
    /// Before the store has the page.
    pub fn note(&self, page: Position, commands: impl Iterator<Item = CommandId>) {
        // The set only grows, so a panic leaves nothing half done.
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        pages.extend(commands.map(|command| (short(command), page)));
    }

    /// Those that may have it, the newest first.
    pub fn pages_of(&self, command: CommandId) -> Vec<Position> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let short = short(command);
        pages.range((short, Position::ZERO)..=(short, Position(u64::MAX))).rev().map(|(_, page)| *page).collect()
    }

    /// Has what the store had before noted, unless that was done: by the first who comes, and the others wait.
    pub fn learn_once(&self, learn: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.is_whole.load(Ordering::Acquire) {
            return Ok(());
        }
        let _learning = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_whole.load(Ordering::Acquire) {
            learn()?;
            self.is_whole.store(true, Ordering::Release);
        }
        Ok(())
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
    fn the_newest_page_comes_first_and_what_was_learned_is_not_learned_again() {
        let known = KnownCreations::default();
        known.note(Position(7), [CommandId(1), CommandId(2)].into_iter());
        let failed = known.learn_once(|| Err(StoreError::Unavailable));
        assert_eq!(failed, Err(StoreError::Unavailable));
        known
            .learn_once(|| {
                known.note(Position(3), [CommandId(1)].into_iter());
                Ok(())
            })
            .expect("learned");
        known.learn_once(|| unreachable!("it is whole")).expect("it is");
        assert_eq!(known.pages_of(CommandId(1)), [Position(7), Position(3)]);
        assert_eq!(known.pages_of(CommandId(2)), [Position(7)]);
        assert_eq!(known.pages_of(CommandId(3)), []);
    }
}
