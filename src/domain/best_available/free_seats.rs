//! Which seats of a show are free: one bit each.
//!
//! It is told of every seat that is taken or released and asserts that it knew otherwise; who took it is not known.
use std::sync::Arc;

use super::free_blocks::{FreeBlock, FreeBlocks};
use super::wish::Eligibility;
use super::{Pick, Wish, adjacent, together};
use crate::domain::plan::{SeatIndex, SeatingPlan};

/// The free seats of one show.
#[derive(Debug, Clone)]
pub struct FreeSeats {
    plan: Arc<SeatingPlan>,
    /// By the plan's bits; bits that are no seat are never set.
    bits: Vec<u64>,
    blocks: FreeBlocks,
    count: u32,
}

impl FreeSeats {
    /// A show that has sold nothing.
    pub fn all_free(plan: Arc<SeatingPlan>) -> FreeSeats {
        Self::of(plan, [])
    }

    /// All but these.
    ///
    /// # Panics
    /// Where a seat is taken twice.
    pub fn of(plan: Arc<SeatingPlan>, taken: impl IntoIterator<Item = SeatIndex>) -> FreeSeats {
        let (bits, blocks) = (plan.all_bits().to_vec(), FreeBlocks::default());
        let mut free = FreeSeats { bits, blocks, count: plan.seat_count(), plan };
        taken.into_iter().for_each(|seat| free.clear(seat));
        free.blocks = FreeBlocks::of(&free.plan, &free.bits);
        free
    }

    /// # Panics
    /// Where the seat is taken already: that would be a double sale.
    pub fn take(&mut self, seat: SeatIndex) {
        self.clear(seat);
        self.blocks.take(&self.plan, seat, &self.bits);
    }

    /// # Panics
    /// Where the seat is free already.
    pub fn release(&mut self, seat: SeatIndex) {
        let (word, mask) = self.locate(seat);
        assert!(self.bits[word] & mask == 0, "seat {} is free already", self.plan.label(seat));
        self.bits[word] |= mask;
        self.blocks.release(&self.plan, seat, &self.bits);
        self.count += 1;
    }

    pub fn is_free(&self, seat: SeatIndex) -> bool {
        let (word, mask) = self.locate(seat);
        self.bits[word] & mask != 0
    }

    pub fn free_count(&self) -> u32 {
        self.count
    }

    /// The best seats for a wish, or `None` where there are not enough. The module says what "best" means.
    pub fn best_available(&self, wish: &Wish) -> Option<Pick> {
        let quantity = usize::from(wish.quantity);
        if quantity == 0 || self.count < u32::from(wish.quantity) {
            return None;
        }
        let eligibility = Eligibility::of(wish, &self.plan);
        if let Some(seats) = adjacent::best(self, &eligibility, quantity) {
            return Some(Pick { seats, adjacent: true });
        }
        let mut seats = together::nearest_together(self, &eligibility, quantity)?;
        seats.sort_unstable_by_key(|seat| self.plan.bit_of(*seat));
        Some(Pick { seats, adjacent: false })
    }

    /// As they would be known if all that is taken had been taken at once.
    pub fn anew(&self) -> FreeSeats {
        let seats = (0..self.plan.seat_count()).map(SeatIndex);
        Self::of(self.plan.clone(), seats.filter(|seat| !self.is_free(*seat)))
    }

    /// Whether all that is known of them is the same: also what could be worked out again.
    pub fn is_same(&self, other: &FreeSeats) -> bool {
        (&self.bits, &self.blocks, self.count) == (&other.bits, &other.blocks, other.count)
    }

    /// Bytes that this show adds to its plan.
    pub fn bytes(&self) -> usize {
        size_of::<FreeSeats>() + self.bits.capacity() * size_of::<u64>() + self.blocks.bytes()
    }

    /// The plan whose seats these are.
    pub fn plan(&self) -> &SeatingPlan {
        &self.plan
    }

    pub(super) fn bits(&self) -> &[u64] {
        &self.bits
    }

    /// In the plan's order of blocks by nearness.
    pub(super) fn blocks(&self) -> &[FreeBlock] {
        self.blocks.as_slice()
    }

    fn clear(&mut self, seat: SeatIndex) {
        let (word, mask) = self.locate(seat);
        assert!(self.bits[word] & mask != 0, "seat {} is taken already", self.plan.label(seat));
        self.bits[word] &= !mask;
        self.count -= 1;
    }

    fn locate(&self, seat: SeatIndex) -> (usize, u64) {
        let bit = self.plan.bit_of(seat);
        ((bit / 64) as usize, 1 << (bit % 64))
    }
}
