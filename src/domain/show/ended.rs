//! How the last holds and bookings ended: so that who comes late hears why, and not only "not found".

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::ids::{BookingId, HoldId};
use crate::domain::refusal::Refusal;

/// How many endings a show keeps in mind. Older ones are answered as not found.
const ENDED_MAX: usize = 1_024;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ending {
    HoldExpired,
    HoldReleased,
    HoldConfirmed,
    BookingCancelled,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended(VecDeque<(Uuid, Ending)>);

impl Ended {
    pub fn hold(&mut self, id: HoldId, ending: Ending) {
        self.push(id.0, ending);
    }

    pub fn booking(&mut self, id: BookingId) {
        self.push(id.0, Ending::BookingCancelled);
    }

    /// Why there is no live hold with this id.
    pub fn why_no_hold(&self, id: HoldId) -> Refusal {
        match self.find(id.0) {
            Some(Ending::HoldExpired) => Refusal::HoldExpired(id),
            Some(Ending::HoldReleased) => Refusal::HoldReleased(id),
            Some(Ending::HoldConfirmed) => Refusal::HoldConfirmed(id),
            Some(Ending::BookingCancelled) | None => Refusal::HoldNotFound(id),
        }
    }

    /// Why there is no live booking with this id.
    pub fn why_no_booking(&self, id: BookingId) -> Refusal {
        match self.find(id.0) {
            Some(Ending::BookingCancelled) => Refusal::BookingCancelled(id),
            Some(Ending::HoldExpired | Ending::HoldReleased | Ending::HoldConfirmed) | None => {
                Refusal::BookingNotFound(id)
            }
        }
    }

    fn push(&mut self, id: Uuid, ending: Ending) {
        if self.0.len() == ENDED_MAX {
            self.0.pop_front();
        }
        self.0.push_back((id, ending));
    }

    /// The latest first: that is what people ask about. A search, since only refusals come here.
    fn find(&self, id: Uuid) -> Option<Ending> {
        self.0.iter().rev().find(|(ended, _)| *ended == id).map(|(_, ending)| *ending)
    }
}
