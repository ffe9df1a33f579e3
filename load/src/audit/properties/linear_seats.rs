//! What customers saw of each seat is linearizable: there is an order, true to the times of requests and answers, in
//! which one thing after the other happened to a single seat.
//!
//! From the history; the journal is asked only for what no answer told: which seats a hold without an answer took, and
//! which seats a cancellation gave back.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::{CallKind, HoldAnswer, HoldBody, Problem};
use crate::audit::case::Case;
use crate::audit::commands::{Command, Outcome};
use crate::audit::ledger::ShowLedger;
use crate::audit::linear::{self, Action, Operation};
use crate::audit::verdict::Verdict;

/// One seat of so many may have too much going on.
const GIVEN_UP_OF: u64 = 1_000;

/// The histories of one show's seats.
struct Histories<'a> {
    case: &'a Case<'a>,
    ledger: &'a ShowLedger,
    seats: Vec<Vec<Operation>>,
    /// Holds by small numbers, and what is known of each.
    holds: HashMap<Uuid, Held>,
}

struct Held {
    number: u32,
    seats: Vec<u32>,
    /// From when on it may expire.
    until_us: i64,
    ended: bool,
}

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("what was seen of each seat is linearizable", "seats with a history");
    let mut given_up = 0;
    for (show, ledger) in (0..).zip(&case.shows) {
        let histories = Histories::of(case, show, ledger);
        for (seat, history) in (0..).zip(&histories.seats).filter(|(_, history)| !history.is_empty()) {
            verdict.looked();
            match linear::check(history) {
                Ok(true) => {}
                Ok(false) => given_up += 1,
                Err(violation) => {
                    let what = format!("no order explains what was seen of seat {} of show {show}", case.label(seat));
                    verdict.broken(what, violation.operations.iter().map(|operation| line(case, operation)).collect());
                }
            }
        }
    }
    if given_up > 0 {
        verdict.remark = format!("{given_up} had too much going on at once to be judged");
    }
    if given_up * GIVEN_UP_OF > verdict.checked {
        verdict.broken("too many seats could not be judged: that is no proof".into(), vec![]);
    }
    verdict
}

fn line(case: &Case, operation: &Operation) -> String {
    let command = case.commands.get(operation.source as usize);
    let said = command.and_then(|command| command.attempts.last()).map_or("the clock".into(), |call| call.line());
    format!("{:?} {}..{:?}: {said}", operation.action, operation.started, operation.ended)
}

impl<'a> Histories<'a> {
    fn of(case: &'a Case<'a>, show: u32, ledger: &'a ShowLedger) -> Self {
        let seats = vec![Vec::new(); case.evidence.setup.hall.seats.len()];
        let mut histories = Self { case, ledger, seats, holds: HashMap::new() };
        let commands = || (0..).zip(&case.commands).filter(move |(_, command)| command.show == show);
        for (source, command) in commands().filter(|(_, command)| command.kind.is_hold()) {
            histories.hold(source, command);
        }
        for (source, command) in commands() {
            match command.kind {
                CallKind::Extend => histories.extend(command),
                CallKind::Release => histories.end(source, command, Action::GiveBack),
                CallKind::Confirm => histories.end(source, command, Action::Confirm),
                CallKind::Cancel => histories.cancel(source, command),
                CallKind::Checkout => histories.check_out(source, command),
                _ => {}
            }
        }
        histories.expire();
        histories
    }

    fn add(&mut self, source: u32, command: &Command, seats: &[u32], action: Action) {
        for &seat in seats {
            let operation = Operation { action, started: command.started_us(), ended: command.ended_us(), source };
            self.seats[seat as usize].push(operation);
        }
    }

    fn hold(&mut self, source: u32, command: &Command) {
        match command.outcome {
            Outcome::Accepted { call, .. } => {
                let Ok(answer) = serde_json::from_slice::<HoldAnswer>(&call.answer) else { return };
                let seats = self.indexes(answer.seats.iter().map(|held| held.seat.as_str()));
                let until: Result<jiff::Timestamp, _> = answer.expires_at.parse();
                let until_us = until.map_or(command.started_us(), |until| until.as_microsecond());
                self.taken(source, command, answer.hold_id, seats, until_us);
            }
            Outcome::Refused { call } => {
                let problem = Problem::parse(&call.answer);
                if problem.code != "seats_unavailable" {
                    return;
                }
                let Ok(body) = serde_json::from_slice::<HoldBody>(&call.request) else { return };
                let named: Vec<&str> = problem.conflicts.iter().map(|conflict| conflict.seat.as_str()).collect();
                let taken = self.indexes(named.iter().copied());
                self.add(source, command, &taken, Action::SeeTaken);
                // Every seat in the way is named: the others were free at that moment.
                let others = body.seats.iter().map(String::as_str).filter(|seat| !named.contains(seat));
                let free = self.indexes(others);
                self.add(source, command, &free, Action::SeeFree);
            }
            Outcome::Begun { .. } => {}
            Outcome::Unknown => {
                let customer = self.case.evidence.setup.customer(command.buyer);
                let made = self.case.holds_of(command.show, &customer);
                for hold_id in made.iter().filter(|hold_id| !self.case.acknowledged.contains(*hold_id)) {
                    let hold = &self.ledger.holds[hold_id];
                    let until_us = *hold.expires_at.at(hold.held_at);
                    self.taken(source, command, *hold_id, hold.seats.clone(), until_us);
                }
            }
        }
    }

