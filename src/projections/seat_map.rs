//! The seat map of one show: what each seat is, and how full each area is.

use serde::{Deserialize, Serialize};

use crate::domain::ShowEvent;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::show::SeatStatus;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeatMap {
    /// Of the last event folded.
    pub version: u64,
    /// By seat index, as far as any seat was ever taken; what is beyond is free.
    statuses: Vec<SeatStatus>,
    /// By area index, as far as any was ever taken: (held, sold).
    areas: Vec<(u32, u32)>,
}

impl SeatMap {
    pub fn fold(&mut self, version: u64, event: &ShowEvent) {
        self.version = version;
        match event {
            ShowEvent::SeatsHeld(held) => self.place(&held.seats, &held.general_admission, SeatStatus::Held),
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => {
                self.set_all(&ended.seats, SeatStatus::Free);
                ended.general_admission.iter().for_each(|&(area, quantity)| *self.area(area).0 -= quantity);
            }
            ShowEvent::BookingConfirmed(confirmed) => {
                confirmed.general_admission.iter().for_each(|&(area, quantity)| *self.area(area).0 -= quantity);
                self.place(&confirmed.seats, &confirmed.general_admission, SeatStatus::Sold);
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.set_all(&cancelled.seats, SeatStatus::Free);
                cancelled.general_admission.iter().for_each(|&(area, quantity)| *self.area(area).1 -= quantity);
            }
            ShowEvent::SeatsBlocked { seats, .. } => self.set_all(seats, SeatStatus::Blocked),
            ShowEvent::SeatsUnblocked { seats } => self.set_all(seats, SeatStatus::Free),
            ShowEvent::ShowScheduled(_)
            | ShowEvent::ShowOwned { .. }
            | ShowEvent::SalesOpened
            | ShowEvent::SalesPaused
            | ShowEvent::SalesClosed
            | ShowEvent::ShowCancelled
            | ShowEvent::HoldExtended { .. } => {}
        }
    }

    pub fn status(&self, seat: SeatIndex) -> SeatStatus {
        self.statuses.get(seat.index()).copied().unwrap_or(SeatStatus::Free)
    }

    /// Every seat that is not free, in the plan's order.
    pub fn taken(&self) -> impl Iterator<Item = (SeatIndex, SeatStatus)> {
        let all = self.statuses.iter().enumerate().map(|(index, status)| (SeatIndex(index as u32), *status));
        all.filter(|(_, status)| *status != SeatStatus::Free)
    }

    /// Places held and sold.
    pub fn area_counts(&self, area: AreaIndex) -> (u32, u32) {
        self.areas.get(area.index()).copied().unwrap_or((0, 0))
    }

    fn place(&mut self, seats: &[SeatIndex], general_admission: &[(AreaIndex, u32)], status: SeatStatus) {
        self.set_all(seats, status);
        for &(area, quantity) in general_admission {
            let (held, sold) = self.area(area);
            if status == SeatStatus::Held { *held += quantity } else { *sold += quantity }
        }
    }

    fn set_all(&mut self, seats: &[SeatIndex], status: SeatStatus) {
        for seat in seats {
            if self.statuses.len() <= seat.index() {
                self.statuses.resize(seat.index() + 1, SeatStatus::Free);
            }
            self.statuses[seat.index()] = status;
        }
    }

    fn area(&mut self, area: AreaIndex) -> (&mut u32, &mut u32) {
        if self.areas.len() <= area.index() {
            self.areas.resize(area.index() + 1, (0, 0));
        }
        let (held, sold) = &mut self.areas[area.index()];
        (held, sold)
    }
}
