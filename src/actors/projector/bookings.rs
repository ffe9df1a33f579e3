//! All bookings, by id, by customer and by show. What has changed lately is in memory, everything else on sled.

use std::collections::BTreeMap;

use super::bookings_by_show::BookingsByShow;
use super::per_show::Changes;
use super::project::Source;
use super::projection::{FoldError, Projection};
use crate::domain::{BookingId, CustomerId, ShowEvent, ShowId};
use crate::journal::{Commit, Record, Version};
use crate::projections::bookings::BookingView;
use crate::store::{StoreError, View};

/// First bytes of the keys: bookings by id, and the ids by customer.
const BY_ID: u8 = b'b';
const BY_CUSTOMER: u8 = b'c';

const PENDING_MAX: usize = 512;

pub struct Bookings {
    view: View,
    recent: BTreeMap<BookingId, BookingView>,
    by_customer: BTreeMap<(CustomerKey, BookingId), ()>,
    /// Already handed over to be stored; still to be found here until it is.
    storing: BTreeMap<BookingId, BookingView>,
    storing_by_customer: BTreeMap<(CustomerKey, BookingId), ()>,
    by_show: BookingsByShow,
}

/// A booking, and the version of its show as which it was confirmed.
pub type Sold = (Version, BookingId, BookingView);

/// A customer's name, hashed to a fixed length so that keys sort and none is a prefix of another.
type CustomerKey = [u8; 16];

impl Bookings {
    pub fn get(&self, id: BookingId) -> Result<Option<BookingView>, StoreError> {
        if let Some(found) = self.recent.get(&id).or_else(|| self.storing.get(&id)) {
            return Ok(Some(found.clone()));
        }
        self.view.get(&id_key(id))?.map(|bytes| self.view.decode(&bytes)).transpose()
    }

    /// Whether it is stored among the bookings of this customer.
    pub fn lists_for(&self, customer: &CustomerId, id: BookingId) -> Result<bool, StoreError> {
        Ok(self.view.get(&customer_entry_key(&customer_key(customer), id))?.is_some())
    }

    /// A customer's bookings after this one, in the order of their ids: oldest first.
    pub fn of_customer(
        &self,
        customer: &CustomerId,
        after: Option<BookingId>,
        limit: usize,
    ) -> Result<Vec<(BookingId, BookingView)>, StoreError> {
        let customer = customer_key(customer);
        let prefix = [&[BY_CUSTOMER][..], &customer].concat();
        let after_key = after.map(|id| customer_entry_key(&customer, id));
        let mut ids: Vec<BookingId> = Vec::new();
        for (key, _) in self.view.scan(&prefix, after_key.as_deref(), limit)? {
            ids.extend(uuid::Uuid::from_slice(&key[prefix.len()..]).ok().map(BookingId));
        }
        for recent in [&self.storing_by_customer, &self.by_customer] {
            let from = (customer, after.unwrap_or(BookingId(uuid::Uuid::nil())));
            let until = (customer, BookingId(uuid::Uuid::max()));
            ids.extend(recent.range(from..=until).map(|((_, id), ())| *id).filter(|id| Some(*id) != after).take(limit));
        }
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(limit);
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.get(id)?.map(|booking| (id, booking)));
        }
        Ok(found)
    }

    /// A show's bookings that were confirmed after this version of it, in the order of the sale.
    pub fn of_show(&self, show: ShowId, after: Version, limit: usize) -> Result<Vec<Sold>, StoreError> {
        let mut found = Vec::new();
        for (version, id) in self.by_show.after(&self.view, show, after, limit)? {
            found.extend(self.get(id)?.map(|booking| (version, id, booking)));
        }
        Ok(found)
    }

    fn fold_event(&mut self, commit: &Commit, version: u64, event: &ShowEvent) -> Result<(), FoldError> {
        match event {
            ShowEvent::BookingConfirmed(confirmed) => {
                let (show, id) = (ShowId(commit.stream.0), confirmed.booking_id);
                if let Some(customer) = &confirmed.customer_id {
                    self.by_customer.insert((customer_key(customer), id), ());
                }
                self.by_show.add(show, version, id);
                self.recent.insert(id, BookingView::confirmed(show, version, commit.time, confirmed));
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                let id = cancelled.booking_id;
                let Some(mut booking) = self.get(id)? else {
                    return Err(FoldError::Impossible(format!("tickets of an unknown booking {id} were cancelled")));
                };
                booking.fold_cancelled(version, cancelled)?;
                self.recent.insert(id, booking);
            }
            ShowEvent::ShowScheduled(_)
            | ShowEvent::ShowOwned { .. }
            | ShowEvent::SalesOpened
            | ShowEvent::SalesPaused
            | ShowEvent::SalesClosed
            | ShowEvent::ShowCancelled
            | ShowEvent::SeatsBlocked { .. }
            | ShowEvent::SeatsUnblocked { .. }
            | ShowEvent::SeatsHeld(_)
            | ShowEvent::HoldExtended { .. }
            | ShowEvent::HoldReleased(_)
            | ShowEvent::HoldExpired(_) => {}
        }
        Ok(())
    }
}

impl Projection for Bookings {
    const NAME: &'static str = "bookings";
    const VERSION: u32 = 2;

    fn begin(view: View) -> Result<Self, StoreError> {
        let by_show = BookingsByShow::begin(&view)?;
        Ok(Self {
            view,
            recent: BTreeMap::new(),
            by_customer: BTreeMap::new(),
            storing: BTreeMap::new(),
            storing_by_customer: BTreeMap::new(),
            by_show,
        })
    }

    fn fold(&mut self, record: &Record, _: &Source) -> Result<(), FoldError> {
        let commit = &record.commit;
        commit.show_events().try_for_each(|(version, event)| self.fold_event(commit, version, event))
    }

    fn take_changes(&mut self) -> Changes {
        self.storing = std::mem::take(&mut self.recent);
        self.storing_by_customer = std::mem::take(&mut self.by_customer);
        let bookings = self.storing.iter().map(|(id, booking)| {
            let bytes = View::encode(booking);
            (id_key(*id), Some(bytes))
        });
        let customers = self.storing_by_customer.keys();
        let customers = customers.map(|(customer, id)| (customer_entry_key(customer, *id), Some(Vec::new())));
        bookings.chain(customers).chain(self.by_show.take_changes()).collect()
    }

    fn is_full(&self) -> bool {
        self.recent.len() + self.by_customer.len() >= PENDING_MAX
    }

    fn stored(&mut self) {
        self.storing.clear();
        self.storing_by_customer.clear();
        self.by_show.stored();
    }
}

fn id_key(id: BookingId) -> Vec<u8> {
    [&[BY_ID][..], id.0.as_bytes()].concat()
}

fn customer_entry_key(customer: &CustomerKey, id: BookingId) -> Vec<u8> {
    [&[BY_CUSTOMER][..], customer, id.0.as_bytes()].concat()
}

fn customer_key(customer: &CustomerId) -> CustomerKey {
    let hash = blake3::hash(customer.as_str().as_bytes());
    hash.as_bytes()[..16].try_into().expect("a hash has 32 bytes")
}
