//! All open checkouts, as rows: who waits for a buyer costs a row and no task. A row is worked on by one drive at most;
//! what comes meanwhile waits in it.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use ahash::AHashMap;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::log::Written;
use super::row::{Row, is_settled};
use crate::domain::checkout::Checkout;
use crate::domain::{CheckoutId, HoldId, Timestamp};

#[derive(Default)]
pub struct Table {
    pub rows: AHashMap<CheckoutId, Row>,
    /// Each hold has one live checkout at most; one that is just being begun has no row yet.
    holds: AHashMap<HoldId, CheckoutId>,
    /// When to look at whom, by the house's clock.
    looks: BTreeSet<(Timestamp, CheckoutId)>,
    /// When to try whom again.
    retries: BTreeSet<(Instant, CheckoutId)>,
    /// Counts the lives of the runner: what an earlier one has begun must not touch the rows of this one.
    pub life: u64,
    /// In all lives.
    pub drive_deaths: u64,
    /// Holds that have become bookings since somebody asked.
    booked: Vec<HoldId>,
}

/// Nobody may ever ask.
const BOOKED_MAX: usize = 100_000;

impl Table {
    /// Nothing of an earlier life stays.
    pub fn begin_life(&mut self) -> u64 {
        *self = Self { life: self.life + 1, drive_deaths: self.drive_deaths, ..Self::default() };
        self.life
    }

    /// Whether this checkout may be the hold's; else the one that is.
    pub fn reserve(&mut self, hold: HoldId, id: CheckoutId) -> Result<(), CheckoutId> {
        let has_ended = |other| self.rows.get(other).is_some_and(|row| !row.written.state.is_live());
        match self.holds.get(&hold) {
            // Who has ended may be told of it, and begin again, before the row comes to rest.
            Some(other) if *other != id && !has_ended(other) => Err(*other),
            Some(_) | None => {
                self.holds.insert(hold, id);
                Ok(())
            }
        }
    }

    /// The live checkout of a hold.
    pub fn of_hold(&self, hold: HoldId) -> Option<&Arc<Checkout>> {
        let row = self.rows.get(self.holds.get(&hold)?)?;
        Some(&row.written.state).filter(|state| state.is_live())
    }

    pub fn give_up_reservation(&mut self, hold: HoldId, id: CheckoutId) {
        if self.holds.get(&hold) == Some(&id) {
            self.holds.remove(&hold);
        }
    }

    /// What is there already stays: it is newer.
    pub fn insert(&mut self, written: Written) {
        let (id, hold) = (written.state.id(), written.state.begun().hold_id);
        if written.state.is_live() {
            self.holds.insert(hold, id);
        }
        self.rows.entry(id).or_insert_with(|| Row::new(written));
    }

    pub fn remove(&mut self, id: CheckoutId) {
        if let Some(row) = self.rows.remove(&id) {
            self.give_up_reservation(row.written.state.begun().hold_id, id);
            row.look_at.map(|at| self.looks.remove(&(at, id)));
            row.retry_at.map(|at| self.retries.remove(&(at, id)));
        }
    }

