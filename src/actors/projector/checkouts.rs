//! Which checkouts are open, all of them in memory; the others on sled. What a show's log says and a checkout does not
//! know yet stands with the checkout until the checkout's own log says it too: no lesson can be lost.

use std::collections::{BTreeMap, BTreeSet};

use super::per_show::{Changes, decode, unreadable};
use super::projection::{FoldError, Projection};
use crate::actors::venues::Venues;
use crate::domain::{CheckoutEvent, CheckoutId, Event, ShowEvent, ShowId};
use crate::journal::{Commit, Record};
use crate::projections::checkouts::{CheckoutView, Unlearned};
use crate::store::{StoreError, View};

/// First bytes of the keys: checkouts by id, the ids of open ones, the ids by show, and the cancelled shows.
const BY_ID: u8 = b'k';
const OPEN: u8 = b'o';
const BY_SHOW: u8 = b's';
const SWEEPS: u8 = b'w';

pub struct Checkouts {
    view: View,
    open: BTreeMap<CheckoutId, CheckoutView>,
    /// Of `open`: those that have something to learn.
    pupils: BTreeSet<CheckoutId>,
    /// Not open any more, and not stored yet.
    closed: BTreeMap<CheckoutId, CheckoutView>,
    dirty: BTreeSet<CheckoutId>,
    of_show: BTreeSet<(ShowId, CheckoutId)>,
    /// Already handed over to be stored; still to be found here until it is.
    storing: BTreeMap<CheckoutId, CheckoutView>,
    storing_of_show: BTreeSet<(ShowId, CheckoutId)>,
    /// How many checkouts the cancellation of a show concerned.
    sweeps: BTreeMap<ShowId, u32>,
    new_sweeps: BTreeSet<ShowId>,
}

impl Checkouts {
    pub fn get(&self, id: CheckoutId) -> Result<Option<CheckoutView>, StoreError> {
        let in_memory = self.open.get(&id).or_else(|| self.closed.get(&id)).or_else(|| self.storing.get(&id));
        if let Some(found) = in_memory {
            return Ok(Some(found.clone()));
        }
        self.view.get(&id_key(BY_ID, id))?.map(|bytes| decode(&bytes)).transpose()
    }

    pub fn open_ids(&self) -> Vec<CheckoutId> {
        self.open.keys().copied().collect()
    }

    /// At most `limit` checkouts after this one that have something to learn, and what.
    pub fn unlearned(&self, after: Option<CheckoutId>, limit: usize) -> Vec<(CheckoutId, Unlearned)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let pupils = self.pupils.range((after.map_or(Unbounded, Excluded), Unbounded)).take(limit);
        pupils.filter_map(|id| Some((*id, self.open.get(id)?.unlearned.clone()))).collect()
    }

    /// The cancelled shows: how many checkouts that concerned, and how many of them are open.
    pub fn sweeps(&self) -> Vec<(ShowId, u32, u32)> {
        let mut open: BTreeMap<ShowId, u32> = BTreeMap::new();
        for checkout in self.open.values() {
            *open.entry(checkout.show_id).or_default() += 1;
        }
        let open_of = |show: &ShowId| open.get(show).copied().unwrap_or(0);
        self.sweeps.iter().map(|(show, all)| (*show, *all, open_of(show))).collect()
    }

    fn put(&mut self, id: CheckoutId, checkout: CheckoutView) {
        self.dirty.insert(id);
        if checkout.unlearned.is_empty() {
            self.pupils.remove(&id);
        } else {
            self.pupils.insert(id);
        }
        if checkout.is_open() {
            self.closed.remove(&id);
            self.open.insert(id, checkout);
        } else {
            self.open.remove(&id);
            self.closed.insert(id, checkout);
        }
    }

    fn fold_own(&mut self, commit: &Commit) -> Result<(), FoldError> {
        let id = CheckoutId(commit.stream.0);
        let mut checkout = match commit.events.first() {
            // What begins has not been there before.
            Some(Event::Checkout(CheckoutEvent::CheckoutBegun(_))) => None,
            Some(_) | None => self.get(id)?,
        };
        for event in &commit.events {
            match (event, &mut checkout) {
                (Event::Checkout(CheckoutEvent::CheckoutBegun(begun)), None) => {
                    checkout = Some(CheckoutView::begun(begun));
                    self.of_show.insert((begun.show_id, id));
                }
                (Event::Checkout(event), Some(checkout)) => checkout.fold(event),
                (Event::Checkout(_), None) | (Event::Show(_) | Event::Venue(_), _) => {
                    return Err(FoldError::Impossible(format!("an event of checkout {id}, which never began")));
                }
            }
        }
        if let Some(checkout) = checkout {
            self.put(id, checkout);
        }
        Ok(())
    }

    fn fold_show(&mut self, show: ShowId, event: &ShowEvent) -> Result<(), FoldError> {
        match event {
            ShowEvent::TicketsCancelled(cancelled) => {
                let id = CheckoutId::of_booking(cancelled.booking_id);
                // Bookings that were paid for elsewhere belong to no checkout.
                if let Some(mut checkout) = self.get(id)? {
                    checkout.note_tickets_cancelled(&cancelled.tickets);
                    self.put(id, checkout);
                }
            }
            ShowEvent::ShowCancelled => self.fold_show_cancelled(show)?,
            ShowEvent::ShowScheduled(_)
            | ShowEvent::SalesOpened
            | ShowEvent::SalesPaused
            | ShowEvent::SalesClosed
            | ShowEvent::SeatsBlocked { .. }
            | ShowEvent::SeatsUnblocked { .. }
            | ShowEvent::SeatsHeld(_)
            | ShowEvent::HoldExtended { .. }
            | ShowEvent::HoldReleased(_)
            | ShowEvent::HoldExpired(_)
            | ShowEvent::BookingConfirmed(_)
            | ShowEvent::ShowOwned { .. } => {}
        }
        Ok(())
    }

    fn fold_show_cancelled(&mut self, show: ShowId) -> Result<(), FoldError> {
        let mut concerned = 0;
        for id in self.all_of(show)? {
            let Some(mut checkout) = self.get(id)? else { continue };
            if checkout.note_show_cancelled() {
                concerned += 1;
                self.put(id, checkout);
            }
        }
        self.sweeps.insert(show, concerned);
        self.new_sweeps.insert(show);
        Ok(())
    }

    fn all_of(&self, show: ShowId) -> Result<BTreeSet<CheckoutId>, StoreError> {
        let prefix = show_key(show);
        let mut all = BTreeSet::new();
        for (key, _) in self.view.scan(&prefix, None, usize::MAX)? {
            all.insert(id_in(&key[prefix.len()..])?);
        }
        let range = (show, CheckoutId(uuid::Uuid::nil()))..=(show, CheckoutId(uuid::Uuid::max()));
        for recent in [&self.of_show, &self.storing_of_show] {
            all.extend(recent.range(range.clone()).map(|(_, id)| *id));
        }
        Ok(all)
    }
}

