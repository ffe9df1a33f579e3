//! Taking seats and places for a limited time: all that was asked for, or nothing.
//!
//! The order of the checks is fixed: what is wrong with the request itself comes before what is in its way.

use std::collections::BTreeSet;

use ahash::AHashSet;

use super::Show;
use crate::domain::best_available::{Pick, Wish};
use crate::domain::command::{BestAvailable, HoldSeats};
use crate::domain::event::{SeatsHeld, ShowEvent, ShowTerms};
use crate::domain::ids::CustomerId;
use crate::domain::plan::{AreaIndex, CategoryIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::{Refusal, SalesStatus, SeatConflict};
use crate::domain::time::Timestamp;

/// The largest hold. Below 64, so that a booking can keep its cancelled tickets in one word.
pub const TICKETS_PER_HOLD_MAX: u32 = 50;

impl Show {
    pub(super) fn decide_hold(&self, request: &HoldSeats, now: Timestamp) -> Result<Vec<ShowEvent>, Refusal> {
        let terms = self.scheduled_terms();
        self.check_on_sale(terms)?;
        let asked = tickets_asked(request)?;
        let named = resolve_seats(&self.plan, &request.seats)?;
        named_once(&request.seats)?;
        let general_admission = self.resolve_areas(terms, &request.general_admission)?;
        let wish = request.best_available.as_ref().map(|wish| resolve_wish(&self.plan, terms, wish)).transpose()?;
        self.check_customer_limit(terms, request.customer_id.as_ref(), asked)?;
        self.check_seats(terms, &named)?;
        self.check_areas(&general_admission, &request.general_admission)?;
        let pick = wish.map(|wish| self.pick(&wish, &named)).transpose()?;

        let adjacent = pick.as_ref().is_none_or(|pick| pick.adjacent);
        let mut seats = named;
        seats.extend(pick.into_iter().flat_map(|pick| pick.seats));
        Ok(vec![ShowEvent::SeatsHeld(SeatsHeld {
            hold_id: request.hold_id,
            customer_id: request.customer_id.clone(),
            seats,
            general_admission,
            expires_at: now.plus_seconds(terms.hold_seconds),
            adjacent,
        })])
    }

    pub(super) fn check_on_sale(&self, terms: &ShowTerms) -> Result<(), Refusal> {
        if self.status == SalesStatus::OnSale {
            return Ok(());
        }
        let on_sale_at = terms.on_sale_at.filter(|_| self.status == SalesStatus::Scheduled);
        Err(Refusal::ShowNotOnSale { status: self.status, on_sale_at })
    }

    /// Every seat in the way is named, not only the first.
    pub(super) fn check_seats(&self, terms: &ShowTerms, seats: &[SeatIndex]) -> Result<(), Refusal> {
        let conflict = |seat: SeatIndex| match self.seats.status(seat).conflict() {
            Some(conflict) => Some(conflict),
            None => self.price(terms, seat).is_none().then_some(SeatConflict::NotForSale),
        };
        let conflicts: Vec<_> =
            seats.iter().filter_map(|&seat| Some((self.plan.label(seat).to_owned(), conflict(seat)?))).collect();
        if conflicts.is_empty() { Ok(()) } else { Err(Refusal::SeatsUnavailable(conflicts)) }
    }

    fn price(&self, terms: &ShowTerms, seat: SeatIndex) -> Option<crate::domain::money::Money> {
        terms.prices[usize::from(self.plan.category_of(seat).0)]
    }

    fn resolve_areas(&self, terms: &ShowTerms, asked: &[(String, u32)]) -> Result<Vec<(AreaIndex, u32)>, Refusal> {
        let unknown: Vec<_> =
            asked.iter().map(|(name, _)| name).filter(|name| self.plan.area_index(name).is_none()).cloned().collect();
        if !unknown.is_empty() {
            return Err(Refusal::UnknownAreas(unknown));
        }
        if asked.len() > 1 {
            named_once(&asked.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())?;
        }
        let mut areas = Vec::with_capacity(asked.len());
        for (name, quantity) in asked {
            let area = self.plan.area_index(name).expect("unknown areas were refused above");
            let category = self.plan.areas()[usize::from(area.0)].category;
            if terms.prices[usize::from(category.0)].is_none() {
                return Err(Refusal::AreaNotForSale { area: name.clone() });
            }
            areas.push((area, *quantity));
        }
        Ok(areas)
    }

    fn check_areas(&self, areas: &[(AreaIndex, u32)], asked: &[(String, u32)]) -> Result<(), Refusal> {
        for ((area, quantity), (name, _)) in areas.iter().zip(asked) {
            let free = self.areas.free(*area);
            if free < *quantity {
                return Err(Refusal::AreaFull { area: name.clone(), asked: *quantity, free });
            }
        }
        Ok(())
    }

    /// Without a customer's name the limit can only be held against this one hold.
    pub(super) fn check_customer_limit(
        &self,
        terms: &ShowTerms,
        customer: Option<&CustomerId>,
        asked: u32,
    ) -> Result<(), Refusal> {
        let Some(max) = terms.max_per_customer else { return Ok(()) };
        let has = customer.map_or(0, |customer| self.customers.tickets(customer));
        if has.saturating_add(asked) > max {
            return Err(Refusal::CustomerLimit { max, has, asked });
        }
        Ok(())
    }

    fn pick(&self, wish: &Wish, named: &[SeatIndex]) -> Result<Pick, Refusal> {
        let asked = u32::from(wish.quantity);
        self.seats.best_available(wish, named).ok_or(Refusal::NotEnoughSeats { asked })
    }
}

fn tickets_asked(request: &HoldSeats) -> Result<u32, Refusal> {
    let standing: u64 = request.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
    let best = request.best_available.as_ref().map_or(0, |wish| u64::from(wish.quantity));
    let asked = request.seats.len() as u64 + standing + best;
    let an_empty_part = request.general_admission.iter().any(|(_, quantity)| *quantity == 0)
        || request.best_available.as_ref().is_some_and(|wish| wish.quantity == 0);
    if an_empty_part {
        return Err(Refusal::NothingAskedFor);
    }
    check_count(asked)
}

pub(super) fn check_count(asked: u64) -> Result<u32, Refusal> {
    if asked == 0 {
        return Err(Refusal::NothingAskedFor);
    }
    if asked > u64::from(TICKETS_PER_HOLD_MAX) {
        return Err(Refusal::TooManyTickets { asked, max: TICKETS_PER_HOLD_MAX });
    }
    Ok(asked as u32)
}

fn resolve_wish(plan: &SeatingPlan, terms: &ShowTerms, wish: &BestAvailable) -> Result<Wish, Refusal> {
    let for_sale = |category: &CategoryIndex| terms.prices[usize::from(category.0)].is_some();
    // Who names one twice means it once.
    let categories: BTreeSet<CategoryIndex> = match &wish.categories {
        Some(names) => {
            resolve(names, |name| plan.category_index(name)).map_err(Refusal::UnknownCategories)?.into_iter().collect()
        }
        None => (0..plan.categories().len() as u16).map(CategoryIndex).collect(),
    };
    let categories: Vec<_> = categories.into_iter().filter(for_sale).collect();
    let all = categories.len() == plan.categories().len();
    let zones = match &wish.zones {
        // Zones may share a name: then all of them are meant.
        Some(names) => {
            resolve(names, |name| plan.zone_index(name)).map_err(Refusal::UnknownZones)?;
            let zones: BTreeSet<_> = names.iter().flat_map(|name| plan.zones_named(name)).collect();
            Some(zones.into_iter().collect())
        }
        None => None,
    };
    let quantity = wish.quantity as u16;
    Ok(Wish { quantity, categories: (!all).then_some(categories), zones, accessible: wish.accessible })
}

/// The seats with these labels, or the labels that name none.
pub(super) fn resolve_seats(plan: &SeatingPlan, labels: &[String]) -> Result<Vec<SeatIndex>, Refusal> {
    resolve(labels, |label| plan.seat_index(label)).map_err(Refusal::UnknownSeats)
}

fn resolve<T>(names: &[String], find: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Vec<String>> {
    let found: Vec<T> = names.iter().map_while(|name| find(name)).collect();
    if found.len() == names.len() {
        return Ok(found);
    }
    Err(names.iter().filter(|name| find(name).is_none()).cloned().collect())
}

pub(super) fn named_once(names: &[String]) -> Result<(), Refusal> {
    if names.len() < 2 || (names.len() == 2 && names[0] != names[1]) {
        return Ok(());
    }
    let mut seen = AHashSet::with_capacity(names.len());
    let mut seen_twice = AHashSet::new();
    let twice: Vec<String> =
        names.iter().filter(|name| !seen.insert(*name) && seen_twice.insert(*name)).cloned().collect();
    if twice.is_empty() { Ok(()) } else { Err(Refusal::NamedTwice(twice)) }
}
