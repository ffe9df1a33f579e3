//! What a customer asks for and what they get.
//!
//! Names were turned into indexes before, and limits on the quantity are the show's rule; both do not concern this.
use crate::domain::plan::{Block, CategoryIndex, SeatIndex, SeatingPlan, ZoneIndex};

/// "Four together in the stalls."
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// Nothing is found for 0.
    pub quantity: u16,
    /// `None` means any; an empty list means none.
    pub categories: Option<Vec<CategoryIndex>>,
    /// `None` means any; an empty list means none.
    pub zones: Option<Vec<ZoneIndex>>,
    /// Accessible seats only, or none of them.
    pub accessible: bool,
}

/// The seats found, in physical order: row by row as in the plan, each row from its left end to its right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    pub seats: Vec<SeatIndex>,
    /// All in one row with nothing between them. A single seat is adjacent.
    pub adjacent: bool,
}

/// A wish made quick to ask: tables instead of lists.
pub(super) struct Eligibility<'p> {
    plan: &'p SeatingPlan,
    categories: Option<Vec<bool>>,
    zones: Option<Vec<bool>>,
    accessible: bool,
}

impl<'p> Eligibility<'p> {
    pub fn of(wish: &Wish, plan: &'p SeatingPlan) -> Eligibility<'p> {
        let categories = wish.categories.as_ref().map(|wished| table(plan.categories().len(), wished, |c| c.index()));
        let zones = wish.zones.as_ref().map(|wished| table(plan.zones().len(), wished, |zone| zone.index()));
        Eligibility { plan, categories, zones, accessible: wish.accessible }
    }

    /// Whether a seat may be picked if it is free.
    pub fn admits(&self, seat: SeatIndex) -> bool {
        self.admits_category(self.plan.category_of(seat))
            && self.zones.as_ref().is_none_or(|zones| zones[self.plan.zone_of(seat).index()])
            && self.plan.is_accessible(seat) == self.accessible
    }

    /// Whether any seat of a block may be picked, as far as the block as a whole can tell.
    pub fn admits_some_of(&self, block: &Block) -> bool {
        self.zones.as_ref().is_none_or(|zones| zones[block.zone.index()])
            && block.category.is_none_or(|category| self.admits_category(category))
            && (block.has_accessible || !self.accessible)
    }

    /// Puts the eligible ones of a block's free seats into `bits`, for a block that [admits
    /// some](Self::admits_some_of).
    pub fn keep(&self, block: &Block, free: &[u64], bits: &mut Vec<u64>) {
        bits.clear();
        bits.extend_from_slice(&free[block.words()]);
        if block.has_accessible {
            let flip = if self.accessible { 0 } else { u64::MAX };
            for (bits, accessible) in bits.iter_mut().zip(&self.plan.accessible_bits()[block.words()]) {
                *bits &= accessible ^ flip;
            }
        }
        if block.category.is_none() && self.categories.is_some() {
            for (offset, seat) in self.plan.seats_in(block).iter().enumerate() {
                let admitted = u64::from(self.admits_category(self.plan.category_of(*seat)));
                bits[offset / 64] &= !((admitted ^ 1) << (offset % 64));
            }
        }
    }

    fn admits_category(&self, category: CategoryIndex) -> bool {
        self.categories.as_ref().is_none_or(|categories| categories[category.index()])
    }
}

/// One entry per thing in the plan. What the plan does not have is ignored: nothing can be of it.
fn table<T>(size: usize, wished: &[T], index: impl Fn(&T) -> usize) -> Vec<bool> {
    let mut table = vec![false; size];
    for wish in wished {
        if let Some(entry) = table.get_mut(index(wish)) {
            *entry = true;
        }
    }
    table
}