    fn taken(&mut self, source: u32, command: &Command, hold_id: Uuid, seats: Vec<u32>, until_us: i64) {
        let number = self.holds.len() as u32;
        if self.holds.contains_key(&hold_id) {
            return;
        }
        self.add(source, command, &seats, Action::Take(number));
        self.holds.insert(hold_id, Held { number, seats, until_us, ended: false });
    }

    /// More time, if it was granted: the hold cannot have expired before that.
    fn extend(&mut self, command: &Command) {
        let Some((call, _)) = command.accepted() else { return };
        let until = self.ledger.holds.get(&call.subject).map(|hold| *hold.expires_at.now());
        if let (Some(until_us), Some(held)) = (until, self.holds.get_mut(&call.subject)) {
            held.until_us = held.until_us.max(until_us);
        }
    }

    fn end(&mut self, source: u32, command: &Command, action: fn(u32) -> Action) {
        let Some(held) = self.holds.get_mut(&command.attempts[0].subject) else { return };
        let (number, seats) = (held.number, held.seats.clone());
        match command.outcome {
            Outcome::Refused { call } => {
                let gone = ["hold_expired", "hold_released", "hold_confirmed"].contains(&call.code().as_str());
                if gone {
                    self.add(source, command, &seats, Action::SeeNotHeld(number));
                }
            }
            Outcome::Accepted { .. } => {
                held.ended = true;
                self.add(source, command, &seats, action(number));
            }
            Outcome::Begun { .. } => {}
            Outcome::Unknown => self.add(source, command, &seats, action(number)),
        }
    }

    /// What a checkout did to seats it did by itself, at some moment after it was asked for: no answer tells when.
    fn check_out(&mut self, source: u32, command: &Command) {
        let (case, ledger) = (self.case, self.ledger);
        let by_itself = |action| Operation { action, started: command.started_us(), ended: None, source };
        for (id, checkout) in case.checkouts_of(command.attempts[0].subject) {
            for hold_id in &checkout.holds {
                let Some(hold) = ledger.holds.get(hold_id) else { continue };
                if !self.holds.contains_key(hold_id) {
                    let (number, seats) = (self.holds.len() as u32, hold.seats.clone());
                    seats.iter().for_each(|&seat| self.seats[seat as usize].push(by_itself(Action::Take(number))));
                    self.holds.insert(*hold_id, Held { number, seats, until_us: 0, ended: false });
                }
                let Some(held) = self.holds.get_mut(hold_id) else { continue };
                held.until_us = held.until_us.max(*hold.expires_at.now());
                let booking = checkout.booking().and_then(|booking_id| ledger.bookings.get(&booking_id));
                let its_own = booking.filter(|booking| booking.hold_id == *hold_id && booking.checkout_id == Some(id));
                let Some(booking) = its_own.filter(|_| !held.ended) else { continue };
                held.ended = true;
                let was_undone = checkout.last().state.booking_id.is_none();
                for (&seat, cancelled) in hold.seats.iter().zip(&booking.cancelled) {
                    self.seats[seat as usize].push(by_itself(Action::Confirm(held.number)));
                    if was_undone && cancelled.is_some() {
                        self.seats[seat as usize].push(by_itself(Action::Cancel(held.number)));
                    }
                }
            }
        }
    }

    fn cancel(&mut self, source: u32, command: &Command) {
        let Some(booking) = self.ledger.bookings.get(&command.attempts[0].subject) else { return };
        let Some(held) = self.holds.get(&booking.hold_id) else { return };
        let mine = command.accepted().map(|(_, stamp)| stamp.version);
        let gone = |ticket: &Option<u64>| if mine.is_some() { *ticket == mine } else { ticket.is_some() };
        let freed: Vec<u32> = held
            .seats
            .iter()
            .zip(&booking.cancelled)
            .filter(|(_, ticket)| gone(ticket))
            .map(|(seat, _)| *seat)
            .collect();
        let number = held.number;
        if !matches!(command.outcome, Outcome::Refused { .. }) {
            self.add(source, command, &freed, Action::Cancel(number));
        }
    }

    /// Holds that nobody is known to have ended may have expired, from their time on.
    fn expire(&mut self) {
        for held in self.holds.values().filter(|held| !held.ended) {
            for &seat in &held.seats {
                let action = Action::GiveBack(held.number);
                let expiry = Operation { action, started: held.until_us, ended: None, source: u32::MAX };
                self.seats[seat as usize].push(expiry);
            }
        }
    }

    fn indexes<'b>(&self, labels: impl Iterator<Item = &'b str>) -> Vec<u32> {
        labels.filter_map(|label| self.case.index.get(label).copied()).collect()
    }
}
