//! The live holds.

use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::domain::event::HoldEnded;
use crate::domain::ids::{CustomerId, HoldId};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::time::Timestamp;

/// The seats of one hold, and of the booking that it becomes: up to four of them lie where it lies itself.
pub type HeldSeats = SmallVec<[SeatIndex; 4]>;

/// Its standing places, by area.
pub type HeldPlaces = SmallVec<[(AreaIndex, u32); 2]>;

/// Seats and places taken for a limited time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    pub customer_id: Option<CustomerId>,
    pub seats: HeldSeats,
    pub general_admission: HeldPlaces,
    pub expires_at: Timestamp,
    /// As it was made: the cap on extensions counts from here.
    pub first_expires_at: Timestamp,
}

impl Hold {
    /// Whether these are its places, in its order.
    pub fn has(&self, seats: &[SeatIndex], general_admission: &[(AreaIndex, u32)]) -> bool {
        *self.seats == *seats && *self.general_admission == *general_admission
    }

    /// What its release or its expiry says of it.
    pub fn ended(&self, hold_id: HoldId) -> HoldEnded {
        let (seats, general_admission) = (self.seats.to_vec(), self.general_admission.to_vec());
        HoldEnded { hold_id, seats, general_admission }
    }

    pub fn tickets(&self) -> u32 {
        self.seats.len() as u32 + self.general_admission.iter().map(|(_, quantity)| quantity).sum::<u32>()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Holds(AHashMap<HoldId, Hold>);

impl Holds {
    pub fn get(&self, id: HoldId) -> Option<&Hold> {
        self.0.get(&id)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (HoldId, &Hold)> {
        self.0.iter().map(|(id, hold)| (*id, hold))
    }

    pub fn insert(&mut self, id: HoldId, hold: Hold) {
        let before = self.0.insert(id, hold);
        assert!(before.is_none(), "a hold's id is given out once");
    }

    pub fn get_mut(&mut self, id: HoldId) -> &mut Hold {
        self.0.get_mut(&id).expect("events name live holds")
    }

    pub fn remove(&mut self, id: HoldId) -> Hold {
        self.0.remove(&id).expect("a hold ends once")
    }
}
