//! One show, folded again for the promises alone: who owns each seat, how each hold ended, what each area holds.
//!
//! Deliberately written without `domain::show`: a bug there must not hide itself here.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::{AHashMap, AHashSet};

use crate::domain::event::{HoldEnded, ShowTerms};
use crate::domain::money::Money;
use crate::domain::plan::{AreaIndex, CategoryIndex, SeatIndex, SeatingPlan};
use crate::domain::refusal::SalesStatus;
use crate::domain::show::SeatStatus;
use crate::domain::{BookingId, CommandId, CustomerId, HoldId, ShowEvent};
use crate::journal::{CommandRecord, Version};

type Areas = Vec<(AreaIndex, u32)>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    Hold(HoldId),
    Booking(BookingId),
    Blocked,
}

pub struct AuditedBooking {
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Areas,
    pub cancelled: Vec<u16>,
}

pub struct ShowAudit {
    pub plan: Arc<SeatingPlan>,
    pub terms: Option<Box<ShowTerms>>,
    pub status: SalesStatus,
    pub version: Version,
    owners: AHashMap<SeatIndex, Owner>,
    holds: AHashMap<HoldId, (Vec<SeatIndex>, Areas)>,
    ended: AHashSet<HoldId>,
    pub bookings: BTreeMap<BookingId, AuditedBooking>,
    /// (held, sold) by area index.
    pub areas: Vec<(u32, u32)>,
    commands: AHashSet<CommandId>,
    pub violations: Vec<String>,
}

impl ShowAudit {
    pub fn new(plan: Arc<SeatingPlan>) -> Self {
        Self {
            terms: None,
            status: SalesStatus::Scheduled,
            version: 0,
            owners: AHashMap::new(),
            holds: AHashMap::new(),
            ended: AHashSet::new(),
            bookings: BTreeMap::new(),
            areas: vec![(0, 0); plan.areas().len()],
            commands: AHashSet::new(),
            violations: Vec::new(),
            plan,
        }
    }

    /// A command is in the log once: a second time would be a second execution under one key.
    pub fn note_command(&mut self, command: &CommandRecord) {
        if command.id != CommandId::CLOCK && !self.commands.insert(command.id) {
            self.violate(format!("command {:032x} was executed twice", command.id.0));
        }
    }

