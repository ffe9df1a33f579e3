//! Seats and standing places as answers name them: with category and price, under the terms of their show.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::event::ShowTerms;
use crate::domain::money::Money;
use crate::domain::plan::{AreaIndex, CategoryIndex, SeatIndex, SeatingPlan};
use crate::domain::{BookingId, TicketId};

/// A venue's plan under a show's prices.
#[derive(Clone, Copy)]
pub struct Priced<'a> {
    pub plan: &'a SeatingPlan,
    pub terms: &'a ShowTerms,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeldSeat<'a> {
    seat: &'a str,
    category: &'a str,
    price: Money,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeldPlaces<'a> {
    area: &'a str,
    category: &'a str,
    quantity: u32,
    /// Of one of them.
    price: Money,
}

/// Either of `seat` and `area` is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ticket<'a> {
    pub ticket_id: TicketId,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<&'a str>,
    category: &'a str,
    price: Money,
}

impl<'a> Priced<'a> {
    pub fn seats(self, seats: &[SeatIndex]) -> Vec<HeldSeat<'a>> {
        let seat = |seat: &SeatIndex| {
            let (category, price) = self.class(self.plan.category_of(*seat));
            HeldSeat { seat: self.plan.label(*seat), category, price }
        };
        seats.iter().map(seat).collect()
    }

    pub fn places(self, places: &[(AreaIndex, u32)]) -> Vec<HeldPlaces<'a>> {
        let area = |(area, quantity): &(AreaIndex, u32)| {
            let area = &self.plan.areas()[area.index()];
            let (category, price) = self.class(area.category);
            HeldPlaces { area: &area.name, category, quantity: *quantity, price }
        };
        places.iter().map(area).collect()
    }

    /// Tickets with these indexes, in the booking's order: these seats, then these places one by one.
    pub fn tickets(
        self,
        booking: BookingId,
        indexes: impl Iterator<Item = u16>,
        seats: &[SeatIndex],
        places: &[(AreaIndex, u32)],
    ) -> Vec<Ticket<'a>> {
        let seated = seats.iter().map(|seat| (Some(self.plan.label(*seat)), None, self.plan.category_of(*seat)));
        let standing = places.iter().flat_map(|(area, quantity)| {
            let area = &self.plan.areas()[area.index()];
            std::iter::repeat_n((None, Some(area.name.as_str()), area.category), *quantity as usize)
        });
        let ticket = |(index, (seat, area, category))| {
            let (category, price) = self.class(category);
            Ticket { ticket_id: booking.ticket(index), seat, area, category, price }
        };
        indexes.zip(seated.chain(standing)).map(ticket).collect()
    }

    fn class(self, category: CategoryIndex) -> (&'a str, Money) {
        let price = self.terms.prices[category.index()].expect("what is held or sold has a price");
        (&self.plan.categories()[category.index()].name, price)
    }
}

/// Prices are capped so that no hold's total can overflow.
pub fn total(mut prices: impl Iterator<Item = (Money, u32)>) -> Money {
    let sum = prices.try_fold(Money::ZERO, |sum, (price, count)| sum.checked_add(price.checked_times(count)?));
    sum.expect("prices are capped")
}

impl HeldSeat<'_> {
    pub fn amount(&self) -> (Money, u32) {
        (self.price, 1)
    }
}

impl HeldPlaces<'_> {
    pub fn amount(&self) -> (Money, u32) {
        (self.price, self.quantity)
    }
}

impl Ticket<'_> {
    pub fn amount(&self) -> (Money, u32) {
        (self.price, 1)
    }
}
