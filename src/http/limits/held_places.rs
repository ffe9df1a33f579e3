//! How many places one address, or one customer, holds at this moment: nobody may hold a hall.
//!
//! Counted here and not by the shows, because the limit is over all of them, and because addresses are nobody's business
//! beyond the door: they never reach a log. So the count lives as long as the process. After a restart it begins anew, and
//! what was held before runs out by itself.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use super::Network;
use crate::domain::{CommandId, CustomerId, HoldId, Timestamp};

/// Holds that are counted. Beyond that, new ones are not: a full book must not stop the sale.
const HOLDS_MAX: usize = 200_000;
/// A hold whose outcome nobody knows is counted for so long.
const UNKNOWN_SECONDS: u32 = 60;

/// Who holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Address(Network),
    Customer(CustomerId),
}

pub struct HeldPlaces {
    /// 0: any number.
    per_address_max: u32,
    per_customer_max: u32,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    of_holder: AHashMap<Holder, Vec<Held>>,
    holders: AHashMap<HoldId, Vec<Holder>>,
    /// Nothing in the book ends before.
    next_end: Option<Timestamp>,
}

#[derive(Clone, Copy)]
struct Held {
    hold_id: HoldId,
    command: CommandId,
    places: u32,
    ends_at: Timestamp,
}

/// Seats that are being asked for. Dropped: they were not had.
#[must_use = "what is dropped is not counted"]
pub struct Asked<'b> {
    places: &'b HeldPlaces,
    /// `None`: nobody to count for.
    hold_id: Option<HoldId>,
}

/// Somebody holds too many places already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub held: u32,
    pub max: u32,
    /// Until the first of their holds ends.
    pub wait_seconds: u64,
}

impl HeldPlaces {
    pub fn new(per_address_max: u32, per_customer_max: u32) -> Self {
        Self { per_address_max, per_customer_max, book: Mutex::default() }
    }

    pub fn count_addresses(&self) -> bool {
        self.per_address_max > 0
    }

