//! Taking seats and places as good as those that somebody had paid for when their hold had expired: what is still free of
//! them, and what is nearest for the rest. All or nothing, like any hold; and it costs the same.

use std::cmp::Reverse;

use super::Show;
use super::hold::check_count;
use crate::domain::command::HoldEqual;
use crate::domain::event::{SeatsHeld, ShowEvent};
use crate::domain::plan::AreaIndex;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;

impl Show {
    pub(super) fn decide_hold_equal(&self, request: &HoldEqual, now: Timestamp) -> Result<Vec<ShowEvent>, Refusal> {
        let terms = self.scheduled_terms();
        self.check_on_sale(terms)?;
        let standing: u64 = request.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
        let asked = check_count(request.seats.len() as u64 + standing)?;
        self.check_customer_limit(terms, request.customer_id.as_ref(), asked)?;
        let seated = request.seats.len() as u32;
        let equal = self.seats.equal_seats(&request.seats).ok_or(Refusal::NotEnoughSeats { asked: seated })?;
        self.check_seats(terms, &equal.seats)?;
        Ok(vec![ShowEvent::SeatsHeld(SeatsHeld {
            hold_id: request.hold_id,
            customer_id: request.customer_id.clone(),
            seats: equal.seats,
            general_admission: self.equal_areas(&request.general_admission)?,
            expires_at: now.plus_seconds(terms.hold_seconds),
            adjacent: equal.adjacent,
        })])
    }

    /// Each area, or where it has no room, another one of its category that has room for all who were to stand there, and
    /// where none of the others stands. The larger parties choose first.
    fn equal_areas(&self, asked: &[(AreaIndex, u32)]) -> Result<Vec<(AreaIndex, u32)>, Refusal> {
        let has_room = |area: AreaIndex, quantity: u32| self.areas.free(area) >= quantity;
        let mut areas = asked.to_vec();
        let mut taken: Vec<AreaIndex> =
            asked.iter().filter(|(area, quantity)| has_room(*area, *quantity)).map(|(area, _)| *area).collect();
        let mut lost: Vec<usize> = (0..areas.len()).filter(|at| !has_room(areas[*at].0, areas[*at].1)).collect();
        lost.sort_by_key(|at| Reverse(areas[*at].1));
        for at in lost {
            let (area, quantity) = areas[at];
            let category = self.plan.areas()[area.index()].category;
            let others = self.plan.areas().iter().zip(0u16..).filter(|(other, _)| other.category == category);
            let mut others = others.map(|(_, other)| AreaIndex(other));
            let other = others.find(|other| !taken.contains(other) && has_room(*other, quantity));
            areas[at].0 = other.ok_or_else(|| Refusal::AreaFull {
                area: self.plan.areas()[area.index()].name.clone(),
                asked: quantity,
                free: self.areas.free(area),
            })?;
            taken.push(areas[at].0);
        }
        Ok(areas)
    }
}
