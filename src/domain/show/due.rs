//! Which holds end when. An extended or ended hold leaves its old entry behind until that comes up: cheaper than a
//! search, and bounded, since the stale ones are swept out when they are the majority.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::holds::Holds;
use crate::domain::ids::HoldId;
use crate::domain::time::Timestamp;

/// How many stale entries are never worth a sweep.
const STALE_MIN: usize = 64;

#[derive(Clone, Debug, Default)]
pub struct Due(BinaryHeap<Reverse<(Timestamp, HoldId)>>);

impl Due {
    pub fn of(holds: &Holds) -> Self {
        Self(holds.iter().map(|(id, hold)| Reverse((hold.expires_at, id))).collect())
    }

    pub fn add(&mut self, expires_at: Timestamp, id: HoldId, holds: &Holds) {
        self.0.push(Reverse((expires_at, id)));
        if self.0.len() > 2 * holds.len() + STALE_MIN {
            *self = Self::of(holds);
        }
    }

    /// May be early (a stale entry), never late.
    pub fn first(&self) -> Option<Timestamp> {
        self.0.peek().map(|Reverse((expires_at, _))| *expires_at)
    }

    /// Takes the next hold that has ended by `now`, if there is one.
    pub fn pop(&mut self, now: Timestamp, holds: &Holds) -> Option<HoldId> {
        while self.first().is_some_and(|expires_at| expires_at <= now) {
            let Reverse((expires_at, id)) = self.0.pop().expect("it was just looked at");
            if holds.get(id).is_some_and(|hold| hold.expires_at == expires_at) {
                return Some(id);
            }
        }
        None
    }
}