    /// Whether the caller is the one to drive it now; if not, there is a drive that will see what has changed.
    pub fn begin_drive(&mut self, id: CheckoutId) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        let begins = !row.is_driven;
        row.is_driven = true;
        begins
    }

    /// The drive comes to rest before it was done, unless something else has come meanwhile: then it goes on.
    pub fn rest_until(&mut self, life: u64, id: CheckoutId, retry_at: Instant) -> bool {
        if self.life != life {
            return false;
        }
        self.set_retry(id, Some(retry_at));
        if self.rows.get(&id).is_none_or(|row| !row.inbox.is_empty()) {
            return true;
        }
        self.rest(id, None);
        false
    }

    /// By a drive of this life, if the row is still there.
    pub fn change(&mut self, life: u64, id: CheckoutId, change: impl FnOnce(&mut Row)) {
        if self.life == life
            && let Some(row) = self.rows.get_mut(&id)
        {
            change(row);
        }
    }

    /// The row as the log has it, whoever worked on it. Whether there is one now.
    pub fn replace(&mut self, life: u64, id: CheckoutId, found: Option<Written>) -> bool {
        if self.life != life {
            return false;
        }
        let Some(written) = found else {
            self.remove(id);
            return false;
        };
        self.insert(written.clone());
        self.change(life, id, |row| {
            row.written = written;
            row.is_driven = false;
        });
        true
    }

    /// A drive of this life has died.
    pub fn note_death(&mut self, life: u64, id: CheckoutId, deaths: u32, cause: &str) {
        self.drive_deaths += 1;
        self.change(life, id, |row| {
            row.deaths = deaths;
            row.trouble = Some(format!("it crashed: {cause}"));
        });
    }

    pub fn next_look(&self) -> Option<Timestamp> {
        self.looks.first().map(|(at, _)| *at)
    }

    pub fn next_retry(&self) -> Option<Instant> {
        self.retries.first().map(|(at, _)| *at)
    }

    /// Those that are to be looked at, or tried again, by now.
    pub fn take_due(&mut self, now: Timestamp, instant: Instant) -> Vec<CheckoutId> {
        let mut due = Vec::new();
        while let Some((at, id)) = self.looks.first().copied()
            && at <= now
        {
            self.set_look(id, None);
            if let Some(row) = self.rows.get_mut(&id) {
                row.look = true;
            }
            due.push(id);
        }
        while let Some((at, id)) = self.retries.first().copied()
            && at <= instant
        {
            self.set_retry(id, None);
            if let Some(row) = self.rows.get_mut(&id) {
                row.retry_stuck();
            }
            due.push(id);
        }
        due
    }

    /// Resolves when the row rests, with how it stands then. `None`: it does, or is not open.
    pub fn resting(&mut self, id: CheckoutId) -> Option<oneshot::Receiver<Arc<Checkout>>> {
        let row = self.rows.get_mut(&id).filter(|row| row.is_driven)?;
        let (tell, rests) = oneshot::channel();
        row.waiting.push(tell);
        Some(rests)
    }

    pub(super) fn rest(&mut self, id: CheckoutId, look_at: Option<Timestamp>) {
        self.set_look(id, look_at);
        let Some(row) = self.rows.get_mut(&id) else { return };
        row.is_driven = false;
        for waiting in row.waiting.drain(..) {
            // Who waited may have gone.
            let _ = waiting.send(row.written.state.clone());
        }
        row.waiting = Vec::new();
        let (state, is_seen) = (row.written.state.clone(), row.unseen == 0);
        if !state.is_live() {
            self.give_up_reservation(state.begun().hold_id, id);
        }
        if is_settled(&state) && is_seen {
            if state.booking_id().is_some() && self.booked.len() < BOOKED_MAX {
                self.booked.push(state.begun().hold_id);
            }
            self.remove(id);
        }
    }

    pub fn take_booked(&mut self) -> Vec<HoldId> {
        std::mem::take(&mut self.booked)
    }

    pub(super) fn set_look(&mut self, id: CheckoutId, at: Option<Timestamp>) {
        let Some(row) = self.rows.get_mut(&id) else { return };
        if let Some(before) = std::mem::replace(&mut row.look_at, at) {
            self.looks.remove(&(before, id));
        }
        self.looks.extend(at.map(|at| (at, id)));
    }

    pub(super) fn set_retry(&mut self, id: CheckoutId, at: Option<Instant>) {
        let Some(row) = self.rows.get_mut(&id) else { return };
        if let Some(before) = std::mem::replace(&mut row.retry_at, at) {
            self.retries.remove(&(before, id));
        }
        self.retries.extend(at.map(|at| (at, id)));
    }
}
