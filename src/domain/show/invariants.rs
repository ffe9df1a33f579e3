//! What must be true of a show at all times: run after every apply in tests, and over every show by `verify`.

use ahash::AHashMap;

use super::Show;
use super::booking::Place;
use super::customers::Customers;
use super::seats::SeatStatus;
use crate::domain::plan::{AreaIndex, SeatIndex};

impl Show {
    /// Derives seats, areas and customers again from the holds and bookings alone, and compares.
    pub fn check_invariants(&self) -> Result<(), String> {
        let mut owners: AHashMap<SeatIndex, SeatStatus> = AHashMap::new();
        let mut areas = vec![(0_u32, 0_u32); self.plan.areas().len()];
        let mut customers = self.terms.as_deref().map(Customers::of).unwrap_or_default();
        let mut own = |seat: SeatIndex, status| match owners.insert(seat, status) {
            None => Ok(()),
            Some(_) => Err(format!("seat {:?} belongs to two holds or bookings", self.plan.label(seat))),
        };
        for (_, hold) in self.holds.iter() {
            hold.seats.iter().try_for_each(|&seat| own(seat, SeatStatus::Held))?;
            hold.general_admission.iter().for_each(|(area, quantity)| areas[usize::from(area.0)].0 += quantity);
            customers.add(hold.customer_id.as_ref(), hold.tickets());
        }
        for booking in self.bookings.values() {
            for ticket in booking.live_tickets() {
                match booking.place(ticket) {
                    Place::Seat(seat) => own(seat, SeatStatus::Sold)?,
                    Place::Area(AreaIndex(area)) => areas[usize::from(area)].1 += 1,
                }
            }
            customers.add(booking.customer_id.as_ref(), booking.live_tickets().count() as u32);
        }
        self.compare_seats(&owners)?;
        if !self.areas.counts().eq(areas.iter().copied()) {
            return Err("an area's counts are not those of its holds and bookings".into());
        }
        for (area, &(held, sold)) in self.plan.areas().iter().zip(&areas) {
            if held + sold > area.capacity {
                return Err(format!("area {:?} is over its capacity", area.name));
            }
        }
        self.compare_customers(&customers)
    }

    fn compare_seats(&self, owners: &AHashMap<SeatIndex, SeatStatus>) -> Result<(), String> {
        let mut free = 0;
        for (seat, status) in self.seats.iter() {
            let fits = match (status, owners.get(&seat)) {
                (SeatStatus::Free, None) => {
                    free += 1;
                    true
                }
                (SeatStatus::Blocked, None) => true,
                (status, Some(owner)) => status == *owner,
                (SeatStatus::Held | SeatStatus::Sold, None) => false,
            };
            if !fits {
                return Err(format!("seat {:?} is {status:?}, but its owner says otherwise", self.plan.label(seat)));
            }
        }
        if free != self.seats.free_count() {
            return Err(format!("{free} seats are free, but the index says {}", self.seats.free_count()));
        }
        if !self.seats.are_known_rightly() {
            return Err("what is kept of the free seats is not what their statuses say".into());
        }
        Ok(())
    }

    fn compare_customers(&self, expected: &Customers) -> Result<(), String> {
        let sorted = |customers: &Customers| {
            let mut all: Vec<_> = customers.iter().map(|(customer, tickets)| (customer.clone(), tickets)).collect();
            all.sort_unstable();
            all
        };
        if sorted(&self.customers) != sorted(expected) {
            return Err("a customer's count is not that of its holds and bookings".into());
        }
        Ok(())
    }
}
