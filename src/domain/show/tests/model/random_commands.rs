//! Commands as a busy, careless and unlucky public would send them, and the times at which they come.

use super::chance::Chance;
use super::naive::NaiveShow;
use crate::domain::command::{Action, BestAvailable, HoldEqual, HoldSeats};
use crate::domain::event::ShowTerms;
use crate::domain::ids::HoldId;
use crate::domain::show::tests::script;
use crate::domain::time::Timestamp;

pub struct RandomCommands {
    pub chance: Chance,
    /// The numbers of holds and bookings given out so far.
    holds: u128,
    bookings: u128,
}

impl RandomCommands {
    pub fn of_seed(seed: u64) -> Self {
        Self { chance: Chance::of_seed(seed), holds: 0, bookings: 0 }
    }

    /// Mostly the same instant or a little later; often exactly when something is due, or just before.
    pub fn time_after(&mut self, now: Timestamp, naive: &NaiveShow) -> Timestamp {
        let micros = |micros: u64| Timestamp::from_micros(now.as_micros() + micros as i64);
        match self.chance.below(100) {
            0..45 => now,
            45..80 => micros(self.chance.below(2_000_000)),
            80..92 => micros(self.chance.below(10_000_000)),
            92..96 => naive.next_due().unwrap_or(now).max(now),
            96..99 => naive.next_due().map_or(now, script::just_before).max(now),
            _ => micros(self.chance.below(900_000_000)),
        }
    }

    pub fn action(&mut self, naive: &NaiveShow) -> Action {
        if naive.terms.is_none() && self.chance.percent(80) {
            return Action::ScheduleShow { terms: Box::new(self.terms()), organiser: Some(script::organiser()) };
        }
        match self.chance.below(1_000) {
            0..420 => Action::HoldSeats(self.hold(naive)),
            420..430 => self.hold_equal(naive),
            430..580 => self.confirm(naive),
            580..660 => Action::ReleaseHold { hold_id: self.a_hold(naive) },
            660..740 => self.extend(naive),
            740..840 => self.cancel(naive),
            840..880 => Action::BlockSeats { seats: self.labels(naive, 3), reason: "camera".into() },
            880..930 => Action::UnblockSeats { seats: self.blocked_labels(naive) },
            930..969 => Action::OpenSales,
            969..972 => Action::PauseSales,
            972 if self.chance.percent(15) => Action::CancelShow,
            973..975 => Action::ScheduleShow { terms: Box::new(self.terms()), organiser: Some(script::organiser()) },
            _ => Action::Tick,
        }
    }

    fn terms(&mut self) -> ShowTerms {
        let some = |chance: &mut Chance, percent| chance.percent(percent);
        ShowTerms {
            hold_seconds: self.chance.one_of(&[30, 120, 600]),
            max_per_customer: some(&mut self.chance, 50).then(|| self.chance.one_of(&[4, 8, 60])),
            on_sale_at: some(&mut self.chance, 50).then(|| script::second(self.chance.below(60) as u32)),
            off_sale_at: some(&mut self.chance, 15).then(|| script::second(self.chance.below(10_000) as u32)),
            ..script::terms()
        }
    }

    fn hold(&mut self, naive: &NaiveShow) -> HoldSeats {
        self.holds += 1;
        let mut request = script::request(self.holds, &[]);
        request.customer_id =
            script::customer(self.chance.one_of(&["ann", "bob", "eve"])).filter(|_| self.chance.percent(60));
        if self.chance.percent(50) {
            request.seats = self.labels(naive, 4);
        }
        if self.chance.percent(35) || request.seats.is_empty() && self.chance.percent(60) {
            request.best_available = Some(self.wish());
        }
        if self.chance.percent(35) {
            for _ in 0..1 + self.chance.below(2) {
                let area = self
                    .chance
                    .one_of(&["Pit", "Pit", "Pit", "Pit", "Terrace", "Terrace", "Terrace", "Terrace", "Lawn", "Moat"]);
                let quantity = self.chance.one_of(&[1, 1, 1, 2, 2, 3, 4, 7, 8, 12, 40, 50, 0, u32::MAX]);
                request.general_admission.push((area.into(), quantity));
            }
        }
        request
    }

