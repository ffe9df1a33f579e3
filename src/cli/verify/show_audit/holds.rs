//! A hold is made once, while the show sells, for some time to come, and ends once, with the places it was made with.

use super::{Owner, ShowAudit};
use crate::domain::event::{HoldEnded, SeatsHeld};
use crate::domain::refusal::SalesStatus;
use crate::domain::{HoldId, Timestamp};
use crate::journal::Version;

impl ShowAudit {
    pub(super) fn make_hold(&mut self, held: &SeatsHeld) {
        if self.status != SalesStatus::OnSale {
            self.violate(format!("hold {} was made while the show was {}", held.hold_id, self.status.name()));
        }
        let places = (held.seats.clone(), held.general_admission.clone());
        if self.ended.contains(&held.hold_id) || self.holds.insert(held.hold_id, places).is_some() {
            self.violate(format!("hold {} was made twice", held.hold_id));
        }
        match self.time {
            Some(time) if held.expires_at <= time => {
                self.had_expired(self.version, held.hold_id, held.expires_at, time)
            }
            _ => self.made.push((self.version, held.hold_id, held.expires_at)),
        }
        held.seats.iter().for_each(|&seat| self.take(seat, Owner::Hold(held.hold_id)));
        held.general_admission.iter().for_each(|&(area, quantity)| self.move_places(area, quantity, 0, 0, 0));
    }

    pub(super) fn extend_hold(&mut self, id: HoldId, expires_at: Timestamp) {
        if !self.holds.contains_key(&id) {
            self.violate(format!("hold {id} was extended, but is not live"));
        }
        self.made.iter_mut().filter(|(_, made, _)| *made == id).for_each(|(_, _, until)| *until = expires_at);
    }

    /// What was folded since the last one was decided by this time. A commit tells only when its last command was decided,
    /// so a hold that was made in it and has ended in it may be older than that; but one that is live must go on, since
    /// what is due is recorded before every decision.
    pub fn end_commit(&mut self, time: Timestamp) {
        for (version, id, expires_at) in std::mem::take(&mut self.made) {
            if expires_at <= time && self.holds.contains_key(&id) {
                self.had_expired(version, id, expires_at, time);
            }
        }
        self.time = Some(time);
    }

    fn had_expired(&mut self, version: Version, id: HoldId, expires_at: Timestamp, time: Timestamp) {
        let what = format!("hold {id} had expired at {expires_at} before it was made, at {time}");
        self.violations.push(format!("version {version}: {what}"));
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
