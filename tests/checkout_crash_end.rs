//! How a run ends: what checkouts, show and provider have to say when everything rests, comparable from run to run.

use std::collections::BTreeMap;
use std::sync::Arc;

use understudy::domain::checkout::{EndReason, RefundLine, Stage};
use understudy::domain::money::Money;
use understudy::domain::plan::{AreaIndex, SeatIndex};
use understudy::domain::show::SeatStatus;
use understudy::domain::{Checkout, CheckoutEvent, Event, Show, StreamId};
use understudy::journal::Journal;
use understudy::payments::PaymentStatus;

use super::checkout_crash_stage::Run;

/// All that can be seen of a run when everything has come to rest, with the names of the run taken out.
#[derive(Debug, PartialEq)]
pub struct End {
    pub checkouts: Vec<EndOfCheckout>,
    pub show: EndOfShow,
    /// By checkout: status, captured, refunded.
    pub payments: BTreeMap<String, (PaymentStatus, Money, Money)>,
    pub effects: BTreeMap<String, u32>,
}

#[derive(Debug, PartialEq)]
pub struct EndOfCheckout {
    pub stage: Stage,
    pub why: Option<EndReason>,
    pub captured: Option<Money>,
    pub is_booked: bool,
    pub refunds: Vec<RefundLine>,
}

#[derive(Debug, PartialEq)]
pub struct EndOfShow {
    status: String,
    /// Seats and places as they were sold, and the tickets of them that are good.
    bookings: Vec<String>,
    /// Places held and sold.
    pit: (u32, u32),
    seats: String,
}

impl Run<'_> {
    /// The checkout after each event, as its log says.
    pub fn states(&self, checkout: usize) -> Vec<Checkout> {
        let id = self.checkouts[checkout];
        let mut states: Vec<Checkout> = Vec::new();
        for event in self.log_of(StreamId::from(id)) {
            match event {
                Event::Checkout(CheckoutEvent::CheckoutBegun(begun)) => {
                    states.push(Checkout::of(id, Arc::new(*begun)));
                }
                Event::Checkout(event) => {
                    let mut state = states.last().expect("it begins with its beginning").clone();
                    state.apply(&event);
                    states.push(state);
                }
                Event::Show(_) | Event::Venue(_) => panic!("no event of a checkout: {event:?}"),
            }
        }
        states
    }

    pub fn state(&self, at: usize) -> Option<Checkout> {
        self.states(at).pop()
    }

    fn log_of(&self, stream: StreamId) -> Vec<Event> {
        let records = self.theatre.memory.read(self.begins_at, usize::MAX).expect("memory can be read");
        let of_stream = records.iter().filter(|record| record.commit.stream == stream);
        of_stream.flat_map(|record| record.commit.events.clone()).collect()
    }

    pub fn end(&self) -> End {
        let states = (0..self.checkouts.len()).map(|at| self.state(at).expect("it has begun"));
        let checkouts = states.map(|state| EndOfCheckout {
            stage: state.stage(),
            why: state.why(),
            captured: state.captured(),
            is_booked: state.booking_id().is_some(),
            refunds: state.refunds().to_vec(),
        });
        let names: BTreeMap<String, usize> =
            self.checkouts.iter().enumerate().map(|(at, id)| (id.to_string(), at)).collect();
        let ledger = self.theatre.gateway.inner.ledger();
        let of_run = ledger.payments.values().filter_map(|totals| {
            let at = names.get(&*totals.checkout)?;
            Some((at.to_string(), (totals.status, totals.captured, totals.refunded)))
        });
        let effects = ledger.effects.iter().filter_map(|(key, times)| {
            let (checkout, step) = key.0.split_once(':')?;
            Some((format!("{}:{step}", names.get(checkout)?), *times))
        });
        End {
            checkouts: checkouts.collect(),
            payments: of_run.collect(),
            effects: effects.collect(),
            show: self.end_of_show(),
        }
    }

    /// What the buyer of a checkout has paid in the end.
    pub fn kept(&self, checkout: usize) -> u64 {
        let (status, captured, refunded) = match self.end().payments.remove(&checkout.to_string()) {
            Some(totals) => totals,
            None => return 0,
        };
        assert_ne!(status, PaymentStatus::Authorised, "the money is neither taken nor given free");
        captured.checked_sub(refunded).expect("no more goes back than was taken").minor()
    }

    fn end_of_show(&self) -> EndOfShow {
        let mut show = Show::new(self.theatre.plan.clone());
        for event in self.log_of(StreamId::from(self.show)) {
            let Event::Show(event) = event else { panic!("no event of a show: {event:?}") };
            show.apply(&event);
            show.check_invariants().unwrap_or_else(|what| panic!("after {event:?}: {what}"));
        }
        let mut bookings: Vec<String> = show
            .bookings()
            .map(|(_, booking)| {
                let tickets: Vec<u16> = booking.live_tickets().collect();
                format!("{:?} {:?} good: {tickets:?}", booking.seats, booking.general_admission)
            })
            .collect();
        bookings.sort();
        let seats = (0..self.theatre.plan.seat_count()).map(SeatIndex);
        let seats = seats.map(|seat| match show.seat_status(seat) {
            SeatStatus::Free => '.',
            SeatStatus::Held => 'h',
            SeatStatus::Sold => 's',
            SeatStatus::Blocked => 'b',
        });
        EndOfShow {
            status: format!("{:?}", show.status()),
            bookings,
            pit: show.area_counts(AreaIndex(0)),
            seats: seats.collect(),
        }
    }
}
