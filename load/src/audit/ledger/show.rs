//! What the ledger knows of one show.

use std::collections::HashMap;

use uuid::Uuid;

use super::Changes;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatState {
    Free,
    Blocked,
    Held(Uuid),
    /// By this booking.
    Sold(Uuid),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaState {
    pub held: u32,
    pub sold: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Confirmed,
    Released,
    Expired,
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub customer_id: Option<String>,
    pub seats: Vec<u32>,
    pub areas: Vec<(u32, u32)>,
    pub held_at: u64,
    /// From its first version on.
    pub expires_at: Changes<i64>,
    pub ending: Option<(Ending, u64)>,
}

#[derive(Clone, Debug)]
pub struct Booking {
    pub hold_id: Uuid,
    pub confirmed_at: u64,
    /// The checkout that paid for it; `None`: it was paid elsewhere.
    pub checkout_id: Option<Uuid>,
    /// By ticket: the version that cancelled it. Seats first, in the hold's order, then standing places.
    pub cancelled: Vec<Option<u64>>,
}

/// Which promise an event breaks by falling on the state it falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    SeatSoldOnce,
    HoldEndsOnce,
    /// The event makes no sense at all: it names what is not there.
    Sense,
}

#[derive(Clone, Debug)]
pub struct Problem {
    pub rule: Rule,
    pub what: String,
    /// The versions that together show it.
    pub versions: Vec<u64>,
}

/// One commit's place and time.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub position: u64,
    pub last_version: u64,
    pub time_us: i64,
}

#[derive(Clone, Debug)]
pub struct ShowLedger {
    pub marks: Vec<Mark>,
    pub seats: Vec<Changes<SeatState>>,
    pub areas: Vec<Changes<AreaState>>,
    pub holds: HashMap<Uuid, Hold>,
    pub bookings: HashMap<Uuid, Booking>,
    pub on_sale: Changes<bool>,
    /// Seats that are not free.
    pub taken: Changes<u32>,
    /// Free seats by (category, accessible).
    pub free: HashMap<(usize, bool), Changes<u32>>,
    /// Tickets held and owned.
    pub customers: HashMap<String, Changes<u32>>,
    pub problems: Vec<Problem>,
}

impl ShowLedger {
    /// The version of the show when the journal ended at `position`.
    pub fn version_at(&self, position: u64) -> u64 {
        match self.marks.partition_point(|mark| mark.position <= position) {
            0 => 0,
            after => self.marks[after - 1].last_version,
        }
    }

    /// The position of the commit that this version is part of.
    pub fn position_of(&self, version: u64) -> Option<u64> {
        let at = self.marks.partition_point(|mark| mark.last_version < version);
        self.marks.get(at).map(|mark| mark.position)
    }

    pub fn last_version(&self) -> u64 {
        self.marks.last().map_or(0, |mark| mark.last_version)
    }

    /// Held and sold places, and seats, in all: what must never pass the capacity.
    pub fn sold_at_the_end(&self) -> u64 {
        let seats = self.seats.iter().filter(|seat| matches!(seat.now(), SeatState::Sold(_))).count() as u64;
        seats + self.areas.iter().map(|area| u64::from(area.now().sold)).sum::<u64>()
    }
}
