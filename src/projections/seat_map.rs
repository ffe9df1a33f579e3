//! The seat map of one show: what each seat is, and how full each area is.

use serde::{Deserialize, Serialize};

use super::misfit::{Misfit, moved};
use crate::domain::ShowEvent;
use crate::domain::plan::limits::{AREAS_MAX, SEATS_MAX};
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
    pub fn fold(&mut self, version: u64, event: &ShowEvent) -> Result<(), Misfit> {
        match event {
            ShowEvent::SeatsHeld(held) => {
                self.move_places(&held.general_admission, 1, 0)?;
                self.set_all(&held.seats, SeatStatus::Held)?;
            }
            ShowEvent::HoldReleased(ended) | ShowEvent::HoldExpired(ended) => {
                self.move_places(&ended.general_admission, -1, 0)?;
                self.set_all(&ended.seats, SeatStatus::Free)?;
            }
            ShowEvent::BookingConfirmed(confirmed) => {
                self.move_places(&confirmed.general_admission, -1, 1)?;
                self.set_all(&confirmed.seats, SeatStatus::Sold)?;
            }
            ShowEvent::TicketsCancelled(cancelled) => {
                self.move_places(&cancelled.general_admission, 0, -1)?;
                self.set_all(&cancelled.seats, SeatStatus::Free)?;
            }
            ShowEvent::SeatsBlocked { seats, .. } => self.set_all(seats, SeatStatus::Blocked)?,
            ShowEvent::SeatsUnblocked { seats } => self.set_all(seats, SeatStatus::Free)?,
            ShowEvent::ShowScheduled(_)
            | ShowEvent::ShowOwned { .. }
            | ShowEvent::SalesOpened
            | ShowEvent::SalesPaused
            | ShowEvent::SalesClosed
            | ShowEvent::ShowCancelled
            | ShowEvent::HoldExtended { .. } => {}
        }
        self.version = version;
        Ok(())
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

    /// The plan is not at hand; its limits keep an index that makes no sense from taking all memory.
    fn set_all(&mut self, seats: &[SeatIndex], status: SeatStatus) -> Result<(), Misfit> {
        for seat in seats {
            if seat.index() >= SEATS_MAX {
                return Err(Misfit(format!("no plan has a seat index {}", seat.0)));
            }
            if self.statuses.len() <= seat.index() {
                self.statuses.resize(seat.index() + 1, SeatStatus::Free);
            }
            self.statuses[seat.index()] = status;
        }
        Ok(())
    }

    /// For each place of the areas, so many more are held and sold.
    fn move_places(&mut self, areas: &[(AreaIndex, u32)], held: i64, sold: i64) -> Result<(), Misfit> {
        for &(area, quantity) in areas {
            if area.index() >= AREAS_MAX {
                return Err(Misfit(format!("no plan has an area index {}", area.0)));
            }
            if self.areas.len() <= area.index() {
                self.areas.resize(area.index() + 1, (0, 0));
            }
            let (before, quantity) = (self.areas[area.index()], i64::from(quantity));
            let after = moved(before.0, held * quantity).zip(moved(before.1, sold * quantity));
            self.areas[area.index()] = after.ok_or_else(|| {
                Misfit(format!("area index {}, with {before:?} held and sold, cannot move {quantity}", area.0))
            })?;
        }
        Ok(())
    }
}
