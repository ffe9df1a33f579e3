//! Places change hands: a seat has one owner at a time, and an area never more people than it holds.

use super::{Owner, ShowAudit};
use crate::domain::plan::{AreaIndex, SeatIndex};

impl ShowAudit {
    pub(super) fn take(&mut self, seat: SeatIndex, owner: Owner) {
        if seat.0 >= self.plan.seat_count() {
            return self.violate(format!("seat index {} is not in the plan", seat.0));
        }
        if let Some(before) = self.owners.insert(seat, owner) {
            let label = self.plan.label(seat).to_owned();
            self.violate(format!("seat {label:?} was given to {owner:?} while it belonged to {before:?}"));
        }
    }

    pub(super) fn free(&mut self, seat: SeatIndex, owner: Owner) {
        let before = self.owners.remove(&seat);
        if before != Some(owner) {
            let label =
                if seat.0 < self.plan.seat_count() { self.plan.label(seat).to_owned() } else { seat.0.to_string() };
            self.violate(format!("seat {label:?} was taken from {owner:?}, but it belonged to {before:?}"));
        }
    }

    /// Places newly held, let go, sold, and taken back.
    pub(super) fn move_places(&mut self, area: AreaIndex, held: u32, let_go: u32, sold: u32, taken_back: u32) {
        let Some(counts) = self.areas.get_mut(area.index()) else {
            return self.violate(format!("area index {} is not in the plan", area.0));
        };
        let (before, after_held) = (*counts, (counts.0 + held).checked_sub(let_go));
        let after = after_held.zip((counts.1 + sold).checked_sub(taken_back));
        let Some(after) = after else {
            return self.violate(format!("area {} gives back more than it had: {before:?}", area.0));
        };
        *counts = after;
        let capacity = self.plan.areas()[area.index()].capacity;
        if after.0 + after.1 > capacity {
            let name = self.plan.areas()[area.index()].name.clone();
            self.violate(format!("area {name:?} is over its capacity of {capacity}: {after:?}"));
        }
    }
}
