//! Whether seats that are said to be as good as others can be: as many, of the same kinds, free. Which of them are the
//! nearest is looked at where the choosing lives.

use super::decisions::Answer;
use super::naive::{NaiveHold, NaiveShow};
use crate::domain::command::HoldEqual;
use crate::domain::event::ShowEvent;
use crate::domain::plan::SeatIndex;
use crate::domain::refusal::{Refusal, SalesStatus};
use crate::domain::show::SeatStatus;
use crate::domain::show::tests::hall::AREAS;
use crate::domain::time::Timestamp;

impl NaiveShow {
    pub fn hold_equal(&mut self, request: &HoldEqual, now: Timestamp, actual: &Answer) -> Result<Answer, String> {
        let terms = self.terms.as_ref().expect("it is scheduled");
        let until = now.plus_seconds(terms.hold_seconds);
        if self.status != SalesStatus::OnSale {
            let on_sale_at = if self.status == SalesStatus::Scheduled { terms.on_sale_at } else { None };
            return Ok(Err(Refusal::ShowNotOnSale { status: self.status, on_sale_at }));
        }
        let standing: u64 = request.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
        let asked = request.seats.len() as u64 + standing;
        if let Err(refusal) = self.within_limit(request.customer_id.as_ref(), asked) {
            return Ok(Err(refusal));
        }
        let events = match actual {
            Ok(events) => events,
            Err(Refusal::NotEnoughSeats { .. } | Refusal::AreaFull { .. }) => return Ok(actual.clone()),
            Err(refusal) => return Err(format!("{refusal:?} is no reason")),
        };
        let [ShowEvent::SeatsHeld(held)] = events.as_slice() else { return Err(format!("not a hold: {events:?}")) };
        let kind = |seat: &SeatIndex| {
            let facts = &self.seats[seat.index()];
            (facts.category, facts.accessible)
        };
        let is_free = |seat: &SeatIndex| self.seat_status(*seat) == SeatStatus::Free;
        if !held.seats.iter().map(kind).eq(request.seats.iter().map(kind)) || !held.seats.iter().all(is_free) {
            return Err(format!("{:?} are not as good as {:?}, or not free", held.seats, request.seats));
        }
        if request.seats.iter().zip(&held.seats).any(|(of, seat)| of != seat && is_free(of) && !self.needs_company(of))
        {
            return Err(format!("{:?} gives up what is free of {:?}", held.seats, request.seats));
        }
        let places = |(area, quantity): &(crate::domain::plan::AreaIndex, u32)| (AREAS[area.index()].1, *quantity);
        let has_room = held.general_admission.iter().all(|(area, quantity)| self.area_free(*area) >= *quantity);
        if !held.general_admission.iter().map(places).eq(request.general_admission.iter().map(places)) || !has_room {
            return Err(format!("{:?} are not as good", held.general_admission));
        }
        let hold = NaiveHold {
            id: request.hold_id,
            customer: request.customer_id.clone(),
            seats: held.seats.clone(),
            areas: held.general_admission.clone(),
            made_until: until,
            until,
            ended: None,
        };
        if (held.hold_id, &held.customer_id, held.expires_at) != (hold.id, &hold.customer, until) {
            return Err(format!("not what was asked for: {held:?}"));
        }
        self.holds.push(hold);
        Ok(actual.clone())
    }

    /// In a row with accessible seats all may have to move.
    fn needs_company(&self, seat: &SeatIndex) -> bool {
        let row = self.seats[seat.index()].row;
        self.seats.iter().any(|other| other.row == row && other.accessible)
    }
}
