//! How near the free seats of each block are at least: what lets a search pass by what is sold.
//!
//! A bound is never above the truth. Where a block's seats are ever farther away from its nearest on, it is the truth;
//! elsewhere it is that of the nearest seat, free or not, until the block is sold out. Who may have a seat is not known.
use crate::domain::plan::{SeatIndex, SeatingPlan};

/// No free seat.
const NOTHING: u32 = u32::MAX;

/// By rank in the plan's blocks by nearness: half steps to the front centre.
#[derive(Debug, Clone)]
pub(super) struct NearestFree(Vec<u32>);

impl NearestFree {
    pub fn all_free(plan: &SeatingPlan) -> NearestFree {
        NearestFree(plan.blocks_by_nearness().iter().map(|(nearest, _)| *nearest).collect())
    }

    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// `free` are the plan's bits, the seat's own cleared already.
    pub fn take(&mut self, plan: &SeatingPlan, seat: SeatIndex, free: &[u64]) {
        let rank = plan.nearness_rank(seat);
        let (_, at) = plan.blocks_by_nearness()[rank];
        let block = &plan.blocks()[at as usize];
        let Some(valley) = plan.valley(at) else {
            if free[block.words()].iter().all(|word| *word == 0) {
                self.0[rank] = NOTHING;
            }
            return;
        };
        if plan.front_distance(seat) == self.0[rank] {
            let beside = [last_up_to(&free[block.words()], valley), first_from(&free[block.words()], valley)];
            let distances = beside.into_iter().flatten().map(|place| plan.front_distance(plan.seats_in(block)[place]));
            self.0[rank] = distances.min().unwrap_or(NOTHING);
        }
    }

    pub fn release(&mut self, plan: &SeatingPlan, seat: SeatIndex) {
        let rank = plan.nearness_rank(seat);
        let (nearest, block) = plan.blocks_by_nearness()[rank];
        let distance = if plan.valley(block).is_some() { plan.front_distance(seat) } else { nearest };
        self.0[rank] = self.0[rank].min(distance);
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u32>()
    }
}

/// The first set bit from `from` on.
fn first_from(words: &[u64], from: usize) -> Option<usize> {
    let mut mask = u64::MAX << (from % 64);
    for (at, word) in words.iter().enumerate().skip(from / 64) {
        if word & mask != 0 {
            return Some(at * 64 + (word & mask).trailing_zeros() as usize);
        }
        mask = u64::MAX;
    }
    None
}

/// The last set bit up to `to`, itself included.
fn last_up_to(words: &[u64], to: usize) -> Option<usize> {
    let mut mask = u64::MAX >> (63 - to % 64);
    for (at, word) in words[..=to / 64].iter().enumerate().rev() {
        if word & mask != 0 {
            return Some(at * 64 + 63 - (word & mask).leading_zeros() as usize);
        }
        mask = u64::MAX;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::best_available::FreeSeats;
    use crate::domain::best_available::random_hall::{Random, random_hall};

    #[test]
    fn a_bound_is_never_above_the_nearest_free_seat_of_its_block_and_is_it_where_the_block_has_a_valley() {
        for seed in 0..60 {
            let mut random = Random::of_seed(seed);
            let plan = Arc::new(SeatingPlan::new(random_hall(&mut random, 400).definition));
            let mut free = FreeSeats::all_free(Arc::clone(&plan));
            for _ in 0..2_000 {
                let seat = SeatIndex(random.below(u64::from(plan.seat_count())) as u32);
                if free.is_free(seat) {
                    free.take(seat)
                } else {
                    free.release(seat)
                }
                check_block_of(seat, &plan, &free, seed);
            }
        }
    }

    fn check_block_of(seat: SeatIndex, plan: &SeatingPlan, free: &FreeSeats, seed: u64) {
        let rank = plan.nearness_rank(seat);
        let (_, block) = plan.blocks_by_nearness()[rank];
        let seats = plan.seats_in(&plan.blocks()[block as usize]);
        assert!(seats.contains(&seat), "seed {seed}: seat {seat:?} is not in the block of its rank");
        let free_seats = seats.iter().filter(|seat| free.is_free(**seat));
        let nearest = free_seats.map(|seat| plan.front_distance(*seat)).min().unwrap_or(NOTHING);
        let bound = free.nearest_free()[rank];
        assert!(bound <= nearest, "seed {seed}, block {block}: {bound} is above {nearest}");
        if plan.valley(block).is_some() || nearest == NOTHING {
            assert_eq!(bound, nearest, "seed {seed}, block {block}");
        }
    }
}
