//! Reading the views. Every read says up to which position it has folded.

use std::sync::Arc;

use actix_rt::Arbiter;
use thiserror::Error;

use super::bookings::{Bookings, Sold};
use super::checkouts::Checkouts;
use super::project::{Projector, Source};
use super::report::{ProjectionReport, report};
use super::sales::Sales;
use super::seat_maps::SeatMaps;
use super::shared::Shared;
use super::shows::Shows;
use crate::actors::follower::{Signals, follow};
use crate::domain::{BookingId, CheckoutId, CustomerId, ShowId, Timestamp};
use crate::journal::{Journal, Position, Version};
use crate::projections::bookings::BookingView;
use crate::projections::checkouts::Unlearned;
use crate::projections::sales::ShowSales;
use crate::projections::seat_map::SeatMap;
use crate::projections::show_list::{Counts, ShowSummary};
use crate::store::{Store, StoreError};

/// Some of the list of shows.
pub type Page = Vec<(ShowId, Arc<ShowSummary>)>;

/// The five views. Cheap to clone.
#[derive(Clone)]
pub struct Views {
    pub(super) seat_maps: Shared<SeatMaps>,
    pub(super) shows: Shared<Shows>,
    pub(super) bookings: Shared<Bookings>,
    pub(super) sales: Shared<Sales>,
    pub(super) checkouts: Shared<Checkouts>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) store: Store,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewName {
    SeatMaps,
    Shows,
    Bookings,
    Sales,
    Checkouts,
}

#[derive(Debug, Error)]
pub enum ViewError {
    #[error("the view has not reached position {wanted} yet; it is at {reached}")]
    Behind { wanted: Position, reached: Position },
    #[error("the view has not begun yet")]
    NotBegun,
    #[error("the view cannot be read: {0}")]
    Unreadable(#[from] StoreError),
}

impl Views {
    /// Starts their projectors, on one thread. Whoever closes the store stops the thread first.
    pub fn start(source: &Source) -> (Self, Arbiter) {
        let views = Self {
            seat_maps: Shared::default(),
            shows: Shared::default(),
            bookings: Shared::default(),
            sales: Shared::default(),
            checkouts: Shared::default(),
            journal: source.journal.clone(),
            store: source.store.clone(),
        };
        let arbiter = Arbiter::new();
        start_projector(&arbiter, source, &views.seat_maps);
        start_projector(&arbiter, source, &views.shows);
        start_projector(&arbiter, source, &views.bookings);
        start_projector(&arbiter, source, &views.sales);
        start_projector(&arbiter, source, &views.checkouts);
        (views, arbiter)
    }

    pub fn seat_map(&self, show: ShowId) -> Result<Option<(Position, Arc<SeatMap>)>, ViewError> {
        look(&self.seat_maps, |view, at| Ok(view.get(show)?.map(|map| (at, map))))
    }

    pub fn show(&self, show: ShowId) -> Result<Option<(Position, Arc<ShowSummary>)>, ViewError> {
        look(&self.shows, |view, at| Ok(view.get(show)?.map(|summary| (at, summary))))
    }

    /// At most `limit` shows after this one, in the order in which they were scheduled.
    pub fn shows(&self, after: Option<ShowId>, limit: usize) -> Result<(Position, Page), ViewError> {
        let found = self.shows.read(|view, at| {
            let page = view.after(after).take(limit).map(|(show, summary)| (show, summary.clone()));
            (at, page.collect())
        });
        found.ok_or(ViewError::NotBegun)
    }

    /// The same, of those that are wanted. The id: the last of `looked_at_max` that were looked at, where more follow.
    pub fn shows_that(
        &self,
        after: Option<ShowId>,
        limit: usize,
        looked_at_max: usize,
        is_wanted: impl Fn(&ShowSummary) -> bool,
    ) -> Result<(Position, Page, Option<ShowId>), ViewError> {
        let found = self.shows.read(|view, at| {
            let mut page = Page::new();
            for (count, (show, summary)) in view.after(after).enumerate() {
                if is_wanted(summary) {
                    page.push((show, summary.clone()));
                }
                if page.len() == limit {
                    return (at, page, None);
                }
                if count + 1 == looked_at_max {
                    return (at, page, Some(show));
                }
            }
            (at, page, None)
        });
        found.ok_or(ViewError::NotBegun)
    }

    pub fn booking(&self, id: BookingId) -> Result<Option<(Position, BookingView)>, ViewError> {
        look(&self.bookings, |view, at| Ok(view.get(id)?.map(|booking| (at, booking))))
    }

