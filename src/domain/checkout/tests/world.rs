//! A runner in small over a provider, a box office and a journal that survive its crashes. Every call and every write has
//! a point before and after it at which it can be made to die; what it knew is gone then, and the log is folded again.

use std::sync::Arc;

use uuid::Uuid;

use super::office::{Office, start};
use super::provider::Provider;
use crate::domain::checkout::{Action, Checkout, CheckoutBegun, CheckoutEvent, CheckoutId, Input, NoSeats, Paid};
use crate::domain::command::{Action as ShowAction, CommandId};
use crate::domain::event::{SeatsHeld, ShowEvent};
use crate::domain::ids::{HoldId, ShowId};
use crate::domain::money::Money;
use crate::domain::refusal::SalesStatus;
use crate::domain::time::Timestamp;

/// The runner died.
pub struct Crash;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    /// Cancelled tickets are not read.
    MissesCancels,
    /// A refund that is repeated is asked for under another key.
    FreshRefundKeys,
    /// A capture whose answer was lost is taken for refused.
    AssumesTheWorst,
}

pub struct World {
    pub office: Office,
    pub provider: Provider,
    pub checkouts: Vec<(CheckoutId, Vec<CheckoutEvent>)>,
    pub now: Timestamp,
    /// How much of the show's log the checkouts have learned.
    cursor: usize,
    pub points: u32,
    /// Says at each point whether the runner dies there.
    pub dies_at: Box<dyn FnMut(u32) -> bool>,
    pub fault: Fault,
    fresh: u32,
}

impl World {
    pub fn new() -> Self {
        Self {
            office: Office::open(),
            provider: Provider::default(),
            checkouts: vec![],
            now: start(),
            cursor: 0,
            points: 0,
            dies_at: Box::new(|_| false),
            fault: Fault::None,
            fresh: 0,
        }
    }

