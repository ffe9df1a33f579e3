//! The views as they are stored, for `verify`: nobody folds while this looks. Without that of checkouts, which only says
//! what there is to do.

use super::bookings::{Bookings, Sold};
use super::projection::Projection;
use super::sales::Sales;
use super::seat_maps::SeatMaps;
use super::shows::Shows;
use super::versions::open_view;
use std::sync::Arc;

use crate::domain::{BookingId, CustomerId, ShowId};
use crate::journal::{Position, Version};
use crate::projections::bookings::BookingView;
use crate::projections::sales::ShowSales;
use crate::projections::seat_map::SeatMap;
use crate::projections::show_list::ShowSummary;
use crate::store::{Store, StoreError};

pub struct StoredViews {
    seat_maps: (Position, SeatMaps),
    shows: (Position, Shows),
    bookings: (Position, Bookings),
    sales: (Position, Sales),
}

impl StoredViews {
    pub fn of(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { seat_maps: stored(store)?, shows: stored(store)?, bookings: stored(store)?, sales: stored(store)? })
    }

    /// Up to where each has folded.
    pub fn cursors(&self) -> [(&'static str, Position); 4] {
        [
            (SeatMaps::NAME, self.seat_maps.0),
            (Shows::NAME, self.shows.0),
            (Bookings::NAME, self.bookings.0),
            (Sales::NAME, self.sales.0),
        ]
    }

    pub fn seat_map(&self, show: ShowId) -> Result<Option<Arc<SeatMap>>, StoreError> {
        self.seat_maps.1.get(show)
    }

    pub fn summary(&self, show: ShowId) -> Result<Option<Arc<ShowSummary>>, StoreError> {
        self.shows.1.get(show)
    }

    pub fn booking(&self, id: BookingId) -> Result<Option<BookingView>, StoreError> {
        self.bookings.1.get(id)
    }

    /// Whether it is among the bookings of this customer.
    pub fn lists_for(&self, customer: &CustomerId, id: BookingId) -> Result<bool, StoreError> {
        self.bookings.1.lists_for(customer, id)
    }

    /// Those that were confirmed after this version of the show, in the order of the sale.
    pub fn bookings_of_show(&self, show: ShowId, after: Version, limit: usize) -> Result<Vec<Sold>, StoreError> {
        self.bookings.1.of_show(show, after, limit)
    }

    pub fn sales(&self, show: ShowId) -> Result<Option<Arc<ShowSales>>, StoreError> {
        self.sales.1.get(show)
    }
}

fn stored<P: Projection>(store: &Store) -> Result<(Position, P), StoreError> {
    let (_, view, projection) = open_view::<P>(store, false)?;
    Ok((view.cursor()?.unwrap_or(Position::ZERO), projection))
}