    /// Counts these places from now on, so that many who ask at once do not get by. The same command again is let by: it
    /// asks for what it has.
    pub fn ask(
        &self,
        holders: Vec<Holder>,
        hold_id: HoldId,
        command: CommandId,
        places: u32,
        now: Timestamp,
    ) -> Result<Asked<'_>, TooMany> {
        let holders: Vec<Holder> = holders.into_iter().filter(|holder| self.max(holder) > 0).collect();
        if holders.is_empty() {
            return Ok(Asked { places: self, hold_id: None });
        }
        let book = &mut *self.book();
        book.sweep(now);
        for holder in &holders {
            let held = book.of_holder.get(holder).map_or(&[][..], Vec::as_slice);
            let is_repeated = held.iter().any(|one| one.command == command);
            let live = || held.iter().filter(|one| one.ends_at > now);
            let sum = live().fold(0_u32, |sum, one| sum.saturating_add(one.places));
            let max = self.max(holder);
            if !is_repeated && sum.saturating_add(places) > max {
                let first_end = live().map(|one| one.ends_at).min().unwrap_or(now);
                let micros = first_end.as_micros().saturating_sub(now.as_micros()).max(0);
                return Err(TooMany { held: sum, max, wait_seconds: micros.unsigned_abs().div_ceil(1_000_000).max(1) });
            }
        }
        if book.holders.len() >= HOLDS_MAX {
            return Ok(Asked { places: self, hold_id: None });
        }
        let ends_at = now.plus_seconds(UNKNOWN_SECONDS);
        book.add(holders, Held { hold_id, command, places, ends_at });
        Ok(Asked { places: self, hold_id: Some(hold_id) })
    }

    /// The hold lasts until then.
    pub fn extended(&self, hold_id: HoldId, ends_at: Timestamp) {
        self.book().change(hold_id, |held| held.ends_at = ends_at);
    }

    /// The hold was released, or became a booking.
    pub fn ended(&self, hold_id: HoldId) {
        self.book().remove(hold_id);
    }

    fn max(&self, holder: &Holder) -> u32 {
        match holder {
            Holder::Address(_) => self.per_address_max,
            Holder::Customer(_) => self.per_customer_max,
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked<'_> {
    /// They were had: by this hold, or, where the command was repeated, by an earlier one.
    pub fn had(mut self, hold_id: HoldId, ends_at: Timestamp) {
        let Some(asked) = self.hold_id.take() else { return };
        let book = &mut *self.places.book();
        if asked == hold_id { book.change(asked, |held| held.ends_at = ends_at) } else { book.remove(asked) }
    }

    /// Nobody knows: counted for a while.
    pub fn unknown(mut self) {
        self.hold_id = None;
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if let Some(hold_id) = self.hold_id {
            self.places.book().remove(hold_id);
        }
    }
}

impl Book {
    fn add(&mut self, holders: Vec<Holder>, held: Held) {
        for holder in &holders {
            self.of_holder.entry(holder.clone()).or_default().push(held);
        }
        self.holders.insert(held.hold_id, holders);
        self.next_end = Some(self.next_end.map_or(held.ends_at, |end| end.min(held.ends_at)));
    }

    fn change(&mut self, hold_id: HoldId, change: impl Fn(&mut Held)) {
        for holder in self.holders.get(&hold_id).into_iter().flatten() {
            let held = self.of_holder.get_mut(holder).into_iter().flatten();
            held.filter(|held| held.hold_id == hold_id).for_each(&change);
        }
    }

    fn remove(&mut self, hold_id: HoldId) {
        for holder in self.holders.remove(&hold_id).into_iter().flatten() {
            if let Some(held) = self.of_holder.get_mut(&holder) {
                held.retain(|held| held.hold_id != hold_id);
                if held.is_empty() {
                    self.of_holder.remove(&holder);
                }
            }
        }
    }

    /// Forgets what has ended. All of it is looked through, so not more often than every few seconds.
    fn sweep(&mut self, now: Timestamp) {
        const SWEEP_SECONDS: u32 = 10;
        if self.next_end.is_none_or(|end| now < end) {
            return;
        }
        let mut ended = Vec::new();
        for held in self.of_holder.values().flatten() {
            if held.ends_at <= now {
                ended.push(held.hold_id);
            }
        }
        ended.into_iter().for_each(|hold_id| self.remove(hold_id));
        self.next_end = (!self.holders.is_empty()).then(|| now.plus_seconds(SWEEP_SECONDS));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

    fn ada() -> Vec<Holder> {
        vec![Holder::Customer(CustomerId::parse("ada").expect("a customer"))]
    }

    fn hold(number: u128) -> HoldId {
        HoldId(Uuid::from_u128(number))
    }

    /// Asks for places and gets them for ten minutes.
    fn take(places: &HeldPlaces, number: u128, count: u32, now: Timestamp) -> Result<(), TooMany> {
        let asked = places.ask(ada(), hold(number), CommandId(number), count, now)?;
        asked.had(hold(number), now.plus_seconds(600));
        Ok(())
    }

    #[test]
    fn nobody_holds_more_than_they_may_until_a_hold_ends() {
        let places = HeldPlaces::new(0, 4);
        take(&places, 1, 3, NOW).expect("room");
        let refused = take(&places, 2, 2, NOW).expect_err("too many");
        assert_eq!(refused, TooMany { held: 3, max: 4, wait_seconds: 600 });
        take(&places, 3, 1, NOW).expect("room for one");
        places.ended(hold(1));
        take(&places, 4, 3, NOW).expect("room again");
        take(&places, 5, 4, NOW.plus_seconds(601)).expect("all have run out");
    }

    #[test]
    fn what_is_extended_is_counted_for_longer() {
        let places = HeldPlaces::new(0, 1);
        take(&places, 1, 1, NOW).expect("room");
        places.extended(hold(1), NOW.plus_seconds(900));
        assert!(take(&places, 2, 1, NOW.plus_seconds(700)).is_err());
        take(&places, 2, 1, NOW.plus_seconds(901)).expect("it has run out");
    }

    #[test]
    fn what_was_asked_for_and_not_had_is_not_counted() {
        let places = HeldPlaces::new(0, 1);
        let asked = places.ask(ada(), hold(1), CommandId(1), 1, NOW).expect("room");
        assert!(places.ask(ada(), hold(2), CommandId(2), 1, NOW).is_err(), "counted while it is asked for");
        drop(asked);
        places.ask(ada(), hold(3), CommandId(3), 1, NOW).expect("room").unknown();
        assert!(take(&places, 4, 1, NOW.plus_seconds(59)).is_err());
        take(&places, 5, 1, NOW.plus_seconds(61)).expect("room");
    }

    #[test]
    fn a_repeated_command_gets_by_and_is_counted_once() {
        let places = HeldPlaces::new(0, 1);
        take(&places, 1, 1, NOW).expect("room");
        let again = places.ask(ada(), hold(2), CommandId(1), 1, NOW).expect("the same command");
        again.had(hold(1), NOW.plus_seconds(600));
        places.ended(hold(1));
        take(&places, 3, 1, NOW).expect("nothing is left of either");
    }

    #[test]
    fn the_book_is_empty_when_all_has_ended() {
        let places = HeldPlaces::new(0, 1_000);
        for number in 0..100 {
            take(&places, number, 1, NOW).expect("room");
        }
        take(&places, 1_000, 1, NOW.plus_seconds(700)).expect("room");
        let book = places.book();
        assert_eq!((book.holders.len(), book.of_holder.values().map(Vec::len).sum::<usize>()), (1, 1));
    }
}