    pub fn hold(&mut self, number: u128, labels: &[&str]) -> Option<SeatsHeld> {
        let seats = crate::domain::show::tests::hall::seats(labels);
        let hold_id = HoldId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number << 16));
        self.office.hold(CommandId(number << 8), hold_id, &seats, self.now)
    }

    pub fn begin(&mut self, held: &SeatsHeld, equal_seats: bool) -> usize {
        let number = self.checkouts.len() as u128 + 1;
        let id = CheckoutId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 | number << 24));
        let begun = CheckoutBegun {
            show_id: ShowId(Uuid::from_u128(7)),
            hold_id: held.hold_id,
            customer_id: None,
            seats: held.seats.clone(),
            general_admission: vec![],
            prices: held.seats.iter().map(|_| Money::from_minor(5_000)).collect(),
            currency: "EUR".into(),
            gateway: "simulated".into(),
            expires_at: held.expires_at,
            equal_seats,
        };
        self.checkouts.push((id, vec![Checkout::begin(begun).expect("it can be begun")]));
        self.checkouts.len() - 1
    }

    /// As a restart finds it.
    pub fn state(&self, at: usize) -> Checkout {
        let (id, log) = &self.checkouts[at];
        let Some(CheckoutEvent::CheckoutBegun(begun)) = log.first() else { panic!("it begins with its beginning") };
        let mut state = Checkout::of(*id, Arc::new((**begun).clone()));
        log[1..].iter().for_each(|event| state.apply(event));
        state
    }

    pub fn key_of_payment(&self, at: usize) -> String {
        format!("{}:authorise", self.checkouts[at].0)
    }

    pub fn learn(&mut self, at: usize, input: &Input) -> Result<bool, Crash> {
        let events = self.state(at).decide(input, self.now).unwrap_or_default();
        if events.is_empty() {
            return Ok(false);
        }
        self.point()?;
        self.checkouts[at].1.extend(events);
        self.point()?;
        Ok(true)
    }

    /// One action of one checkout; whether it came any further.
    pub fn step(&mut self, at: usize) -> Result<bool, Crash> {
        let Some(action) = self.state(at).next() else { return Ok(false) };
        self.point()?;
        let input = self.perform(at, &action);
        if self.point().is_err() {
            if let (Fault::AssumesTheWorst, Action::Capture { .. }) = (self.fault, &action) {
                self.learn(at, &Input::CaptureRefused { reason: "no answer".into() })?;
            }
            return Err(Crash);
        }
        self.learn(at, &input)
    }

    /// The action is done, and nobody hears what came of it.
    pub fn step_unheard(&mut self, at: usize) {
        if let Some(action) = self.state(at).next() {
            drop(self.perform(at, &action));
        }
    }

    /// A message of the provider: whoever hears it looks, whatever the checkout is doing.
    pub fn hear(&mut self, at: usize) -> Result<bool, Crash> {
        let Some(payment) = self.state(at).payment().cloned() else { return Ok(false) };
        let sight = self.provider.look(&payment);
        self.learn(at, &Input::Seen(sight))
    }

    /// Reads the show's log; the cursor moves when all of an event is written.
    pub fn follow(&mut self) -> Result<bool, Crash> {
        let Some(event) = self.office.log.get(self.cursor).cloned() else { return Ok(false) };
        for at in 0..self.checkouts.len() {
            match &event {
                ShowEvent::TicketsCancelled(cancelled)
                    if cancelled.booking_id == self.checkouts[at].0.booking() && self.fault != Fault::MissesCancels =>
                {
                    let tickets = cancelled.tickets.clone();
                    self.learn(at, &Input::TicketsCancelled { tickets })?;
                }
                ShowEvent::ShowCancelled => drop(self.learn(at, &Input::ShowCancelled)?),
                _ => {}
            }
        }
        self.cursor += 1;
        Ok(true)
    }

    /// Until nothing moves any more, over all crashes.
    pub fn settle(&mut self) {
        for _ in 0..10_000 {
            let moved = (0..self.checkouts.len()).fold(false, |moved, at| self.step(at).unwrap_or(true) | moved);
            let followed = self.follow().unwrap_or(true);
            if !moved && !followed {
                return;
            }
        }
        panic!("it goes round and round: {:?}", self.checkouts);
    }

    /// The promise about money, once everything is settled.
    pub fn violations(&self) -> Vec<String> {
        let mut wrong = vec![];
        wrong.extend(self.office.show.check_invariants().err());
        for at in 0..self.checkouts.len() {
            let state = self.state(at);
            if state.is_live() || state.next().is_some() || state.needs_operator() {
                wrong.push(format!("stuck: {state:?}"));
            }
            let cancelled = self.office.show.status() == SalesStatus::Cancelled;
            let booking = self.office.show.bookings().find(|(id, _)| *id == state.id().booking());
            let live = booking.map_or(0, |(_, booking)| booking.live_tickets().count() as u64);
            let Some(payment) = self.provider.payments.get(&self.key_of_payment(at)) else {
                if live > 0 {
                    wrong.push(format!("tickets without money: {state:?}"));
                }
                continue;
            };
            if payment.kept() != if cancelled { 0 } else { live * 5_000 } || payment.captures > 1 || payment.voids > 1 {
                wrong.push(format!("{live} live tickets for {payment:?}: {state:?}"));
            }
            if matches!(payment.paid, Paid::Waiting | Paid::Authorised) {
                wrong.push(format!("still reserved: {payment:?}: {state:?}"));
            }
        }
        wrong
    }

    fn point(&mut self) -> Result<(), Crash> {
        self.points += 1;
        if (self.dies_at)(self.points) { Err(Crash) } else { Ok(()) }
    }

    fn perform(&mut self, at: usize, action: &Action) -> Input {
        let now = self.now;
        match action {
            Action::Open { key, amount } => {
                let (payment, paid) = self.provider.open(key, *amount);
                Input::Opened { payment, paid }
            }
            Action::AwaitPayment { payment, hold_id, extend: Some(command), due_at } if now >= *due_at => {
                let sight = self.provider.look(payment);
                if sight.paid != Paid::Waiting {
                    return Input::Seen(sight);
                }
                let extend = ShowAction::ExtendHold { hold_id: *hold_id, extend_seconds: 600 };
                match self.office.send(*command, extend, now).as_deref() {
                    Ok([.., ShowEvent::HoldExtended { expires_at, .. }]) => {
                        Input::HoldExtended { expires_at: *expires_at }
                    }
                    Ok(other) => panic!("an extension is {other:?}"),
                    Err(refusal) => Input::ExtensionRefused(refusal.into()),
                }
            }
            Action::AwaitPayment { payment, .. } | Action::AwaitRefund { payment, .. } => {
                Input::Seen(self.provider.look(payment))
            }
            Action::Confirm { command, hold_id, booking_id } => {
                let (hold_id, booking_id) = (*hold_id, *booking_id);
                let payment_reference = format!("checkout:{}", self.checkouts[at].0);
                let confirm = ShowAction::ConfirmHold { hold_id, booking_id, payment_reference };
                match self.office.send(*command, confirm, now) {
                    Ok(_) => Input::Confirmed { booking_id },
                    Err(refusal) => Input::ConfirmRefused(NoSeats::from(&refusal)),
                }
            }
            Action::Retake { command, hold_id, equal_seats } => {
                let seats = self.state(at).begun().seats.clone();
                let held = match equal_seats {
                    false => self.office.hold(*command, *hold_id, &seats, now),
                    true => self.office.hold_equal(*command, *hold_id, &seats, now),
                };
                held.map_or(Input::RetakeRefused, |held| Input::Retaken { seats: held.seats })
            }
            Action::Capture { key, payment, .. } => match self.provider.capture(key, payment) {
                Ok(()) => Input::Captured,
                Err(reason) => Input::CaptureRefused { reason },
            },
            Action::UndoBooking { command, booking_id } => {
                let undo = ShowAction::CancelTickets { booking_id: *booking_id, tickets: None };
                // Refused where all its tickets are cancelled already: then it is undone too.
                let _ = self.office.send(*command, undo, now);
                Input::BookingUndone
            }
            Action::Void { key, payment, .. } => match self.provider.void(key, payment) {
                Ok(()) => Input::Voided,
                Err(_) => Input::Seen(self.provider.look(payment)),
            },
            Action::Refund { key, payment, number, amount, retries: _ } => {
                self.fresh += 1;
                let fresh = if self.fault == Fault::FreshRefundKeys { self.fresh.to_string() } else { String::new() };
                let answer = self.provider.refund(&(key.clone() + &fresh), payment, *amount);
                Input::RefundAnswered { number: *number, answer }
            }
        }
    }
}
