//! A hold is made once, while the show sells, and ends once, with the places it was made with.

use super::{Owner, ShowAudit};
use crate::domain::event::{HoldEnded, SeatsHeld};
use crate::domain::refusal::SalesStatus;

impl ShowAudit {
    pub(super) fn make_hold(&mut self, held: &SeatsHeld) {
        if self.status != SalesStatus::OnSale {
            self.violate(format!("hold {} was made while the show was {}", held.hold_id, self.status.name()));
        }
        let places = (held.seats.clone(), held.general_admission.clone());
        if self.ended.contains(&held.hold_id) || self.holds.insert(held.hold_id, places).is_some() {
            self.violate(format!("hold {} was made twice", held.hold_id));
        }
        held.seats.iter().for_each(|&seat| self.take(seat, Owner::Hold(held.hold_id)));
        held.general_admission.iter().for_each(|&(area, quantity)| self.move_places(area, quantity, 0, 0, 0));
    }

    pub(super) fn end_hold(&mut self, ended: &HoldEnded) {
        let id = ended.hold_id;
        let Some((seats, areas)) = self.holds.remove(&id) else {
            let how = if self.ended.contains(&id) { "ended twice" } else { "ended, but was never made" };
            return self.violate(format!("hold {id} {how}"));
        };
        if seats != ended.seats || areas != ended.general_admission {
            self.violate(format!("hold {id} ended with other places than it was made with"));
        }
        self.ended.insert(id);
        seats.iter().for_each(|&seat| self.free(seat, Owner::Hold(id)));
        areas.iter().for_each(|&(area, quantity)| self.move_places(area, 0, quantity, 0, 0));
    }
}
