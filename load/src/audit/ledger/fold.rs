//! One event after the other, each checked against what it falls on.

use std::collections::HashMap;

use uuid::Uuid;

use super::show::Mark;
use super::{AreaState, Booking, Changes, Ending, Hold, Problem, Rule, SeatState, ShowLedger};
use crate::audit::journal::{BookingEvent, Commit, Event, HoldEvent, ShowEvent};
use crate::hall::Hall;

/// The ledger of one show out of all commits of the journal.
pub fn fold(hall: &Hall, commits: &[&Commit]) -> ShowLedger {
    let mut fold = Fold { hall, ledger: empty(hall), version: 0, time_us: 0 };
    for commit in commits {
        fold.time_us = commit.time_us;
        for (version, event) in commit.versions() {
            fold.version = version;
            if let Event::Show(event) = event {
                fold.event(event);
            }
        }
        let last_version = fold.version;
        fold.ledger.marks.push(Mark { position: commit.position, last_version, time_us: commit.time_us });
    }
    fold.ledger
}

fn empty(hall: &Hall) -> ShowLedger {
    let mut classes: HashMap<(usize, bool), u32> = HashMap::new();
    for seat in &hall.seats {
        *classes.entry((seat.category, seat.accessible)).or_default() += 1;
    }
    ShowLedger {
        marks: Vec::new(),
        seats: vec![Changes::new(SeatState::Free); hall.seats.len()],
        areas: vec![Changes::new(AreaState::default()); hall.areas.len()],
        holds: HashMap::new(),
        bookings: HashMap::new(),
        on_sale: Changes::new(false),
        taken: Changes::new(0),
        free: classes.into_iter().map(|(class, seats)| (class, Changes::new(seats))).collect(),
        customers: HashMap::new(),
        problems: Vec::new(),
    }
}

pub(super) struct Fold<'a> {
    pub(super) hall: &'a Hall,
    pub(super) ledger: ShowLedger,
    pub(super) version: u64,
    time_us: i64,
}

