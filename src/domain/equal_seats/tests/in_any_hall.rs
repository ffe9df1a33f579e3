//! In any hall, whatever was sold: as many seats, each of the category of the one that it stands in for and so of its
//! price, free, given once; what was free is kept; nobody is given an accessible seat who had none, or parted from it.
//! A seed that fails is printed.
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::best_available::FreeSeats;
use crate::domain::best_available::random_hall::{Random, random_hall};
use crate::domain::equal_seats::company::companies;
use crate::domain::equal_seats::equal_seats;
use crate::domain::plan::{SeatIndex, SeatingPlan};

#[test]
fn stand_ins_are_as_many_of_the_same_categories_and_free() {
    let answers: usize = (0..2_000).map(check).sum();
    assert!(answers > 1_000, "only {answers} had an answer: the halls are too full");
}

fn check(seed: u64) -> usize {
    let mut random = Random::of_seed(seed);
    let plan = Arc::new(SeatingPlan::new(random_hall(&mut random, 120).definition));
    let held = random_hold(&mut random, &plan);
    let mut free = FreeSeats::all_free(plan.clone());
    let sold_percent = [5, 30, 60][random.below(3) as usize];
    for seat in (0..plan.seat_count()).map(SeatIndex) {
        if random.chance(sold_percent) {
            free.take(seat);
        }
    }
    let Some(found) = equal_seats(&free, &held) else {
        assert_no_answer_is_right(&free, &held, seed);
        return 0;
    };
    assert_eq!(found.len(), held.len(), "seed {seed}");
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), held.len(), "seed {seed}: {found:?}");
    for (&seat, &of) in found.iter().zip(&held) {
        assert!(free.is_free(seat), "seed {seed}: {found:?}");
        assert_eq!(plan.category_of(seat), plan.category_of(of), "seed {seed}: {found:?}");
        assert_eq!(plan.is_accessible(seat), plan.is_accessible(of), "seed {seed}: {found:?}");
    }
    let stand_in = |of: &SeatIndex| held.iter().zip(&found).find(|(held, _)| *held == of).map(|(_, found)| *found);
    for company in companies(&plan, &held) {
        let stand_ins: Vec<SeatIndex> = company.seats.iter().filter_map(stand_in).collect();
        let is_whole = company.seats.iter().all(|seat| free.is_free(*seat));
        for (&of, &seat) in company.seats.iter().zip(&stand_ins) {
            let may_move = is_whole || company.has_accessible;
            assert!(of == seat || !free.is_free(of) || (may_move && !is_whole), "seed {seed}: {found:?}");
        }
        if company.has_accessible {
            assert_eq!(companies(&plan, &stand_ins).len(), 1, "seed {seed}: {found:?}");
        }
    }
    1
}

/// Without accessible seats there is an answer wherever enough of each category are free.
fn assert_no_answer_is_right(free: &FreeSeats, held: &[SeatIndex], seed: u64) {
    let plan = free.plan();
    if held.iter().any(|seat| plan.is_accessible(*seat)) {
        return;
    }
    let is_short = held.iter().any(|of| {
        let of_category = |seat: &SeatIndex| plan.category_of(*seat) == plan.category_of(*of);
        let all = (0..plan.seat_count()).map(SeatIndex).filter(of_category);
        let open = all.filter(|seat| free.is_free(*seat) && !plan.is_accessible(*seat)).count();
        open < held.iter().filter(|seat| of_category(seat)).count()
    });
    assert!(is_short, "seed {seed}: there would be seats for {held:?}");
}

/// Up to three groups of neighbours, as the definition lists them.
fn random_hold(random: &mut Random, plan: &SeatingPlan) -> Vec<SeatIndex> {
    let mut held = BTreeSet::new();
    for _ in 0..1 + random.below(3) {
        let first = random.below(u64::from(plan.seat_count())) as u32;
        let last = (first + 1 + random.below(4) as u32).min(plan.seat_count());
        held.extend((first..last).map(SeatIndex));
    }
    held.into_iter().collect()
}
