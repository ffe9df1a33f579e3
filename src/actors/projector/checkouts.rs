//! Which checkouts are open, all of them in memory. What a show's log says and a checkout does not know yet stands with the
//! checkout until the checkout's own log says it too: no lesson can be lost.
//!
//! One of which nothing is open any more leaves the view ([`super::past_checkouts`]): most are begun and paid between two
//! times that the view is stored, and never touch the disk but for their own log.

use std::collections::{BTreeMap, BTreeSet};

use super::past_checkouts::{booked_before, checkout_before};
use super::per_show::Changes;
use super::project::Source;
use super::projection::{FoldError, Projection};
use crate::domain::{CheckoutEvent, CheckoutId, Event, ShowEvent, ShowId};
use crate::journal::{Position, Record, Version};
use crate::projections::checkouts::{CheckoutView, Unlearned};
use crate::store::{StoreError, View};

/// First bytes of the keys: the open checkouts by id, and the cancelled shows.
const OPEN: u8 = b'o';
const SWEEPS: u8 = b'w';

/// Many, because what is paid soon is never stored; buyers who are slow come a few thousand in the half second after
/// which all is stored anyhow.
const PENDING_MAX: usize = 4_096;

pub struct Checkouts {
    open: BTreeMap<CheckoutId, CheckoutView>,
    /// Of `open`: those that have something to learn.
    pupils: BTreeSet<CheckoutId>,
    /// Open, and not stored as they are.
    dirty: BTreeSet<CheckoutId>,
    stored: BTreeSet<CheckoutId>,
    /// Stored, and not open any more.
    gone: Vec<CheckoutId>,
    /// How many checkouts the cancellation of a show concerned.
    sweeps: BTreeMap<ShowId, u32>,
    new_sweeps: BTreeSet<ShowId>,
}

impl Checkouts {
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

    /// Open or not, as the record before this position left it.
    fn get(&self, id: CheckoutId, source: &Source, before: Position) -> Result<Option<CheckoutView>, FoldError> {
        match self.open.get(&id) {
            Some(open) => Ok(Some(open.clone())),
            None => checkout_before(source, id, before),
        }
    }

    fn put(&mut self, id: CheckoutId, checkout: CheckoutView) {
        if checkout.unlearned.is_empty() {
            self.pupils.remove(&id);
        } else {
            self.pupils.insert(id);
        }
        if checkout.is_open() {
            self.dirty.insert(id);
            self.open.insert(id, checkout);
        } else {
            self.dirty.remove(&id);
            self.open.remove(&id);
            if self.stored.remove(&id) {
                self.gone.push(id);
            }
        }
    }

    fn fold_own(&mut self, record: &Record, source: &Source) -> Result<(), FoldError> {
        let id = CheckoutId(record.commit.stream.0);
        let mut checkout = match record.commit.events.first() {
            // What begins has not been there before.
            Some(Event::Checkout(CheckoutEvent::CheckoutBegun(_))) => None,
            Some(_) | None => self.get(id, source, record.position)?,
        };
        for event in &record.commit.events {
            match (event, &mut checkout) {
                (Event::Checkout(CheckoutEvent::CheckoutBegun(begun)), None) => {
                    checkout = Some(CheckoutView::begun(begun));
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

    fn fold_show(&mut self, record: &Record, source: &Source) -> Result<(), FoldError> {
        let show = ShowId(record.commit.stream.0);
        for (version, event) in record.commit.show_events() {
            match event {
                ShowEvent::TicketsCancelled(cancelled) => {
                    let id = CheckoutId::of_booking(cancelled.booking_id);
                    // Bookings that were paid for elsewhere belong to no checkout.
                    if let Some(mut checkout) = self.get(id, source, record.position)? {
                        checkout.note_tickets_cancelled(&cancelled.tickets);
                        self.put(id, checkout);
                    }
                }
                ShowEvent::ShowCancelled => self.fold_show_cancelled(show, version, record.position, source)?,
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
        }
        Ok(())
    }

    /// Reads the logs of all that were booked, which takes a while for a large show: once in its life.
    fn fold_show_cancelled(
        &mut self,
        show: ShowId,
        version: Version,
        position: Position,
        source: &Source,
    ) -> Result<(), FoldError> {
        let open = self.open.iter().filter(|(_, checkout)| checkout.show_id == show).map(|(id, _)| *id);
        let mut all: BTreeSet<CheckoutId> = open.collect();
        all.extend(booked_before(source, show, version)?);
        let mut concerned = Vec::new();
        for id in all {
            let Some(mut checkout) = self.get(id, source, position)? else { continue };
            if checkout.note_show_cancelled() {
                concerned.push((id, checkout));
            }
        }
        self.sweeps.insert(show, concerned.len() as u32);
        self.new_sweeps.insert(show);
        concerned.into_iter().for_each(|(id, checkout)| self.put(id, checkout));
        Ok(())
    }
}

impl Projection for Checkouts {
    const NAME: &'static str = "checkouts";
    const VERSION: u32 = 3;

    fn begin(view: View) -> Result<Self, StoreError> {
        let mut checkouts = Self {
            open: BTreeMap::new(),
            pupils: BTreeSet::new(),
            dirty: BTreeSet::new(),
            stored: BTreeSet::new(),
            gone: Vec::new(),
            sweeps: BTreeMap::new(),
            new_sweeps: BTreeSet::new(),
        };
        // All of it, so that its sum is checked: an open checkout that is missing here, nobody would ever drive again.
        for (key, bytes) in view.all()? {
            match key.split_first() {
                Some((&OPEN, id)) => {
                    let (id, checkout): (_, CheckoutView) = (id_in(&view, id)?, view.decode(&bytes)?);
                    if !checkout.unlearned.is_empty() {
                        checkouts.pupils.insert(id);
                    }
                    checkouts.stored.insert(id);
                    checkouts.open.insert(id, checkout);
                }
                Some((&SWEEPS, show)) => {
                    checkouts.sweeps.insert(ShowId(id_in(&view, show)?.0), view.decode(&bytes)?);
                }
                // Which shows are parked is the projector's to know.
                Some(_) | None => {}
            }
        }
        Ok(checkouts)
    }

    fn fold(&mut self, record: &Record, source: &Source) -> Result<(), FoldError> {
        match record.commit.events.first() {
            Some(Event::Checkout(_)) => self.fold_own(record, source),
            Some(Event::Show(_)) => self.fold_show(record, source),
            Some(Event::Venue(_)) | None => Ok(()),
        }
    }

    fn take_changes(&mut self) -> Changes {
        let mut changes: Changes = self.gone.drain(..).map(|id| (id_key(id), None)).collect();
        for id in std::mem::take(&mut self.dirty) {
            let checkout = self.open.get(&id).expect("what has changed is open");
            changes.push((id_key(id), Some(View::encode(checkout))));
            self.stored.insert(id);
        }
        for show in std::mem::take(&mut self.new_sweeps) {
            let all = self.sweeps.get(&show).expect("a sweep that is new is there");
            changes.push(([&[SWEEPS][..], show.0.as_bytes()].concat(), Some(View::encode(all))));
        }
        changes
    }

    fn is_full(&self) -> bool {
        self.dirty.len() + self.gone.len() >= PENDING_MAX
    }
}

fn id_key(id: CheckoutId) -> Vec<u8> {
    [&[OPEN][..], id.0.as_bytes()].concat()
}

fn id_in(view: &View, bytes: &[u8]) -> Result<CheckoutId, StoreError> {
    uuid::Uuid::from_slice(bytes).map(CheckoutId).map_err(|error| view.damaged(error.to_string()))
}
