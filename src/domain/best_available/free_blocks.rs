//! What is known of the free seats of each block before they are looked at: how near they are, and how many are adjacent.
//! It lets a search pass by what is sold, and by rows of which only seats are left that would leave somebody alone.
//!
//! Kept as seats are taken and released; whose they are and who may have them is not known.
use super::longest_run::LongestRun;
use crate::domain::plan::{Block, SeatIndex, SeatingPlan};

/// One block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FreeBlock {
    /// No free seat is nearer to the front centre, in half steps. Where the block's seats are ever farther away from its
    /// nearest on, it is the nearest free one; elsewhere the nearest seat, free or not.
    pub nearest: u32,
    pub run: LongestRun,
}

/// All blocks, in the plan's order by nearness.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct FreeBlocks(Vec<FreeBlock>);

impl FreeBlocks {
    /// `free` are the plan's bits. Each block is looked at once, however many seats were taken.
    pub fn of(plan: &SeatingPlan, free: &[u64]) -> FreeBlocks {
        let free_block = |&(nearest, at): &(u32, u32)| {
            let block = &plan.blocks()[at as usize];
            let words = &free[block.words()];
            let nearest = plan.valley(at).map_or(nearest, |valley| nearest_free(plan, block, valley, words));
            FreeBlock { nearest, run: LongestRun::of(words) }
        };
        FreeBlocks(plan.blocks_by_nearness().iter().map(free_block).collect())
    }

    pub fn as_slice(&self) -> &[FreeBlock] {
        &self.0
    }

    /// `free` are the plan's bits, the seat's own cleared already.
    pub fn take(&mut self, plan: &SeatingPlan, seat: SeatIndex, free: &[u64]) {
        let Seen { rank, block, valley, words, bit } = see(plan, seat, free);
        let known = &mut self.0[rank];
        known.run.change_around(bit, words);
        if let Some(valley) = valley
            && plan.front_distance(seat) == known.nearest
        {
            known.nearest = nearest_free(plan, block, valley, words);
        }
    }

    /// `free` are the plan's bits, the seat's own set already.
    pub fn release(&mut self, plan: &SeatingPlan, seat: SeatIndex, free: &[u64]) {
        let Seen { rank, words, bit, .. } = see(plan, seat, free);
        let known = &mut self.0[rank];
        known.run.change_around(bit, words);
        known.nearest = known.nearest.min(plan.front_distance(seat));
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<FreeBlock>()
    }
}

/// The block of a seat.
struct Seen<'a> {
    rank: usize,
    block: &'a Block,
    valley: Option<usize>,
    /// The block's bits.
    words: &'a [u64],
    /// Which of them is the seat's.
    bit: usize,
}

fn see<'a>(plan: &'a SeatingPlan, seat: SeatIndex, free: &'a [u64]) -> Seen<'a> {
    let rank = plan.nearness_rank(seat);
    let (_, at) = plan.blocks_by_nearness()[rank];
    let block = &plan.blocks()[at as usize];
    let bit = plan.bit_of(seat) as usize - block.words().start * 64;
    Seen { rank, block, valley: plan.valley(at), words: &free[block.words()], bit }
}

/// Of a block with a valley, by its bits.
fn nearest_free(plan: &SeatingPlan, block: &Block, valley: usize, words: &[u64]) -> u32 {
    let beside = [last_up_to(words, valley), first_from(words, valley)];
    let distances = beside.into_iter().flatten().map(|place| plan.front_distance(plan.seats_in(block)[place]));
    distances.min().unwrap_or(u32::MAX)
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
    fn what_is_known_of_a_block_is_what_its_seats_say() {
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
            assert!(free.anew().is_same(&free), "seed {seed}: known at once, and seat by seat");
        }
    }

    fn check_block_of(seat: SeatIndex, plan: &SeatingPlan, free: &FreeSeats, seed: u64) {
        let rank = plan.nearness_rank(seat);
        let (_, block) = plan.blocks_by_nearness()[rank];
        let seats = plan.seats_in(&plan.blocks()[block as usize]);
        assert!(seats.contains(&seat), "seed {seed}: seat {seat:?} is not in the block of its rank");
        let known = free.blocks()[rank];
        let free_seats = seats.iter().filter(|seat| free.is_free(**seat));
        let nearest = free_seats.map(|seat| plan.front_distance(*seat)).min().unwrap_or(u32::MAX);
        assert!(known.nearest <= nearest, "seed {seed}, block {block}: {} is above {nearest}", known.nearest);
        if plan.valley(block).is_some() {
            assert_eq!(known.nearest, nearest, "seed {seed}, block {block}");
        }
        let is_free: Vec<bool> = seats.iter().map(|seat| free.is_free(*seat)).collect();
        for quantity in 1..=seats.len() + 1 {
            let windows: Vec<usize> = (0..(seats.len() + 1).saturating_sub(quantity))
                .filter(|start| is_free[*start..start + quantity].iter().all(|free| *free))
                .collect();
            let leaves_alone = |start: &usize| {
                let free_at = |at: Option<usize>| at.and_then(|at| is_free.get(at)).is_some_and(|free| *free);
                let end = start + quantity;
                (free_at(start.checked_sub(1)) && !free_at(start.checked_sub(2)))
                    || (free_at(Some(end)) && !free_at(Some(end + 1)))
            };
            let about = format!("seed {seed}, block {block}, {quantity} of {is_free:?}");
            assert_eq!(known.run.seats(quantity), !windows.is_empty(), "{about}");
            let nobody_alone = windows.iter().any(|start| !leaves_alone(start));
            assert_eq!(known.run.seats_with_nobody_alone(quantity), nobody_alone, "{about}");
        }
    }
}
