//! Interim: replaced by the real index.
use std::sync::Arc;

use crate::domain::plan::{CategoryIndex, SeatIndex, SeatingPlan, ZoneIndex};

#[derive(Clone)]
pub struct FreeSeats {
    plan: Arc<SeatingPlan>,
    free: Vec<bool>,
    count: u32,
}
pub struct Wish {
    pub quantity: u16,
    pub categories: Option<Vec<CategoryIndex>>,
    pub zones: Option<Vec<ZoneIndex>>,
    pub accessible: bool,
}
pub struct Pick {
    pub seats: Vec<SeatIndex>,
    pub adjacent: bool,
}
impl FreeSeats {
    pub fn all_free(plan: Arc<SeatingPlan>) -> Self {
        let n = plan.seat_count() as usize;
        Self { plan, free: vec![true; n], count: n as u32 }
    }
    pub fn take(&mut self, seat: SeatIndex) {
        self.free[seat.0 as usize] = false;
        self.count -= 1;
    }
    pub fn release(&mut self, seat: SeatIndex) {
        self.free[seat.0 as usize] = true;
        self.count += 1;
    }
    pub fn free_count(&self) -> u32 {
        self.count
    }
    pub fn best_available(&self, wish: &Wish) -> Option<Pick> {
        let fits = |seat: &SeatIndex| {
            self.free[seat.0 as usize]
                && self.plan.is_accessible(*seat) == wish.accessible
                && wish.categories.as_ref().is_none_or(|c| c.contains(&self.plan.category_of(*seat)))
                && wish.zones.as_ref().is_none_or(|z| z.contains(&self.plan.zone_of(*seat)))
        };
        let n = usize::from(wish.quantity);
        let seats: Vec<_> = (0..self.free.len() as u32).map(SeatIndex).filter(fits).take(n).collect();
        (seats.len() == n).then_some(Pick { seats, adjacent: false })
    }
}
