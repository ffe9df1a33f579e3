//! Seats as good as those that were lost: somebody has paid for them, their hold had expired, and others have them now.
//!
//! # What "as good" means
//!
//! Each seat has one that stands in for it, of the same category, so all of them cost what was paid. Seats that are still
//! free stand in for themselves. The rest is decided for one **company** after the other: seats of the hold that are
//! next to each other, consecutive in one block. A company that has lost some gets the first of these that there is:
//!
//! 1. all of it **side by side**: the seats that it keeps and the new ones are consecutive in one block;
//! 2. the **lost ones side by side**, wherever the others are;
//! 3. for each lost one, in their order, the **nearest** one.
//!
//! Of several, the one with the smallest sum of squared distances between the lost seats and those that stand in for
//! them; of equal sums, the one whose first label comes first.
//!
//! A company with an **accessible** seat stays together at any price: all of it moves, to seats side by side that are of
//! the same categories and accessible in the same order, or its mirror; else there is no answer. Such companies choose
//! first, then the larger ones. An accessible seat stands in for nothing else.
//!
//! Prices, customers and standing places are not known here.
mod company;
#[cfg(test)]
mod tests;
mod windows;

use ahash::{AHashMap, AHashSet};

use self::company::{Company, companies};
use self::windows::{StandIn, nearest_of_its_kind, nearest_window};
use super::best_available::FreeSeats;
use super::plan::SeatIndex;

/// What stands in for each of these seats, in their order; `None` where there is not enough.
pub fn equal_seats(free: &FreeSeats, held: &[SeatIndex]) -> Option<Vec<SeatIndex>> {
    let kept = held.iter().copied().filter(|seat| free.is_free(*seat)).collect();
    let mut search = Search { free, spoken_for: kept, stand_ins: AHashMap::new() };
    for company in companies(free.plan(), held) {
        search.seat(&company)?;
    }
    Some(held.iter().map(|seat| search.stand_ins.get(seat).copied().unwrap_or(*seat)).collect())
}

/// Whether these seats are all next to each other.
pub fn are_side_by_side(free: &FreeSeats, seats: &[SeatIndex]) -> bool {
    companies(free.plan(), seats).len() <= 1
}

struct Search<'f> {
    free: &'f FreeSeats,
    /// Free, and of this hold already.
    spoken_for: AHashSet<SeatIndex>,
    stand_ins: AHashMap<SeatIndex, SeatIndex>,
}

impl Search<'_> {
    fn seat(&mut self, company: &Company) -> Option<()> {
        let (kept, lost): (Vec<_>, Vec<_>) = company.seats.iter().partition(|seat| self.free.is_free(**seat));
        if lost.is_empty() {
            return Some(());
        }
        let found = if company.has_accessible {
            self.spoken_for.retain(|seat| !kept.contains(seat));
            self.whole_company(company)?
        } else {
            let plan = self.free.plan();
            let together = nearest_window(plan, &lost, &kept, |seat| self.is_open(seat));
            match together.or_else(|| nearest_window(plan, &lost, &[], |seat| self.is_open(seat))) {
                Some(found) => found,
                None => self.one_by_one(&lost)?,
            }
        };
        self.spoken_for.extend(found.iter().map(|stand_in| stand_in.seat));
        self.stand_ins.extend(found.into_iter().map(|stand_in| (stand_in.of, stand_in.seat)));
        Some(())
    }

    fn whole_company(&self, company: &Company) -> Option<Vec<StandIn>> {
        windows::nearest_likeness(self.free.plan(), &company.seats, |seat| self.is_open(seat))
    }

    fn one_by_one(&self, lost: &[SeatIndex]) -> Option<Vec<StandIn>> {
        let mut found: Vec<StandIn> = Vec::with_capacity(lost.len());
        for &of in lost {
            let is_open = |seat| self.is_open(seat) && found.iter().all(|before| before.seat != seat);
            let seat = nearest_of_its_kind(self.free.plan(), of, is_open)?;
            found.push(StandIn { of, seat });
        }
        Some(found)
    }

    fn is_open(&self, seat: SeatIndex) -> bool {
        self.free.is_free(seat) && !self.spoken_for.contains(&seat)
    }
}