    /// At most `limit` bookings of the customer after this one, oldest first.
    pub fn bookings_of(
        &self,
        customer: &CustomerId,
        after: Option<BookingId>,
        limit: usize,
    ) -> Result<(Position, Vec<(BookingId, BookingView)>), ViewError> {
        look(&self.bookings, |view, at| Ok((at, view.of_customer(customer, after, limit)?)))
    }

    /// At most `limit` bookings that were confirmed after this version of the show, in the order of the sale.
    pub fn bookings_of_show(
        &self,
        show: ShowId,
        after: Version,
        limit: usize,
    ) -> Result<(Position, Vec<Sold>), ViewError> {
        look(&self.bookings, |view, at| Ok((at, view.of_show(show, after, limit)?)))
    }

    pub fn sales(&self, show: ShowId) -> Result<Option<(Position, Arc<ShowSales>)>, ViewError> {
        look(&self.sales, |view, at| Ok(view.get(show)?.map(|sales| (at, sales))))
    }

    pub fn open_checkouts(&self) -> Result<Vec<CheckoutId>, ViewError> {
        self.checkouts.read(|view, _| view.open_ids()).ok_or(ViewError::NotBegun)
    }

    /// At most `limit` checkouts after this one that do not know yet what has happened to their show.
    pub fn unlearned(
        &self,
        after: Option<CheckoutId>,
        limit: usize,
    ) -> Result<Vec<(CheckoutId, Unlearned)>, ViewError> {
        self.checkouts.read(|view, _| view.unlearned(after, limit)).ok_or(ViewError::NotBegun)
    }

    /// The cancelled shows: how many checkouts that concerned, and how many of them are open.
    pub fn sweeps(&self) -> Result<Vec<(ShowId, u32, u32)>, ViewError> {
        self.checkouts.read(|view, _| view.sweeps()).ok_or(ViewError::NotBegun)
    }

    /// When the clock has to look at which show.
    pub fn wake_times(&self) -> Result<Vec<(ShowId, Timestamp)>, ViewError> {
        self.shows.read(|view, _| view.wake_times()).ok_or(ViewError::NotBegun)
    }

    /// Whether there is something to read in each.
    pub fn have_begun(&self) -> bool {
        let Self { seat_maps, shows, bookings, sales, checkouts, journal: _, store: _ } = self;
        let of_sales = seat_maps.has_begun() && shows.has_begun() && bookings.has_begun() && sales.has_begun();
        of_sales && checkouts.has_begun()
    }

    /// Of all shows together, and how many there are.
    pub fn totals(&self) -> (Counts, u64) {
        let add = |(all, shows): (Counts, u64), one: Counts| {
            let all = Counts {
                capacity: all.capacity.saturating_add(one.capacity),
                held: all.held.saturating_add(one.held),
                sold: all.sold.saturating_add(one.sold),
                blocked: all.blocked.saturating_add(one.blocked),
            };
            (all, shows + 1)
        };
        let totals = self
            .shows
            .read(|view, _| view.after(None).map(|(_, summary)| summary.counts()).fold((Counts::default(), 0), add));
        totals.unwrap_or_default()
    }

    /// Reads a little of the journal where views are behind.
    pub fn reports(&self, now: Timestamp) -> Vec<ProjectionReport> {
        let journal = &*self.journal;
        vec![
            report(&self.seat_maps, journal, now),
            report(&self.shows, journal, now),
            report(&self.bookings, journal, now),
            report(&self.sales, journal, now),
            report(&self.checkouts, journal, now),
        ]
    }

    pub(super) fn end(&self) -> Position {
        *self.journal.durable().borrow()
    }
}

/// A reader who finds what is stored of the view damaged says so to its projector.
fn look<P, T>(shared: &Shared<P>, look: impl FnOnce(&P, Position) -> Result<T, StoreError>) -> Result<T, ViewError> {
    let found = shared.read(look).ok_or(ViewError::NotBegun)?;
    if let Err(StoreError::ViewDamaged { .. }) = &found {
        shared.note_damaged();
    }
    Ok(found?)
}

fn start_projector<P: super::projection::Projection>(arbiter: &Arbiter, source: &Source, shared: &Shared<P>) {
    let signals = Signals { upstream: source.store.applied(), wanted: Some(shared.wanted()) };
    let (source, shared) = (source.clone(), shared.clone());
    follow(arbiter, P::NAME, signals, move || Projector::begin(source.clone(), shared.clone()));
}