impl Fold<'_> {
    fn event(&mut self, event: &ShowEvent) {
        match event {
            ShowEvent::ShowScheduled(_) | ShowEvent::ShowOwned(_) => {}
            ShowEvent::SalesOpened => self.ledger.on_sale.set(self.version, true),
            ShowEvent::SalesPaused | ShowEvent::SalesClosed | ShowEvent::ShowCancelled => {
                self.ledger.on_sale.set(self.version, false);
            }
            ShowEvent::SeatsBlocked { seats } => {
                seats.iter().for_each(|&seat| self.seat(seat, SeatState::Free, SeatState::Blocked));
            }
            ShowEvent::SeatsUnblocked { seats } => {
                seats.iter().for_each(|&seat| self.seat(seat, SeatState::Blocked, SeatState::Free));
            }
            ShowEvent::SeatsHeld(held) => self.held(held),
            ShowEvent::HoldExtended { hold_id, expires_at } => self.extended(*hold_id, *expires_at),
            ShowEvent::HoldReleased(end) => self.ended(end.hold_id, Ending::Released),
            ShowEvent::HoldExpired(end) => self.expired(end.hold_id),
            ShowEvent::BookingConfirmed(booking) => self.confirmed(booking),
            ShowEvent::TicketsCancelled { booking_id, tickets } => self.cancelled(*booking_id, tickets),
        }
    }

    fn held(&mut self, held: &HoldEvent) {
        if self.ledger.holds.contains_key(&held.hold_id) {
            self.problem(Rule::Sense, format!("the hold {} is made a second time", held.hold_id), Vec::new());
            return;
        }
        for &seat in &held.seats {
            self.seat(seat, SeatState::Free, SeatState::Held(held.hold_id));
        }
        for &(area, places) in &held.general_admission {
            self.area(area, |state| state.held += places);
        }
        let mut expires_at = Changes::new(held.expires_at);
        expires_at.set(self.version, held.expires_at);
        let hold = Hold {
            customer_id: held.customer_id.clone(),
            seats: held.seats.clone(),
            areas: held.general_admission.clone(),
            held_at: self.version,
            expires_at,
            ending: None,
        };
        self.customer(&hold, tickets(&hold) as i64);
        self.ledger.holds.insert(held.hold_id, hold);
    }

    fn extended(&mut self, hold_id: Uuid, expires_at: i64) {
        let version = self.version;
        match self.ledger.holds.get_mut(&hold_id) {
            Some(hold) if hold.ending.is_none() => hold.expires_at.set(version, expires_at),
            Some(_) => {
                self.problem(Rule::HoldEndsOnce, format!("the hold {hold_id} is extended after its end"), vec![])
            }
            None => self.problem(Rule::Sense, format!("no hold {hold_id} to extend"), vec![]),
        }
    }

    fn expired(&mut self, hold_id: Uuid) {
        let until = self.ledger.holds.get(&hold_id).map(|hold| *hold.expires_at.now());
        if until.is_some_and(|until| until > self.time_us) {
            let what = format!("the hold {hold_id} is expired before its time");
            self.problem(Rule::HoldEndsOnce, what, vec![]);
        }
        self.ended(hold_id, Ending::Expired);
    }

    /// Marks the hold as ended, and frees what it had. `None`: it had ended before, or never was.
    fn end(&mut self, hold_id: Uuid, ending: Ending) -> Option<Hold> {
        let version = self.version;
        match self.ledger.holds.get_mut(&hold_id) {
            Some(hold) if hold.ending.is_none() => {
                hold.ending = Some((ending, version));
                Some(hold.clone())
            }
            Some(hold) => {
                let versions = hold.ending.iter().map(|(_, version)| *version).chain([hold.held_at]).collect();
                let (before, _) = hold.ending.expect("the arm before this one has the holds that did not end");
                let what = format!("the hold {hold_id} is {ending:?} after it was {before:?}");
                self.problem(Rule::HoldEndsOnce, what, versions);
                None
            }
            None => {
                self.problem(Rule::Sense, format!("no hold {hold_id} that could be {ending:?}"), vec![]);
                None
            }
        }
    }

    fn ended(&mut self, hold_id: Uuid, ending: Ending) {
        let Some(hold) = self.end(hold_id, ending) else { return };
        for &seat in &hold.seats {
            self.seat(seat, SeatState::Held(hold_id), SeatState::Free);
        }
        for &(area, places) in &hold.areas {
            self.area(area, |state| state.held -= places);
        }
        self.customer(&hold, -(tickets(&hold) as i64));
    }

    fn confirmed(&mut self, event: &BookingEvent) {
        let (hold_id, booking_id) = (event.hold_id, event.booking_id);
        let Some(hold) = self.end(hold_id, Ending::Confirmed) else { return };
        for &seat in &hold.seats {
            self.seat(seat, SeatState::Held(hold_id), SeatState::Sold(booking_id));
        }
        for &(area, places) in &hold.areas {
            self.area(area, |state| {
                state.held -= places;
                state.sold += places;
            });
        }
        let cancelled = vec![None; tickets(&hold)];
        let checkout_id = event.payment_reference.strip_prefix("checkout:").and_then(|id| id.parse().ok());
        let booking = Booking { hold_id, confirmed_at: self.version, checkout_id, cancelled };
        if self.ledger.bookings.insert(booking_id, booking).is_some() {
            self.problem(Rule::Sense, format!("the booking {booking_id} is made a second time"), vec![]);
        }
    }

    fn cancelled(&mut self, booking_id: Uuid, numbers: &[u16]) {
        let version = self.version;
        let Some(booking) = self.ledger.bookings.get_mut(&booking_id) else {
            return self.problem(Rule::Sense, format!("no booking {booking_id} to cancel"), vec![]);
        };
        let hold = self.ledger.holds[&booking.hold_id].clone();
        let mut freed = Vec::new();
        let mut twice = false;
        for &number in numbers {
            match booking.cancelled.get_mut(usize::from(number)) {
                Some(ticket @ None) => {
                    *ticket = Some(version);
                    freed.push(usize::from(number));
                }
                Some(Some(_)) | None => twice = true,
            }
        }
        if twice {
            self.problem(Rule::Sense, format!("a ticket of booking {booking_id} is cancelled twice"), vec![]);
        }
        for &ticket in &freed {
            match hold.seats.get(ticket) {
                Some(&seat) => self.seat(seat, SeatState::Sold(booking_id), SeatState::Free),
                None => self.area(area_of(&hold, ticket), |state| state.sold -= 1),
            }
        }
        self.customer(&hold, -(freed.len() as i64));
    }

    pub(super) fn problem(&mut self, rule: Rule, what: String, mut versions: Vec<u64>) {
        versions.push(self.version);
        versions.sort_unstable();
        versions.dedup();
        self.ledger.problems.push(Problem { rule, what, versions });
    }
}

fn tickets(hold: &Hold) -> usize {
    hold.seats.len() + hold.areas.iter().map(|(_, places)| *places as usize).sum::<usize>()
}

fn area_of(hold: &Hold, ticket: usize) -> u32 {
    let mut standing = ticket - hold.seats.len();
    for &(area, places) in &hold.areas {
        if standing < places as usize {
            return area;
        }
        standing -= places as usize;
    }
    unreachable!("a booking has as many tickets as its hold")
}
