//! What the audited show comes to, in the shape in which the views have it.

use super::{Owner, ShowAudit};
use crate::domain::money::Money;
use crate::domain::plan::SeatIndex;
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
            let seated = booking.seats.iter().map(|&seat| self.plan.category_of(seat));
            let standing = booking.general_admission.iter().flat_map(|&(area, quantity)| {
                std::iter::repeat_n(self.plan.areas()[area.index()].category, quantity as usize)
            });
            for (ticket, category) in seated.chain(standing).enumerate() {
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
}
