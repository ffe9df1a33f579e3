//! How many places one address, or one customer, holds at this moment: nobody may hold a hall.
//!
//! Counted here and not by the shows, because the limit is over all of them, and because addresses are nobody's business
//! beyond the door: they never reach a log. So the count lives as long as the process. After a restart it begins anew, and
//! what was held before runs out by itself.

mod longer;

use std::array;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::{AHashMap, RandomState};

pub use self::longer::Longer;
pub use super::shelf::TooMany;
use super::shelf::{Added, Held, Holder, Shelf};
use crate::domain::{CommandId, HoldId, ShowId, Timestamp};

/// Holds that are counted. Beyond that, new ones are not: a full book must not stop the sale.
const HOLDS_MAX: usize = 200_000;
/// A hold whose outcome nobody knows is counted for so long, until somebody says how long it may last: that of most holds.
const UNKNOWN_SECONDS: u32 = 600;
/// What most holds can be extended by at the most.
const EXTENSION_SECONDS_MAX: u32 = 3 * UNKNOWN_SECONDS;
const SHELVES: usize = 64;

pub struct HeldPlaces {
    /// 0: any number.
    per_address_max: u32,
    per_customer_max: u32,
    /// By holder.
    shelves: [Mutex<Shelf>; SHELVES],
    /// Who holds what, by hold. No two of these locks are ever held at a time.
    holders: [Mutex<AHashMap<HoldId, Vec<Holder>>>; SHELVES],
    holds: AtomicUsize,
    hasher: RandomState,
}

/// Places that are being asked for. They are counted until the answer says that they were not had: a caller who does not
/// wait for the answer may have them all the same.
#[must_use = "the answer has to be told"]
pub struct Asked<'h> {
    places: &'h HeldPlaces,
    /// `None`: nobody to count for.
    counted_as: Option<HoldId>,
    is_first: bool,
}

impl HeldPlaces {
    pub fn new(per_address_max: u32, per_customer_max: u32) -> Self {
        Self {
            per_address_max,
            per_customer_max,
            shelves: array::from_fn(|_| Mutex::default()),
            holders: array::from_fn(|_| Mutex::default()),
            holds: AtomicUsize::new(0),
            hasher: RandomState::new(),
        }
    }

    pub fn count_addresses(&self) -> bool {
        self.per_address_max > 0
    }

    pub fn count_customers(&self) -> bool {
        self.per_customer_max > 0
    }