    pub fn fold(&mut self, event: &ShowEvent) {
        self.version += 1;
        match event {
            ShowEvent::ShowScheduled(terms) => {
                if self.terms.replace(terms.clone()).is_some() {
                    self.violate("the show was scheduled twice".into());
                }
            }
            ShowEvent::SalesOpened => self.status = SalesStatus::OnSale,
            ShowEvent::SalesPaused => self.status = SalesStatus::Paused,
            ShowEvent::SalesClosed => self.status = SalesStatus::Closed,
            ShowEvent::ShowCancelled => {
                self.status = SalesStatus::Cancelled;
                if !self.holds.is_empty() {
                    self.violate(format!("the show was cancelled with {} live holds", self.holds.len()));
                }
            }
            ShowEvent::SeatsBlocked { seats, .. } => seats.iter().for_each(|&seat| self.take(seat, Owner::Blocked)),
            ShowEvent::SeatsUnblocked { seats } => seats.iter().for_each(|&seat| self.free(seat, Owner::Blocked)),
            ShowEvent::SeatsHeld(held) => {
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
            ShowEvent::HoldExtended { hold_id, .. } => {
                if !self.holds.contains_key(hold_id) {
                    self.violate(format!("hold {hold_id} was extended, but is not live"));
                }
            }
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => self.end_hold(ended),
            ShowEvent::BookingConfirmed(confirmed) => {
                let id = confirmed.booking_id;
                let (seats, areas) = (&confirmed.seats, &confirmed.general_admission);
                self.end_hold(&HoldEnded {
                    hold_id: confirmed.hold_id,
                    seats: seats.clone(),
                    general_admission: areas.clone(),
                });
                seats.iter().for_each(|&seat| self.take(seat, Owner::Booking(id)));
                areas.iter().for_each(|&(area, quantity)| self.move_places(area, 0, 0, quantity, 0));
                let booking = AuditedBooking {
                    customer_id: confirmed.customer_id.clone(),
                    seats: seats.clone(),
                    general_admission: areas.clone(),
                    cancelled: Vec::new(),
                };
                if self.bookings.insert(id, booking).is_some() {
                    self.violate(format!("booking {id} was confirmed twice"));
                }
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                let id = cancelled.booking_id;
                cancelled.seats.iter().for_each(|&seat| self.free(seat, Owner::Booking(id)));
                cancelled.general_admission.iter().for_each(|&(area, n)| self.move_places(area, 0, 0, 0, n));
                let twice = match self.bookings.get_mut(&id) {
                    None => Some(format!("tickets of booking {id} were cancelled, but there is none")),
                    Some(booking) => {
                        let twice = cancelled.tickets.iter().any(|ticket| booking.cancelled.contains(ticket));
                        booking.cancelled.extend(&cancelled.tickets);
                        booking.cancelled.sort_unstable();
                        twice.then(|| format!("a ticket of booking {id} was cancelled twice"))
                    }
                };
                self.violations.extend(twice.map(|what| format!("version {}: {what}", self.version)));
            }
        }
    }

    pub fn seat(&self, seat: SeatIndex) -> SeatStatus {
        match self.owners.get(&seat) {
            None => SeatStatus::Free,
            Some(Owner::Hold(_)) => SeatStatus::Held,
            Some(Owner::Booking(_)) => SeatStatus::Sold,
            Some(Owner::Blocked) => SeatStatus::Blocked,
        }
    }

    /// (held, sold, blocked) places by category, standing ones included.
    pub fn counts(&self) -> Vec<(u32, u32, u32)> {
        let mut counts = vec![(0, 0, 0); self.plan.categories().len()];
        for (&seat, owner) in &self.owners {
            let of = &mut counts[self.plan.category_of(seat).index()];
            match owner {
                Owner::Hold(_) => of.0 += 1,
                Owner::Booking(_) => of.1 += 1,
                Owner::Blocked => of.2 += 1,
            }
        }
        for (area, (held, sold)) in self.plan.areas().iter().zip(&self.areas) {
            counts[area.category.index()].0 += held;
            counts[area.category.index()].1 += sold;
        }
        counts
    }

    /// Tickets and money ever sold and ever cancelled, by category: (tickets, amount, tickets, amount).
    pub fn sales(&self) -> Vec<(u64, Money, u64, Money)> {
        let mut sales = vec![(0, Money::ZERO, 0, Money::ZERO); self.plan.categories().len()];
        let Some(terms) = &self.terms else { return sales };
        for booking in self.bookings.values() {
            for (ticket, category) in self.categories_of(booking).enumerate() {
                let price = terms.prices[category.index()].unwrap_or(Money::ZERO);
                let of = &mut sales[category.index()];
                (of.0, of.1) = (of.0 + 1, of.1.checked_add(price).unwrap_or(of.1));
                if booking.cancelled.contains(&(ticket as u16)) {
                    (of.2, of.3) = (of.2 + 1, of.3.checked_add(price).unwrap_or(of.3));
                }
            }
        }
        sales
    }

    /// Of each ticket of a booking, cancelled ones included, in its order; none where there is no such booking.
    pub fn ticket_prices(&self, booking: BookingId) -> Vec<Money> {
        let (Some(terms), Some(booking)) = (&self.terms, self.bookings.get(&booking)) else { return vec![] };
        let price = |category: CategoryIndex| terms.prices[category.index()].unwrap_or(Money::ZERO);
        self.categories_of(booking).map(price).collect()
    }

    fn categories_of(&self, booking: &AuditedBooking) -> impl Iterator<Item = CategoryIndex> {
        let seated = booking.seats.iter().map(|&seat| self.plan.category_of(seat));
        let standing = booking.general_admission.iter().flat_map(|&(area, quantity)| {
            std::iter::repeat_n(self.plan.areas()[area.index()].category, quantity as usize)
        });
        seated.chain(standing)
    }

    pub fn live_holds(&self) -> usize {
        self.holds.len()
    }

    fn end_hold(&mut self, ended: &HoldEnded) {
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

    fn take(&mut self, seat: SeatIndex, owner: Owner) {
        if seat.0 >= self.plan.seat_count() {
            return self.violate(format!("seat index {} is not in the plan", seat.0));
        }
        if let Some(before) = self.owners.insert(seat, owner) {
            let label = self.plan.label(seat).to_owned();
            self.violate(format!("seat {label:?} was given to {owner:?} while it belonged to {before:?}"));
        }
    }

    fn free(&mut self, seat: SeatIndex, owner: Owner) {
        let before = self.owners.remove(&seat);
        if before != Some(owner) {
            let label =
                if seat.0 < self.plan.seat_count() { self.plan.label(seat).to_owned() } else { seat.0.to_string() };
            self.violate(format!("seat {label:?} was taken from {owner:?}, but it belonged to {before:?}"));
        }
    }

    /// Places newly held, let go, sold, and taken back.
    fn move_places(&mut self, area: AreaIndex, held: u32, let_go: u32, sold: u32, taken_back: u32) {
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

    fn violate(&mut self, what: String) {
        self.violations.push(format!("version {}: {what}", self.version));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{BookingConfirmed, SeatsHeld};
    use crate::domain::plan::{ImportOptions, import};
    use crate::domain::{Fingerprint, Timestamp};
    use uuid::Uuid;

    fn audit() -> ShowAudit {
        let plan = r##"{"name":"p","categories":[{"name":"A","color":"#fff"}],"zones":[{"name":"Z","position":{"x":0,"y":0},
            "areas":[],"rows":[{"row_number":"1","position":{"x":0,"y":0},"seats":[
            {"seat_guid":"a","seat_number":"1","position":{"x":0,"y":0},"category":"A"},
            {"seat_guid":"b","seat_number":"2","position":{"x":1,"y":0},"category":"A"}]}]}]}"##;
        let plan = import(plan, ImportOptions::default()).expect("the plan is right");
        let mut audit = ShowAudit::new(Arc::new(SeatingPlan::new(plan)));
        audit.fold(&ShowEvent::SalesOpened);
        audit
    }

    fn held(hold: u128, seat: u32) -> ShowEvent {
        ShowEvent::SeatsHeld(SeatsHeld {
            hold_id: HoldId(Uuid::from_u128(hold)),
            customer_id: None,
            seats: vec![SeatIndex(seat)],
            general_admission: vec![],
            expires_at: Timestamp::EPOCH,
            adjacent: true,
        })
    }

    fn ended(hold: u128, seat: u32) -> ShowEvent {
        let (hold_id, seats) = (HoldId(Uuid::from_u128(hold)), vec![SeatIndex(seat)]);
        ShowEvent::HoldExpired(HoldEnded { hold_id, seats, general_admission: vec![] })
    }

    fn booked(hold: u128, seat: u32) -> ShowEvent {
        ShowEvent::BookingConfirmed(BookingConfirmed {
            hold_id: HoldId(Uuid::from_u128(hold)),
            booking_id: BookingId(Uuid::from_u128(1_000 + hold)),
            customer_id: None,
            seats: vec![SeatIndex(seat)],
            general_admission: vec![],
            payment_reference: "p".into(),
        })
    }

    fn violations(events: &[ShowEvent]) -> usize {
        let mut audit = audit();
        events.iter().for_each(|event| audit.fold(event));
        audit.violations.len()
    }

    #[test]
    fn an_honest_history_has_no_violations() {
        assert_eq!(violations(&[held(1, 0), booked(1, 0), held(2, 1), ended(2, 1), held(3, 1)]), 0);
    }

    #[test]
    fn a_seat_sold_twice_is_found() {
        assert_ne!(violations(&[held(1, 0), booked(1, 0), held(2, 0), booked(2, 0)]), 0);
    }

    #[test]
    fn a_hold_that_ends_twice_is_found() {
        assert_ne!(violations(&[held(1, 0), ended(1, 0), ended(1, 0)]), 0);
    }

    #[test]
    fn a_hold_that_ends_with_other_seats_is_found() {
        assert_ne!(violations(&[held(1, 0), ended(1, 1)]), 0);
    }

    #[test]
    fn a_command_executed_twice_is_found() {
        let mut audit = audit();
        let command = CommandRecord { id: CommandId(1), fingerprint: Fingerprint(1), events: 1 };
        audit.note_command(&command);
        audit.note_command(&command);
        assert_eq!(audit.violations.len(), 1);
    }
}
