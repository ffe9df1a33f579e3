//! What the naive show makes of a wish for a hold.

use super::decisions::{Answer, distinct, known};
use super::naive::{NaiveHold, NaiveShow};
use super::picks::check_pick;
use crate::domain::command::HoldSeats;
use crate::domain::event::{SeatsHeld, ShowEvent};
use crate::domain::ids::CustomerId;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::{Refusal, SalesStatus, SeatConflict};
use crate::domain::show::SeatStatus;
use crate::domain::show::tests::hall::{AREAS, CATEGORIES};
use crate::domain::time::Timestamp;

/// Seats and areas that were named.
type Places = (Vec<SeatIndex>, Vec<(AreaIndex, u32)>);

impl NaiveShow {
    pub fn hold(&mut self, request: &HoldSeats, now: Timestamp, actual: &Answer) -> Result<Answer, String> {
        let (named, areas) = match self.may_hold(request) {
            Ok(places) => places,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (mut seats, mut adjacent) = (named.clone(), true);
        if let Some(wish) = &request.best_available {
            match check_pick(self, wish, &named, actual)? {
                Some(pick) => {
                    adjacent = pick.adjacent;
                    seats.extend(pick.seats);
                }
                None => return Ok(Err(Refusal::NotEnoughSeats { asked: wish.quantity })),
            }
        }
        let until = now.plus_seconds(self.terms.as_ref().expect("it is scheduled").hold_seconds);
        let (id, customer) = (request.hold_id, request.customer_id.clone());
        let hold = NaiveHold { id, customer, seats, areas, made_until: until, until, ended: None };
        let held = ShowEvent::SeatsHeld(SeatsHeld {
            hold_id: hold.id,
            customer_id: hold.customer.clone(),
            seats: hold.seats.clone(),
            general_admission: hold.areas.clone(),
            expires_at: until,
            adjacent,
        });
        self.holds.push(hold);
        Ok(Ok(vec![held]))
    }

    /// The named seats and areas, where nothing but the choice of the best seats can be in the way any more.
    fn may_hold(&self, request: &HoldSeats) -> Result<Places, Refusal> {
        let terms = self.terms.as_ref().expect("it is scheduled");
        if self.status != SalesStatus::OnSale {
            let on_sale_at = if self.status == SalesStatus::Scheduled { terms.on_sale_at } else { None };
            return Err(Refusal::ShowNotOnSale { status: self.status, on_sale_at });
        }
        let mut parts: Vec<u64> = request.seats.iter().map(|_| 1).collect();
        parts.extend(request.best_available.iter().map(|wish| u64::from(wish.quantity)));
        parts.extend(request.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)));
        if parts.is_empty() || parts.contains(&0) {
            return Err(Refusal::NothingAskedFor);
        }
        let asked = parts.iter().sum();
        if asked > 50 {
            return Err(Refusal::TooManyTickets { asked, max: 50 });
        }
        let seats = self.seats_called(&request.seats)?;
        let names: Vec<String> = request.general_admission.iter().map(|(name, _)| name.clone()).collect();
        let known_areas = AREAS.map(|(name, ..)| name);
        known(&names, &known_areas).map_err(Refusal::UnknownAreas)?;
        distinct(&names)?;
        let area_at = |name: &str| AREAS.iter().position(|(area, ..)| *area == name).expect("it is known");
        if let Some(area) = names.iter().find(|name| !self.is_for_sale(CATEGORIES[usize::from(AREAS[area_at(name)].1)]))
        {
            return Err(Refusal::AreaNotForSale { area: area.clone() });
        }
        if let Some(wish) = &request.best_available {
            let zones: Vec<_> = self.seats.iter().map(|seat| seat.zone).collect();
            known(wish.categories.as_deref().unwrap_or_default(), &CATEGORIES).map_err(Refusal::UnknownCategories)?;
            known(wish.zones.as_deref().unwrap_or_default(), &zones).map_err(Refusal::UnknownZones)?;
        }
        self.within_limit(request.customer_id.as_ref(), asked)?;
        self.in_the_way(&seats, |seat| !self.is_for_sale(self.seats[seat.index()].category))?;
        let areas: Vec<_> = request
            .general_admission
            .iter()
            .map(|(name, quantity)| (AreaIndex(area_at(name) as u16), *quantity))
            .collect();
        for ((area, asked), name) in areas.iter().zip(&names) {
            let free = self.area_free(*area);
            if *asked > free {
                return Err(Refusal::AreaFull { area: name.clone(), asked: *asked, free });
            }
        }
        Ok((seats, areas))
    }

    pub fn within_limit(&self, customer: Option<&CustomerId>, asked: u64) -> Result<(), Refusal> {
        let terms = self.terms.as_ref().expect("it is scheduled");
        let Some(max) = terms.max_per_customer else { return Ok(()) };
        let has = customer.map_or(0, |customer| self.tickets_of(customer));
        if u64::from(has) + asked > u64::from(max) {
            return Err(Refusal::CustomerLimit { max, has, asked: asked as u32 });
        }
        Ok(())
    }

    pub fn in_the_way(&self, seats: &[SeatIndex], not_for_sale: impl Fn(SeatIndex) -> bool) -> Result<(), Refusal> {
        let mut conflicts = Vec::new();
        for &seat in seats {
            let conflict = match self.seat_status(seat) {
                SeatStatus::Held => SeatConflict::Held,
                SeatStatus::Sold => SeatConflict::Sold,
                SeatStatus::Blocked => SeatConflict::Blocked,
                SeatStatus::Free if not_for_sale(seat) => SeatConflict::NotForSale,
                SeatStatus::Free => continue,
            };
            conflicts.push((self.seats[seat.index()].label.clone(), conflict));
        }
        if conflicts.is_empty() { Ok(()) } else { Err(Refusal::SeatsUnavailable(conflicts)) }
    }
}
