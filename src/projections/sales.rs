//! What a show has sold, by category.

use serde::{Deserialize, Serialize};

use super::misfit::{Misfit, area_category, seat_category};
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

    pub fn fold(&mut self, version: u64, event: &ShowEvent, plan: &SeatingPlan) -> Result<(), Misfit> {
        match event {
            ShowEvent::BookingConfirmed(confirmed) => {
                self.each(plan, &confirmed.seats, &confirmed.general_admission, |sales, tickets, amount| {
                    sales.tickets_sold += tickets;
                    sales.amount_sold = add(sales.amount_sold, amount)?;
                    Ok(())
                })?;
                self.bookings += 1;
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.each(plan, &cancelled.seats, &cancelled.general_admission, |sales, tickets, amount| {
                    if sales.tickets_cancelled + tickets > sales.tickets_sold {
                        return Err(Misfit("more tickets are cancelled than were sold".into()));
                    }
                    sales.tickets_cancelled += tickets;
                    sales.amount_cancelled = add(sales.amount_cancelled, amount)?;
                    Ok(())
                })?;
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
        self.version = version;
        Ok(())
    }

    fn each(
        &mut self,
        plan: &SeatingPlan,
        seats: &[SeatIndex],
        areas: &[(AreaIndex, u32)],
        change: impl Fn(&mut CategorySales, u64, Money) -> Result<(), Misfit>,
    ) -> Result<(), Misfit> {
        let seated = seats.iter().map(|&seat| Ok((seat_category(plan, seat)?, 1)));
        let standing = areas.iter().map(|&(area, quantity)| Ok((area_category(plan, area)?, quantity)));
        for places in seated.chain(standing) {
            let (category, quantity) = places?;
            let price = self.prices.get(category.index()).copied().flatten();
            let price = price.ok_or_else(|| Misfit(format!("category {} has no price", category.0)))?;
            let amount = price.checked_times(quantity).ok_or_else(too_much)?;
            change(&mut self.categories[category.index()], quantity.into(), amount)?;
        }
        Ok(())
    }
}

fn add(sum: Money, price: Money) -> Result<Money, Misfit> {
    sum.checked_add(price).ok_or_else(too_much)
}

fn too_much() -> Misfit {
    Misfit("the sales come to more than money can be counted".into())
}
