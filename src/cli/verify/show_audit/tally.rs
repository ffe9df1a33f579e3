//! What the audited show comes to, in the shape in which the views have it.

use super::{AuditedBooking, Owner, ShowAudit};
use crate::domain::BookingId;
use crate::domain::money::Money;
use crate::domain::plan::{CategoryIndex, SeatIndex};
use crate::domain::show::SeatStatus;

impl ShowAudit {
    pub fn seat(&self, seat: SeatIndex) -> SeatStatus {
        match self.owners.get(&seat) {
            None => SeatStatus::Free,
            Some(Owner::Hold(_)) => SeatStatus::Held,
            Some(Owner::Booking(_)) => SeatStatus::Sold,
            Some(Owner::Blocked) => SeatStatus::Blocked,
        }
    }

    /// (held, sold, blocked) places by category, standing ones included.
    pub fn counts(&self) -> Vec<(u32, u32, u32)> {
        let mut counts = vec![(0, 0, 0); self.plan.categories().len()];
        for (&seat, owner) in &self.owners {
            let of = &mut counts[self.plan.category_of(seat).index()];
            match owner {
                Owner::Hold(_) => of.0 += 1,
                Owner::Booking(_) => of.1 += 1,
                Owner::Blocked => of.2 += 1,
            }
        }
        for (area, (held, sold)) in self.plan.areas().iter().zip(&self.areas) {
            counts[area.category.index()].0 += held;
            counts[area.category.index()].1 += sold;
        }
        counts
    }

    /// Tickets and money ever sold and ever cancelled, by category: (tickets, amount, tickets, amount).
    pub fn sales(&self) -> Vec<(u64, Money, u64, Money)> {
        let mut sales = vec![(0, Money::ZERO, 0, Money::ZERO); self.plan.categories().len()];
        let Some(terms) = &self.terms else { return sales };
        for booking in self.bookings.values() {
            for (ticket, category) in self.categories_of(booking).enumerate() {
                let price = terms.prices[category.index()].unwrap_or(Money::ZERO);
                let of = &mut sales[category.index()];
                (of.0, of.1) = (of.0 + 1, of.1.checked_add(price).unwrap_or(of.1));
                if booking.cancelled.contains(&(ticket as u16)) {
                    (of.2, of.3) = (of.2 + 1, of.3.checked_add(price).unwrap_or(of.3));
                }
            }
        }
        sales
    }

    /// Of each ticket of a booking, cancelled ones included, in its order; none where there is no such booking.
    pub fn ticket_prices(&self, booking: BookingId) -> Vec<Money> {
        let (Some(terms), Some(booking)) = (&self.terms, self.bookings.get(&booking)) else { return vec![] };
        let price = |category: CategoryIndex| terms.prices[category.index()].unwrap_or(Money::ZERO);
        self.categories_of(booking).map(price).collect()
    }

    fn categories_of(&self, booking: &AuditedBooking) -> impl Iterator<Item = CategoryIndex> {
        let seated = booking.seats.iter().map(|&seat| self.plan.category_of(seat));
        let standing = booking.general_admission.iter().flat_map(|&(area, quantity)| {
            std::iter::repeat_n(self.plan.areas()[area.index()].category, quantity as usize)
        });
        seated.chain(standing)
    }
}