impl Projection for Checkouts {
    const NAME: &'static str = "checkouts";
    const VERSION: u32 = 2;

    fn begin(view: View) -> Result<Self, StoreError> {
        let mut checkouts = Self {
            open: BTreeMap::new(),
            pupils: BTreeSet::new(),
            closed: BTreeMap::new(),
            dirty: BTreeSet::new(),
            of_show: BTreeSet::new(),
            storing: BTreeMap::new(),
            storing_of_show: BTreeSet::new(),
            sweeps: BTreeMap::new(),
            new_sweeps: BTreeSet::new(),
            view,
        };
        for (key, _) in checkouts.view.scan(&[OPEN], None, usize::MAX)? {
            let id = id_in(&key[1..])?;
            let Some(checkout) = checkouts.get(id)? else {
                return Err(unreadable(&format!("the open checkout {id} is missing")));
            };
            if !checkout.unlearned.is_empty() {
                checkouts.pupils.insert(id);
            }
            checkouts.open.insert(id, checkout);
        }
        for (key, bytes) in checkouts.view.scan(&[SWEEPS], None, usize::MAX)? {
            checkouts.sweeps.insert(ShowId(id_in(&key[1..])?.0), decode(&bytes)?);
        }
        Ok(checkouts)
    }

    fn fold(&mut self, record: &Record, _: &Venues) -> Result<(), FoldError> {
        let commit = &record.commit;
        match commit.events.first() {
            Some(Event::Checkout(_)) => self.fold_own(commit),
            Some(Event::Show(_)) => {
                let show = ShowId(commit.stream.0);
                commit.show_events().try_for_each(|(_, event)| self.fold_show(show, event))
            }
            Some(Event::Venue(_)) | None => Ok(()),
        }
    }

    fn take_changes(&mut self) -> Changes {
        let mut changes = Changes::new();
        for id in std::mem::take(&mut self.dirty) {
            let is_open = self.open.get(&id);
            let checkout = is_open.or_else(|| self.closed.get(&id)).expect("what has changed is in memory");
            changes.push((id_key(BY_ID, id), Some(encoded(checkout))));
            changes.push((id_key(OPEN, id), is_open.map(|_| Vec::new())));
        }
        self.storing = std::mem::take(&mut self.closed);
        self.storing_of_show = std::mem::take(&mut self.of_show);
        let of_shows = self.storing_of_show.iter();
        changes.extend(of_shows.map(|(show, id)| ([&show_key(*show)[..], id.0.as_bytes()].concat(), Some(Vec::new()))));
        for show in std::mem::take(&mut self.new_sweeps) {
            let all = self.sweeps.get(&show).expect("a sweep that is new is there");
            changes.push(([&[SWEEPS][..], show.0.as_bytes()].concat(), Some(encoded(all))));
        }
        changes
    }

    fn pending(&self) -> usize {
        self.dirty.len() + self.of_show.len()
    }

    fn stored(&mut self) {
        self.storing.clear();
        self.storing_of_show.clear();
    }
}

fn encoded(value: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("views hold nothing that postcard cannot write")
}

fn id_key(first: u8, id: CheckoutId) -> Vec<u8> {
    [&[first][..], id.0.as_bytes()].concat()
}

fn show_key(show: ShowId) -> Vec<u8> {
    [&[BY_SHOW][..], show.0.as_bytes()].concat()
}

fn id_in(bytes: &[u8]) -> Result<CheckoutId, StoreError> {
    uuid::Uuid::from_slice(bytes).map(CheckoutId).map_err(|error| unreadable(&error))
}
