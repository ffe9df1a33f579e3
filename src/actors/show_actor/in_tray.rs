//! Where commands wait for a show's actor, and when it is rung for.
//!
//! A mailbox would wake its thread for nearly each of them, which costs more than deciding. While a commit is on its way
//! to the disk the actor looks here by itself as soon as that is back, so nobody rings, unless much piles up.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::Addr;

use super::{Decide, Ring, ShowActor};

/// Deciding so many costs about what waking costs, and is done while the disk writes.
const RING_EVERY: usize = 32;
/// Whenever so many more wait, those are thrown out whose callers have gone.
const TIDIED_EVERY: usize = 8_192;

#[derive(Default)]
pub struct InTray(Mutex<Pile>);

#[derive(Default)]
struct Pile {
    waiting: Vec<Decide>,
    /// The actor has been rung for, or will look by itself.
    is_seen_to: bool,
    is_closed: bool,
}

impl InTray {
    /// Whether to ring. Where the actor has gone the command is dropped, and its caller sees that.
    fn put(&self, decide: Decide) -> bool {
        let mut pile = self.pile();
        if pile.is_closed {
            // Outside of the lock, as everything that wakes somebody.
            drop(pile);
            drop(decide);
            return false;
        }
        if !pile.waiting.is_empty() && pile.waiting.len().is_multiple_of(TIDIED_EVERY) {
            // Fewer have permits: the disk stalls.
            pile.waiting.retain(|decide| !decide.reply.is_closed());
        }
        pile.waiting.push(decide);
        let was_seen_to = std::mem::replace(&mut pile.is_seen_to, true);
        !was_seen_to || pile.waiting.len().is_multiple_of(RING_EVERY)
    }

    /// The first that wait.
    pub fn take(&self, max: usize) -> Vec<Decide> {
        let mut pile = self.pile();
        let rest = if pile.waiting.len() > max { pile.waiting.split_off(max) } else { Vec::new() };
        std::mem::replace(&mut pile.waiting, rest)
    }

    /// The actor turns away: whoever comes next has to ring. `false`: somebody has come meanwhile.
    pub fn turn_away(&self) -> bool {
        let mut pile = self.pile();
        pile.is_seen_to = !pile.waiting.is_empty();
        !pile.is_seen_to
    }

    /// For good, unless something waits.
    pub fn close_if_empty(&self) -> bool {
        let mut pile = self.pile();
        pile.is_closed = pile.waiting.is_empty();
        pile.is_closed
    }

    /// For good: whoever waits sees that the actor has gone.
    pub fn close(&self) {
        let mut pile = self.pile();
        pile.is_closed = true;
        let waiting = std::mem::take(&mut pile.waiting);
        drop(pile);
        drop(waiting);
    }

    /// Nothing is half done where a panic may strike.
    fn pile(&self) -> MutexGuard<'_, Pile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a living actor is reached: commands go into its tray, everything else into its mailbox.
pub struct ShowAddress {
    pub mailbox: Addr<ShowActor>,
    pub tray: Arc<InTray>,
}

impl ShowAddress {
    pub fn hand_in(&self, decide: Decide) {
        if self.tray.put(decide) {
            self.mailbox.do_send(Ring);
        }
    }
}
