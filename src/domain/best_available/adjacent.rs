//! Tiers 1 and 2: adjacent seats, and if possible nobody left alone beside them.
//!
//! Blocks are looked at from the nearest on, once for each tier. One that has no `n` adjacent free seats of the tier, or
//! whose nearest free seat, counted `n` times, cannot beat what was found is passed by, and the search stops where that
//! is so of the nearest seat, free or not. Within a block only runs of eligible seats are looked at, and of a run, where
//! the block's seats are ever farther away from its nearest on, only the windows that can still win.
use super::free_seats::FreeSeats;
use super::runs::runs;
use super::wish::Eligibility;
use crate::domain::plan::{Block, SeatIndex, SeatingPlan};

/// The best adjacent seats in physical order: of tier 1 if there are any, else of tier 2.
pub(super) fn best(free: &FreeSeats, eligibility: &Eligibility<'_>, quantity: usize) -> Option<Vec<SeatIndex>> {
    let plan = free.plan();
    let of_tier = |nobody_alone| {
        let mut search = Search { plan, quantity, nobody_alone, best: None };
        search.look_everywhere(free, eligibility);
        search.best.map(|window| search.seats(window).to_vec())
    };
    of_tier(true).or_else(|| of_tier(false))
}

/// `quantity` adjacent seats from a place on.
#[derive(Debug, Clone, Copy)]
struct Window {
    /// Sum of the distances to the front centre.
    distance: u64,
    place: usize,
}

struct Search<'p> {
    plan: &'p SeatingPlan,
    quantity: usize,
    /// Whether windows count only if they leave nobody alone.
    nobody_alone: bool,
    best: Option<Window>,
}

impl Search<'_> {
    fn look_everywhere(&mut self, free: &FreeSeats, eligibility: &Eligibility<'_>) {
        let mut eligible = Vec::new();
        for (&(nearest, at), known) in self.plan.blocks_by_nearness().iter().zip(free.blocks()) {
            if self.is_too_far(self.quantity as u64 * u64::from(nearest)) {
                break;
            }
            let quantity = self.quantity;
            let has_room =
                if self.nobody_alone { known.run.seats_with_nobody_alone(quantity) } else { known.run.seats(quantity) };
            if !has_room || self.is_too_far(quantity as u64 * u64::from(known.nearest)) {
                continue;
            }
            let block = &self.plan.blocks()[at as usize];
            if !eligibility.admits_some_of(block) {
                continue;
            }
            eligibility.keep(block, free.bits(), &mut eligible);
            let valley = self.plan.valley(at);
            for run in runs(&eligible).filter(|run| run.len() >= quantity) {
                self.look_at(block, valley, &free.bits()[block.words()], run);
            }
        }
    }

    /// The windows of one run of eligible seats. `free` are the block's bits, the ineligible ones included.
    fn look_at(&mut self, block: &Block, valley: Option<usize>, free: &[u64], run: std::ops::Range<usize>) {
        let last = run.end - self.quantity;
        let Some(nearest) = valley else {
            (run.start..=last).for_each(|start| self.consider(block, free, start));
            return;
        };
        let middle = nearest.clamp(run.start, last);
        for start in middle..=last {
            self.consider(block, free, start);
            if start >= nearest && self.is_too_far(self.window(block, start).distance) {
                break;
            }
        }
        for start in (run.start..middle).rev() {
            self.consider(block, free, start);
            if start + self.quantity <= nearest && self.is_too_far(self.window(block, start).distance) {
                break;
            }
        }
    }

    fn consider(&mut self, block: &Block, free: &[u64], start: usize) {
        let window = self.window(block, start);
        if self.beats_best(window) && !(self.nobody_alone && leaves_somebody_alone(free, start, self.quantity)) {
            self.best = Some(window);
        }
    }

    /// No window can win whose distance is that or more.
    fn is_too_far(&self, distance: u64) -> bool {
        self.best.is_some_and(|best| best.distance < distance)
    }

    fn window(&self, block: &Block, start: usize) -> Window {
        let place = block.places().start + start;
        let before = self.plan.front_before();
        Window { distance: before[place + self.quantity] - before[place], place }
    }

    fn beats_best(&self, window: Window) -> bool {
        let Some(best) = self.best else { return true };
        window.distance < best.distance || (window.distance == best.distance && self.labels_come_first(window, best))
    }

    /// Compares the sorted labels of two windows; the first label nearly always decides.
    fn labels_come_first(&self, window: Window, best: Window) -> bool {
        let first = |window: Window| self.ranks(window).min();
        if first(window) != first(best) {
            return first(window) < first(best);
        }
        let sorted = |window: Window| {
            let mut ranks: Vec<u32> = self.ranks(window).collect();
            ranks.sort_unstable();
            ranks
        };
        sorted(window) < sorted(best)
    }

    fn ranks(&self, window: Window) -> impl Iterator<Item = u32> + '_ {
        self.seats(window).iter().map(|seat| self.plan.label_rank(*seat))
    }

    fn seats(&self, window: Window) -> &[SeatIndex] {
        &self.plan.seats_by_place()[window.place..window.place + self.quantity]
    }
}

/// Whether a free seat beside the window has no free seat on its other side.
fn leaves_somebody_alone(free: &[u64], start: usize, quantity: usize) -> bool {
    let is_free = |at: usize| free.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
    let end = start + quantity;
    let left = start >= 1 && is_free(start - 1) && !(start >= 2 && is_free(start - 2));
    let right = is_free(end) && !is_free(end + 1);
    left || right
}
