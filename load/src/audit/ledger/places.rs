//! Seats, areas and customers' counts, as events change them: each change is checked against what is there.

use super::fold::Fold;
use super::{AreaState, Changes, Hold, Rule, SeatState};

impl Fold<'_> {
    pub(super) fn seat(&mut self, seat: u32, from: SeatState, to: SeatState) {
        let Some(known) = self.hall.seats.get(seat as usize) else {
            return self.problem(Rule::Sense, format!("there is no seat {seat}"), vec![]);
        };
        let changes = &mut self.ledger.seats[seat as usize];
        let now = *changes.now();
        if now != from {
            let before = changes.all().last().map(|(version, _)| *version);
            let what = format!("seat {} becomes {to:?}, but it is {now:?} and not {from:?}", known.label);
            return self.problem(Rule::SeatSoldOnce, what, before.into_iter().collect());
        }
        changes.set(self.version, to);
        let change = i64::from(to == SeatState::Free) - i64::from(from == SeatState::Free);
        let free = self.ledger.free.get_mut(&(known.category, known.accessible)).expect("every class is counted");
        add(free, self.version, change);
        add(&mut self.ledger.taken, self.version, -change);
    }

    pub(super) fn area(&mut self, area: u32, change: impl Fn(&mut AreaState)) {
        let Some(known) = self.hall.areas.get(area as usize) else {
            return self.problem(Rule::Sense, format!("there is no area {area}"), vec![]);
        };
        let changes = &mut self.ledger.areas[area as usize];
        let mut state = *changes.now();
        change(&mut state);
        changes.set(self.version, state);
        if u64::from(state.held) + u64::from(state.sold) > u64::from(known.capacity) {
            let what = format!("{} has {state:?}, more than its capacity of {}", known.label, known.capacity);
            self.problem(Rule::SeatSoldOnce, what, vec![]);
        }
    }

    pub(super) fn customer(&mut self, hold: &Hold, tickets: i64) {
        if let Some(customer) = &hold.customer_id {
            let changes = self.ledger.customers.entry(customer.clone()).or_insert_with(|| Changes::new(0));
            add(changes, self.version, tickets);
        }
    }
}

fn add(changes: &mut Changes<u32>, version: u64, change: i64) {
    let now = i64::from(*changes.now());
    // A journal that breaks a promise may take a count below nothing; the broken promise is reported, the count stays.
    changes.set(version, u32::try_from(now + change).unwrap_or(0));
}