    /// Counts these places from now on, so that many who ask at once do not get by. The same command again is let by: it
    /// asks for what it has.
    pub fn ask(
        &self,
        holders: Vec<Holder>,
        show: ShowId,
        hold_id: HoldId,
        command: CommandId,
        places: u32,
        now: Timestamp,
    ) -> Result<Asked<'_>, TooMany> {
        let mut asked = Asked { places: self, counted_as: None, is_first: true };
        if holders.is_empty() || self.holds.load(Ordering::Relaxed) >= HOLDS_MAX {
            return Ok(asked);
        }
        let held =
            Held { hold_id, show, command, places, ends_at: now.plus_seconds(UNKNOWN_SECONDS), lasts_until: now };
        for (index, holder) in holders.iter().enumerate() {
            let added = self.shelf(holder).add(holder, held, self.max(holder), now);
            if added == Ok(Added::Now) {
                continue;
            }
            holders[..index].iter().for_each(|holder| self.shelf(holder).remove(holder, hold_id));
            if let Added::Before(before) = added? {
                (asked.counted_as, asked.is_first) = (Some(before), false);
            }
            return Ok(asked);
        }
        self.note(hold_id, holders);
        asked.counted_as = Some(hold_id);
        Ok(asked)
    }

    /// The hold was released, or became a booking.
    pub fn ended(&self, hold_id: HoldId) {
        let holders = if self.counts() { self.forget(hold_id) } else { None };
        holders.iter().flatten().for_each(|holder| self.shelf(holder).remove(holder, hold_id));
    }

    /// The show was cancelled, and all of its holds ended with it.
    pub fn show_cancelled(&self, show: ShowId) {
        for shelf in &self.shelves {
            let ended = lock(shelf).take_out(|held| held.show == show);
            ended.into_iter().for_each(|hold_id| drop(self.forget(hold_id)));
        }
    }

    /// Forgets what has ended. To be done every second or so. `lasts` says until when a hold lasts that its checkout has
    /// extended.
    pub fn sweep(&self, now: Timestamp, lasts: impl Fn(HoldId) -> Option<Timestamp>) {
        for shelf in &self.shelves {
            let ended = lock(shelf).sweep(now, &lasts);
            ended.into_iter().for_each(|hold_id| drop(self.forget(hold_id)));
        }
    }

    /// What was counted as one hold is another, which lasts until then.
    fn settle(&self, counted_as: HoldId, hold_id: HoldId, ends_at: Timestamp) {
        let Some(holders) = self.forget(counted_as) else { return };
        for holder in &holders {
            self.shelf(holder).change(holder, counted_as, |held| {
                (held.hold_id, held.ends_at, held.lasts_until) = (hold_id, ends_at, ends_at);
            });
        }
        self.note(hold_id, holders);
    }

    /// With everybody for whom it is counted.
    fn change(&self, hold_id: HoldId, mut change: impl FnMut(&mut Held)) {
        let holders = if self.counts() { self.index(hold_id).get(&hold_id).cloned() } else { None };
        for holder in holders.iter().flatten() {
            self.shelf(holder).change(holder, hold_id, &mut change);
        }
    }

    fn counts(&self) -> bool {
        self.count_addresses() || self.count_customers()
    }

    fn max(&self, holder: &Holder) -> u32 {
        match holder {
            Holder::Address(_) => self.per_address_max,
            Holder::Customer(..) => self.per_customer_max,
        }
    }

    fn note(&self, hold_id: HoldId, holders: Vec<Holder>) {
        if self.index(hold_id).insert(hold_id, holders).is_none() {
            self.holds.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn forget(&self, hold_id: HoldId) -> Option<Vec<Holder>> {
        let holders = self.index(hold_id).remove(&hold_id)?;
        self.holds.fetch_sub(1, Ordering::Relaxed);
        Some(holders)
    }

    fn shelf(&self, holder: &Holder) -> MutexGuard<'_, Shelf> {
        lock(&self.shelves[self.place_of(holder)])
    }

    fn index(&self, hold_id: HoldId) -> MutexGuard<'_, AHashMap<HoldId, Vec<Holder>>> {
        lock(&self.holders[self.place_of(&hold_id)])
    }

    fn place_of(&self, of: &impl Hash) -> usize {
        (self.hasher.hash_one(of) % SHELVES as u64) as usize
    }
}

fn lock<T>(shelf: &Mutex<T>) -> MutexGuard<'_, T> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Asked<'_> {
    pub fn is_counted(&self) -> bool {
        self.counted_as.is_some()
    }

    /// Nobody will tell. If they were had, then until that moment: not a second shorter, or a new hold could be had beside
    /// them.
    pub fn left_open(self, ends_at: Timestamp) {
        if let Some(hold_id) = self.counted_as.filter(|_| self.is_first) {
            self.places.change(hold_id, |held| held.ends_at = ends_at);
        }
    }

    /// They were had, by this hold.
    pub fn had(self, hold_id: HoldId, ends_at: Timestamp) {
        if let Some(counted_as) = self.counted_as {
            self.places.settle(counted_as, hold_id, ends_at);
        }
    }

    /// The command was repeated: what it had is counted already, or has ended since. Only where its first try got no answer
    /// is it not known yet which hold it is.
    pub fn had_before(self, hold_id: HoldId, ends_at: Timestamp) {
        match self.counted_as {
            Some(counted_as) if self.is_first => self.places.ended(counted_as),
            Some(counted_as) if counted_as != hold_id => self.places.settle(counted_as, hold_id, ends_at),
            Some(_) | None => {}
        }
    }

    /// Somebody said no. A repeated command says nothing of what its first try had.
    pub fn refused(self) {
        if let Some(hold_id) = self.counted_as.filter(|_| self.is_first) {
            self.places.ended(hold_id);
        }
    }
}

#[cfg(test)]
mod tests;
