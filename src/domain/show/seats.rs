//! What each seat is: free, held, sold or blocked. Which hold or booking has it is known by the hold or the booking.

use std::sync::Arc;

use crate::domain::best_available::{FreeSeats, Pick, Wish};
use crate::domain::equal_seats::{are_side_by_side, equal_seats};
use crate::domain::plan::{SeatIndex, SeatingPlan};
use crate::domain::refusal::SeatConflict;

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatStatus {
    Free,
    Held,
    Sold,
    Blocked,
}

impl SeatStatus {
    pub fn conflict(self) -> Option<SeatConflict> {
        match self {
            Self::Free => None,
            Self::Held => Some(SeatConflict::Held),
            Self::Sold => Some(SeatConflict::Sold),
            Self::Blocked => Some(SeatConflict::Blocked),
        }
    }
}

#[derive(Clone)]
pub struct Seats {
    statuses: Vec<SeatStatus>,
    free: FreeSeats,
}

impl Seats {
    pub fn all_free(plan: Arc<SeatingPlan>) -> Self {
        Self::of(plan, [])
    }

    /// All at once: what is kept of the free ones is worked out once, and not after each seat. No seat comes twice.
    pub fn of(plan: Arc<SeatingPlan>, taken: impl IntoIterator<Item = (SeatIndex, SeatStatus)>) -> Self {
        let mut statuses = vec![SeatStatus::Free; plan.seat_count() as usize];
        let note = |(seat, status): (SeatIndex, SeatStatus)| {
            statuses[seat.index()] = status;
            seat
        };
        let free = FreeSeats::of(plan, taken.into_iter().map(note));
        Self { statuses, free }
    }

    pub fn status(&self, seat: SeatIndex) -> SeatStatus {
        self.statuses[seat.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (SeatIndex, SeatStatus)> {
        self.statuses.iter().enumerate().map(|(index, status)| (SeatIndex(index as u32), *status))
    }

    /// Moves a seat on. A seat that is not what the event says it was is a broken promise, and no state to go on with.
    pub fn change(&mut self, seat: SeatIndex, from: SeatStatus, to: SeatStatus) {
        let status = &mut self.statuses[seat.0 as usize];
        assert!(*status == from, "seat {} is {:?}, and an event moves it from {from:?} to {to:?}", seat.0, *status);
        *status = to;
        if from == SeatStatus::Free {
            self.free.take(seat);
        }
        if to == SeatStatus::Free {
            self.free.release(seat);
        }
    }

    /// Whether all that is kept of the free seats is what their statuses say.
    pub fn are_known_rightly(&self) -> bool {
        let is_known = |(seat, status)| self.free.is_free(seat) == (status == SeatStatus::Free);
        self.iter().all(is_known) && self.free.anew().is_same(&self.free)
    }

    pub fn free_count(&self) -> u32 {
        self.free.free_count()
    }

    /// What stands in for each of these seats, in their order.
    pub fn equal_seats(&self, held: &[SeatIndex]) -> Option<Pick> {
        let seats = equal_seats(&self.free, held)?;
        let adjacent = are_side_by_side(&self.free, &seats);
        Some(Pick { seats, adjacent })
    }

    /// The best seats for a wish, leaving aside those that the same hold names by itself.
    pub fn best_available(&self, wish: &Wish, named: &[SeatIndex]) -> Option<Pick> {
        if named.is_empty() {
            return self.free.best_available(wish);
        }
        let mut free = self.free.clone();
        named.iter().for_each(|&seat| free.take(seat));
        free.best_available(wish)
    }
}
