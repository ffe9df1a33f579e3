//! What a commit changes on the seat map of its show: for those who watch it live.
//!
//! A commit is seen whole or not at all, so what it does to one seat is one change, and areas come as their counts
//! after it. Whoever has the map before a commit and applies its change has the map after it.

use std::collections::BTreeMap;

use super::misfit::Misfit;
use super::seat_map::SeatMap;
use crate::domain::ShowEvent;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::show::SeatStatus;
use crate::journal::{Commit, Position, Record};

#[derive(Clone, Debug, PartialEq)]
pub struct SeatChange {
    pub position: Position,
    /// Of the commit's last event.
    pub version: u64,
    /// What each seat is now, in the plan's order.
    pub seats: Vec<(SeatIndex, SeatStatus)>,
    /// Places held and sold now.
    pub areas: Vec<(AreaIndex, (u32, u32))>,
}

impl SeatChange {
    /// Folds the commit into the map. `None`: nothing on the map has changed.
    pub fn fold(map: &mut SeatMap, record: &Record) -> Result<Option<Self>, Misfit> {
        let commit = &record.commit;
        for (version, event) in commit.show_events() {
            map.fold(version, event)?;
        }
        let effect = Effect::of(commit);
        let areas = effect.areas.keys().map(|area| (*area, map.area_counts(*area))).collect();
        Ok(effect.change(record, areas))
    }

    /// The changes of the past that have led to this map, from the commits that did: those of its show, in their order,
    /// the last one being the map's last.
    pub fn past(records: &[Record], map: &SeatMap) -> Vec<Self> {
        let mut counts: BTreeMap<AreaIndex, (i64, i64)> = BTreeMap::new();
        let mut changes = Vec::with_capacity(records.len());
        // Counts are known at the end only, so the way leads backwards.
        for record in records.iter().rev() {
            let effect = Effect::of(&record.commit);
            let mut areas = Vec::with_capacity(effect.areas.len());
            for (area, (held_more, sold_more)) in &effect.areas {
                let now = map.area_counts(*area);
                let (held, sold) = counts.entry(*area).or_insert((now.0.into(), now.1.into()));
                areas.push((*area, (clamped(*held), clamped(*sold))));
                (*held, *sold) = (*held - held_more, *sold - sold_more);
            }
            changes.extend(effect.change(record, areas));
        }
        changes.reverse();
        changes
    }
}

/// A log that fits has no other counts; one that does not was refused where it was folded.
fn clamped(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

/// Of one commit: what seats become, how many places more (or less) are held and sold.
#[derive(Default)]
struct Effect {
    seats: BTreeMap<SeatIndex, SeatStatus>,
    areas: BTreeMap<AreaIndex, (i64, i64)>,
}

impl Effect {
    fn of(commit: &Commit) -> Self {
        let mut effect = Self::default();
        commit.show_events().for_each(|(_, event)| effect.add(event));
        effect
    }

    fn add(&mut self, event: &ShowEvent) {
        match event {
            ShowEvent::SeatsHeld(held) => {
                self.seats(&held.seats, SeatStatus::Held);
                self.areas(&held.general_admission, 1, 0);
            }
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => {
                self.seats(&ended.seats, SeatStatus::Free);
                self.areas(&ended.general_admission, -1, 0);
            }
            ShowEvent::BookingConfirmed(confirmed) => {
                self.seats(&confirmed.seats, SeatStatus::Sold);
                self.areas(&confirmed.general_admission, -1, 1);
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.seats(&cancelled.seats, SeatStatus::Free);
                self.areas(&cancelled.general_admission, 0, -1);
            }
            ShowEvent::SeatsBlocked { seats, .. } => self.seats(seats, SeatStatus::Blocked),
            ShowEvent::SeatsUnblocked { seats } => self.seats(seats, SeatStatus::Free),
            ShowEvent::ShowScheduled(_)
            | ShowEvent::ShowOwned { .. }
            | ShowEvent::SalesOpened
            | ShowEvent::SalesPaused
            | ShowEvent::SalesClosed
            | ShowEvent::ShowCancelled
            | ShowEvent::HoldExtended { .. } => {}
        }
    }

    fn seats(&mut self, seats: &[SeatIndex], status: SeatStatus) {
        self.seats.extend(seats.iter().map(|seat| (*seat, status)));
    }

    fn areas(&mut self, places: &[(AreaIndex, u32)], held: i64, sold: i64) {
        for &(area, quantity) in places {
            let counts = self.areas.entry(area).or_default();
            *counts = (counts.0 + held * i64::from(quantity), counts.1 + sold * i64::from(quantity));
        }
    }

    fn change(self, record: &Record, areas: Vec<(AreaIndex, (u32, u32))>) -> Option<SeatChange> {
        let is_seen = !self.seats.is_empty() || !areas.is_empty();
        let (position, version) = (record.position, record.commit.last_version());
        is_seen.then(|| SeatChange { position, version, seats: self.seats.into_iter().collect(), areas })
    }
}

#[cfg(test)]
mod tests;
