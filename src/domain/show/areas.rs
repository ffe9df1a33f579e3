//! How many places of each standing area are held and sold.

use crate::domain::plan::{AreaIndex, SeatingPlan};

#[derive(Clone, Debug)]
struct Area {
    capacity: u32,
    held: u32,
    sold: u32,
}

#[derive(Clone, Debug)]
pub struct Areas(Vec<Area>);

impl Areas {
    pub fn all_free(plan: &SeatingPlan) -> Self {
        Self(plan.areas().iter().map(|area| Area { capacity: area.capacity, held: 0, sold: 0 }).collect())
    }

    pub fn free(&self, area: AreaIndex) -> u32 {
        let area = &self.0[usize::from(area.0)];
        area.capacity - area.held - area.sold
    }

    pub fn held(&self, area: AreaIndex) -> u32 {
        self.0[usize::from(area.0)].held
    }

    pub fn sold(&self, area: AreaIndex) -> u32 {
        self.0[usize::from(area.0)].sold
    }

    pub fn hold(&mut self, area: AreaIndex, quantity: u32) {
        let area = &mut self.0[usize::from(area.0)];
        area.held += quantity;
        assert!(area.held + area.sold <= area.capacity, "an event takes an area over its capacity");
    }

    pub fn release(&mut self, area: AreaIndex, quantity: u32) {
        let area = &mut self.0[usize::from(area.0)];
        area.held = area.held.checked_sub(quantity).expect("an event releases only what was held");
    }

    pub fn sell(&mut self, area: AreaIndex, quantity: u32) {
        self.release(area, quantity);
        self.0[usize::from(area.0)].sold += quantity;
    }

    pub fn take_back(&mut self, area: AreaIndex, quantity: u32) {
        let area = &mut self.0[usize::from(area.0)];
        area.sold = area.sold.checked_sub(quantity).expect("an event takes back only what was sold");
    }

    /// (held, sold) of each area, for the invariants.
    pub fn counts(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|area| (area.held, area.sold))
    }
}