    /// As good as any hold that there was.
    fn hold_equal(&mut self, naive: &NaiveShow) -> Action {
        let Some(lost) = naive.holds.get(self.chance.below(naive.holds.len().max(1) as u64) as usize) else {
            return Action::Tick;
        };
        self.holds += 1;
        Action::HoldEqual(HoldEqual {
            hold_id: script::hold_id(self.holds),
            customer_id: lost.customer.clone(),
            seats: lost.seats.clone(),
            general_admission: lost.areas.clone(),
        })
    }

    fn wish(&mut self) -> BestAvailable {
        let named = |chance: &mut Chance, names: &[&str]| {
            let count = chance.one_of(&[1, 1, 2, 2, 4]);
            chance.percent(30).then(|| (0..count).map(|_| chance.one_of(names).to_owned()).collect())
        };
        let categories = ["Stalls", "Stalls", "Circle", "Circle", "Boxes", "Gallery"];
        let zones = ["Stalls", "Stalls", "Circle", "Circle", "Royal", "Attic"];
        BestAvailable {
            quantity: self.chance.one_of(&[1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 7, 0, 65_537, u32::MAX]),
            categories: named(&mut self.chance, &categories),
            zones: named(&mut self.chance, &zones),
            accessible: self.chance.percent(15),
        }
    }

    fn confirm(&mut self, naive: &NaiveShow) -> Action {
        self.bookings += 1;
        let (hold_id, booking_id) = (self.a_hold(naive), script::booking_id(self.bookings));
        Action::ConfirmHold { hold_id, booking_id, payment_reference: "paid".into() }
    }

    fn extend(&mut self, naive: &NaiveShow) -> Action {
        let extend_seconds = self.chance.one_of(&[0, 1, 10, 60, 600, 100_000, u32::MAX]);
        Action::ExtendHold { hold_id: self.a_hold(naive), extend_seconds }
    }

    fn cancel(&mut self, naive: &NaiveShow) -> Action {
        let back = self.a_while_back();
        let booking_id = match naive.bookings.iter().rev().nth(back) {
            Some(booking) if self.chance.percent(95) => booking.id,
            Some(_) | None => script::booking_id(self.bookings + 1_000_000),
        };
        let some = self.chance.percent(70);
        let tickets = some.then(|| {
            let count = self.chance.below(4);
            (0..count).map(|_| booking_id.ticket(self.chance.below(5) as u16)).collect()
        });
        Action::CancelTickets { booking_id, tickets }
    }

    /// A few seats, sometimes one that does not exist, sometimes one twice.
    fn labels(&mut self, naive: &NaiveShow, most: u64) -> Vec<String> {
        let count = self.chance.below(most + 1);
        let mut labels: Vec<String> = Vec::new();
        for _ in 0..count {
            let at = self.chance.below(naive.seats.len() as u64) as usize;
            labels.push(if self.chance.percent(2) { "Z9".into() } else { naive.seats[at].label.clone() });
        }
        labels
    }

    fn blocked_labels(&mut self, naive: &NaiveShow) -> Vec<String> {
        let blocked = naive.blocked.iter().map(|seat| naive.seats[seat.index()].label.clone());
        let mut labels: Vec<String> = blocked.filter(|_| self.chance.percent(70)).collect();
        if self.chance.percent(20) {
            labels.extend(self.labels(naive, 1));
        }
        labels
    }

    /// Mostly one that is live, often one that has ended, rarely one that never was.
    fn a_hold(&mut self, naive: &NaiveShow) -> HoldId {
        let live: Vec<HoldId> = naive.live_holds().map(|hold| hold.id).collect();
        if !live.is_empty() && self.chance.percent(60) {
            return self.chance.one_of(&live);
        }
        let back = self.a_while_back();
        match naive.holds.iter().rev().nth(back) {
            Some(hold) if self.chance.percent(95) => hold.id,
            Some(_) | None => script::hold_id(self.holds + 1_000_000),
        }
    }

    fn a_while_back(&mut self) -> usize {
        let most = self.chance.one_of(&[6, 6, 6, 400]);
        self.chance.below(most) as usize
    }
}
