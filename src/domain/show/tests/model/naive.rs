//! A show that remembers everything it was ever told, in lists, and works everything else out from them each time.

use crate::domain::event::ShowTerms;
use crate::domain::ids::{BookingId, CustomerId, HoldId};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::SalesStatus;
use crate::domain::show::SeatStatus;
use crate::domain::show::tests::hall::{ACCESSIBLE, AREAS, CATEGORIES, ZONES};
use crate::domain::time::Timestamp;
use uuid::Uuid;

pub struct NaiveShow {
    /// In the order of the plan: the place in this list is the seat's index.
    pub seats: Vec<NaiveSeat>,
    pub terms: Option<ShowTerms>,
    pub status: SalesStatus,
    /// All holds ever.
    pub holds: Vec<NaiveHold>,
    /// All bookings ever.
    pub bookings: Vec<NaiveBooking>,
    pub blocked: Vec<SeatIndex>,
    /// Ids of holds and bookings that ended, in order.
    pub ended: Vec<(Uuid, How)>,
}

pub struct NaiveSeat {
    pub label: String,
    pub zone: &'static str,
    /// Seats of a row with numbers that follow each other are neighbours.
    pub row: &'static str,
    pub number: usize,
    pub category: &'static str,
    pub accessible: bool,
}

pub struct NaiveHold {
    pub id: HoldId,
    pub customer: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub areas: Vec<(AreaIndex, u32)>,
    pub made_until: Timestamp,
    pub until: Timestamp,
    pub ended: Option<How>,
}

pub struct NaiveBooking {
    pub id: BookingId,
    pub customer: Option<CustomerId>,
    pub tickets: Vec<(Spot, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot {
    Seat(SeatIndex),
    Area(AreaIndex),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    Expired,
    Released,
    Confirmed,
    Cancelled,
}

impl NaiveShow {
    pub fn new() -> Self {
        let mut seats = Vec::new();
        for (zone, rows, category) in ZONES {
            for (row, count) in rows {
                for number in 1..=*count {
                    let label = format!("{row}{number}");
                    let accessible = ACCESSIBLE.contains(&label.as_str());
                    let category = CATEGORIES[usize::from(category)];
                    seats.push(NaiveSeat { label, zone, row, number, category, accessible });
                }
            }
        }
        let (terms, status) = (None, SalesStatus::Scheduled);
        let (holds, bookings, blocked, ended) = Default::default();
        Self { seats, terms, status, holds, bookings, blocked, ended }
    }

    pub fn seat_called(&self, label: &str) -> Option<SeatIndex> {
        self.seats.iter().position(|seat| seat.label == label).map(|at| SeatIndex(at as u32))
    }

    pub fn live_holds(&self) -> impl Iterator<Item = &NaiveHold> {
        self.holds.iter().filter(|hold| hold.ended.is_none())
    }

    pub fn live_tickets(&self) -> impl Iterator<Item = (&NaiveBooking, Spot)> {
        let live = |booking| move |(spot, live): &(Spot, bool)| live.then_some((booking, *spot));
        self.bookings.iter().flat_map(move |booking| booking.tickets.iter().filter_map(live(booking)))
    }

    pub fn seat_status(&self, seat: SeatIndex) -> SeatStatus {
        if self.live_holds().any(|hold| hold.seats.contains(&seat)) {
            return SeatStatus::Held;
        }
        if self.live_tickets().any(|(_, spot)| spot == Spot::Seat(seat)) {
            return SeatStatus::Sold;
        }
        if self.blocked.contains(&seat) { SeatStatus::Blocked } else { SeatStatus::Free }
    }

    /// (Held, sold.)
    pub fn area_counts(&self, area: AreaIndex) -> (u32, u32) {
        let held = self.live_holds().flat_map(|hold| &hold.areas).filter(|(of, _)| *of == area).map(|(_, n)| n).sum();
        let sold = self.live_tickets().filter(|(_, spot)| *spot == Spot::Area(area)).count();
        (held, sold as u32)
    }

    pub fn area_free(&self, area: AreaIndex) -> u32 {
        let (held, sold) = self.area_counts(area);
        AREAS[usize::from(area.0)].2 - held - sold
    }

    pub fn tickets_of(&self, customer: &CustomerId) -> u32 {
        let by = |of: &Option<CustomerId>| of.as_ref() == Some(customer);
        let held: u32 = self.live_holds().filter(|hold| by(&hold.customer)).map(NaiveHold::tickets).sum();
        held + self.live_tickets().filter(|(booking, _)| by(&booking.customer)).count() as u32
    }

    pub fn is_for_sale(&self, category: &str) -> bool {
        let terms = self.terms.as_ref().expect("it is scheduled");
        let at = CATEGORIES.iter().position(|name| *name == category).expect("a category of the hall");
        terms.prices[at].is_some()
    }

    /// When something happens by itself next.
    pub fn next_due(&self) -> Option<Timestamp> {
        let (on, off) = self.terms.as_ref().map_or((None, None), |terms| (terms.on_sale_at, terms.off_sale_at));
        let calendar = match self.status {
            SalesStatus::Scheduled => [on, off],
            SalesStatus::OnSale | SalesStatus::Paused => [off, None],
            SalesStatus::Closed | SalesStatus::Cancelled => [None, None],
        };
        self.live_holds().map(|hold| hold.until).chain(calendar.into_iter().flatten()).min()
    }

    /// How it ended, where that was one of the last 1,024 endings.
    pub fn how_it_ended(&self, id: Uuid) -> Option<How> {
        self.ended.iter().rev().take(1_024).find(|(ended, _)| *ended == id).map(|(_, how)| *how)
    }
}

impl NaiveHold {
    pub fn tickets(&self) -> u32 {
        self.seats.len() as u32 + self.areas.iter().map(|(_, quantity)| quantity).sum::<u32>()
    }

    /// One entry for each ticket.
    pub fn spots(&self) -> Vec<Spot> {
        let seats = self.seats.iter().map(|seat| Spot::Seat(*seat));
        let places = self.areas.iter().flat_map(|(area, n)| (0..*n).map(|_| Spot::Area(*area)));
        seats.chain(places).collect()
    }
}
