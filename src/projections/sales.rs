//! What a show has sold, by category.

use serde::{Deserialize, Serialize};

use crate::domain::event::ShowTerms;
use crate::domain::money::Money;
use crate::domain::plan::{AreaIndex, SeatIndex, SeatingPlan};
use crate::domain::{ShowEvent, VenueId};

/// Tickets and money of one category, ever confirmed and ever cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategorySales {
    pub tickets_sold: u64,
    pub tickets_cancelled: u64,
    pub amount_sold: Money,
    pub amount_cancelled: Money,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSales {
    pub venue_id: VenueId,
    /// Of the last event folded.
    pub version: u64,
    pub bookings: u64,
    /// By category index.
    pub prices: Box<[Option<Money>]>,
    pub categories: Box<[CategorySales]>,
}

impl ShowSales {
    pub fn scheduled(version: u64, terms: &ShowTerms) -> Self {
        let categories = vec![CategorySales::default(); terms.prices.len()].into();
        Self { venue_id: terms.venue_id, version, bookings: 0, prices: terms.prices.as_slice().into(), categories }
    }

    pub fn fold(&mut self, version: u64, event: &ShowEvent, plan: &SeatingPlan) {
        self.version = version;
        match event {
            ShowEvent::BookingConfirmed(confirmed) => {
                self.bookings += 1;
                self.each(plan, &confirmed.seats, &confirmed.general_admission, |sales, price| {
                    sales.tickets_sold += 1;
                    sales.amount_sold = add(sales.amount_sold, price);
                });
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.each(plan, &cancelled.seats, &cancelled.general_admission, |sales, price| {
                    sales.tickets_cancelled += 1;
                    sales.amount_cancelled = add(sales.amount_cancelled, price);
                });
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
    }

    fn each(
        &mut self,
        plan: &SeatingPlan,
        seats: &[SeatIndex],
        areas: &[(AreaIndex, u32)],
        change: impl Fn(&mut CategorySales, Money),
    ) {
        let seated = seats.iter().map(|&seat| plan.category_of(seat));
        let standing = areas
            .iter()
            .flat_map(|&(area, quantity)| std::iter::repeat_n(plan.areas()[area.index()].category, quantity as usize));
        for category in seated.chain(standing) {
            let price = self.prices[category.index()].expect("what was sold has a price");
            change(&mut self.categories[category.index()], price);
        }
    }
}

fn add(sum: Money, price: Money) -> Money {
    sum.checked_add(price).expect("prices are capped so that a show's sales fit")
}
