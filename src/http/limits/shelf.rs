//! Some of the holders, with what each of them holds. Many of these lie side by side, so that holders seldom wait for each
//! other.

use ahash::AHashMap;

use super::Network;
use crate::domain::{CommandId, CustomerId, HoldId, Organiser, ShowId, Timestamp};

/// Who holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Address(Network),
    /// Shops of different organisers may call different people the same. `None`: of the house.
    Customer(Option<Organiser>, CustomerId),
}

#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub hold_id: HoldId,
    /// What it was asked for by: the same key at another show is another command.
    pub show: ShowId,
    pub command: CommandId,
    pub places: u32,
    /// Until when it is counted.
    pub ends_at: Timestamp,
    /// What answers have said of it at the latest.
    pub lasts_until: Timestamp,
}

/// Somebody holds too many places already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub held: u32,
    pub max: u32,
    /// Until the first of their holds ends. `None`: these are more than anybody may ever hold.
    pub wait_seconds: Option<u64>,
}

/// What became of an attempt to add a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    Now,
    /// The same command asked before, for what is counted as this hold.
    Before(HoldId),
}

/// More than passes between two sweeps.
const SOON_SECONDS: u32 = 3;

#[derive(Default)]
pub struct Shelf(AHashMap<Holder, Vec<Held>>);

impl Shelf {
    pub fn add(&mut self, holder: &Holder, held: Held, max: u32, now: Timestamp) -> Result<Added, TooMany> {
        let all = self.0.get(holder).map_or(&[][..], Vec::as_slice);
        let live = || all.iter().filter(|one| one.ends_at > now);
        if let Some(before) = live().find(|one| (one.show, one.command) == (held.show, held.command)) {
            return Ok(Added::Before(before.hold_id));
        }
        let sum = live().fold(0_u32, |sum, one| sum.saturating_add(one.places));
        if sum.saturating_add(held.places) > max {
            let first_end = live().map(|one| one.ends_at).min().unwrap_or(now);
            let micros = first_end.as_micros().saturating_sub(now.as_micros()).max(0);
            let wait_seconds = micros.unsigned_abs().div_ceil(1_000_000).max(1);
            return Err(TooMany { held: sum, max, wait_seconds: (held.places <= max).then_some(wait_seconds) });
        }
        self.0.entry(holder.clone()).or_default().push(held);
        Ok(Added::Now)
    }

    pub fn change(&mut self, holder: &Holder, hold_id: HoldId, change: impl FnMut(&mut Held)) {
        let all = self.0.get_mut(holder).into_iter().flatten();
        all.filter(|held| held.hold_id == hold_id).for_each(change);
    }

    pub fn remove(&mut self, holder: &Holder, hold_id: HoldId) {
        let Some(all) = self.0.get_mut(holder) else { return };
        all.retain(|held| held.hold_id != hold_id);
        if all.is_empty() {
            self.0.remove(holder);
        }
    }

    /// Takes out what has ended; says which. `lasts` is asked about what ends soon: it may have been extended.
    pub fn sweep(&mut self, now: Timestamp, lasts: impl Fn(HoldId) -> Option<Timestamp>) -> Vec<HoldId> {
        let soon = now.plus_seconds(SOON_SECONDS);
        for held in self.0.values_mut().flatten().filter(|held| held.ends_at <= soon) {
            held.ends_at = held.ends_at.max(lasts(held.hold_id).unwrap_or(held.ends_at));
        }
        self.take_out(|held| held.ends_at <= now)
    }

    /// Says which.
    pub fn take_out(&mut self, is_over: impl Fn(&Held) -> bool) -> Vec<HoldId> {
        let mut over = Vec::new();
        self.0.retain(|_, all| {
            over.extend(all.iter().filter(|held| is_over(held)).map(|held| held.hold_id));
            all.retain(|held| !is_over(held));
            !all.is_empty()
        });
        over
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}
