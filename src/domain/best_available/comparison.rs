//! The quick search against the exhaustive one, in many small halls. A seed that fails is printed.
use std::collections::BTreeSet;
use std::sync::Arc;

use super::exhaustive::{Answer, Reference};
use super::random_hall::{Hall, Random, random_hall};
use super::{FreeSeats, Wish};
use crate::domain::plan::{CategoryIndex, Row, SeatingPlan, ZoneIndex};

#[test]
fn no_answer_differs_from_that_of_an_exhaustive_search() {
    let third_tier: usize = (0..1_500).map(|seed| compare(seed, 150, |_, _, _, _| {})).sum();
    // Larger ones too: in small halls all seats are within a few patches of each other.
    for seed in 20_000..20_040 {
        compare(seed, 900, |_, _, _, _| {});
    }
    assert!(third_tier > 1_500, "only {third_tier} answers were of the third tier: the halls are too easy");
}

#[test]
fn no_group_at_all_is_nearer_together_than_one_of_the_third_tier() {
    let against_every_group =
        |reference: &Reference<'_>, free: &BTreeSet<&str>, wish: &Wish, found: Option<&Answer>| {
            let Some(answer) = found.filter(|answer| !answer.adjacent) else {
                return;
            };
            let eligible: Vec<&str> = free.iter().copied().filter(|label| reference.admits(label, wish)).collect();
            let labels: Vec<&str> = answer.labels.iter().map(String::as_str).collect();
            let smallest = groups(&eligible, labels.len()).map(|group| reference.radius(&group)).min();
            assert_eq!(Some(reference.radius(&labels)), smallest, "{wish:?}, {labels:?}, free {free:?}");
        };
    for seed in 0..1_000 {
        compare(seed, 13, against_every_group);
    }
}

#[test]
fn seats_that_are_drawn_on_the_same_spots_make_no_difference() {
    for seed in 30_000..30_300 {
        let mut random = Random::of_seed(seed);
        let hall = on_few_spots(random_hall(&mut random, 200), &mut random);
        compare_in(&hall, random, seed, |_, _, _, _| {});
    }
}

/// Its seats without neighbours, on a few spots.
fn on_few_spots(mut hall: Hall, random: &mut Random) -> Hall {
    let spots: Vec<(f64, f64)> =
        (0..1 + random.below(6)).map(|_| (random.below(3) as f64, random.below(3) as f64)).collect();
    for zone in &mut hall.definition.zones {
        let rows = std::mem::take(&mut zone.rows);
        zone.rows = rows
            .into_iter()
            .flat_map(|row| row.seats)
            .map(|seat| Row { number: seat.label.clone(), label: None, seats: vec![seat] })
            .collect();
        for seat in zone.rows.iter_mut().flat_map(|row| &mut row.seats) {
            (seat.x, seat.y) = spots[random.below(spots.len() as u64) as usize];
        }
    }
    hall.blocks = hall.definition.seats().map(|seat| vec![seat.label.clone()]).collect();
    hall
}

/// Sells a random part of a hall, then compares answers to random wishes, selling some of them as it goes.
fn compare(seed: u64, seats_max: u64, each: impl Fn(&Reference<'_>, &BTreeSet<&str>, &Wish, Option<&Answer>)) -> usize {
    let mut random = Random::of_seed(seed);
    let hall = random_hall(&mut random, seats_max);
    compare_in(&hall, random, seed, each)
}

fn compare_in(
    hall: &Hall,
    mut random: Random,
    seed: u64,
    each: impl Fn(&Reference<'_>, &BTreeSet<&str>, &Wish, Option<&Answer>),
) -> usize {
    let plan = Arc::new(SeatingPlan::new(hall.definition.clone()));
    let reference = Reference::of(hall);
    let mut seats = FreeSeats::all_free(Arc::clone(&plan));
    let mut free: BTreeSet<&str> = hall.definition.seats().map(|seat| seat.label.as_str()).collect();
    let sold_percent = [0, 5, 30, 50, 80][random.below(5) as usize];
    for seat in hall.definition.seats().filter(|_| random.chance(sold_percent)) {
        seats.take(plan.seat_index(&seat.label).expect("a seat of this hall"));
        free.remove(seat.label.as_str());
    }
    let mut third_tier = 0;
    for _ in 0..12 {
        let wish = random_wish(&mut random, hall);
        let expected = reference.best(&free, &wish);
        let pick = seats.best_available(&wish);
        let found = pick.as_ref().map(|pick| Answer::of(pick, &plan));
        assert_eq!(found, expected, "seed {seed}, {wish:?}, free {free:?}");
        each(&reference, &free, &wish, found.as_ref());
        third_tier += usize::from(found.is_some_and(|answer| !answer.adjacent));
        for seat in pick.into_iter().flat_map(|pick| pick.seats).filter(|_| random.chance(70)) {
            seats.take(seat);
            free.remove(plan.label(seat));
        }
        assert_eq!(seats.free_count() as usize, free.len(), "seed {seed}");
    }
    third_tier
}

fn random_wish(random: &mut Random, hall: &Hall) -> Wish {
    let some =
        |random: &mut Random, count: usize| -> Vec<u16> { (0..count as u16).filter(|_| random.chance(60)).collect() };
    let categories = random.chance(40).then(|| some(random, hall.definition.categories.len()));
    let zones = random.chance(30).then(|| some(random, hall.definition.zones.len()));
    let quantity_max = [3, 6, 12][random.below(3) as usize];
    Wish {
        quantity: 1 + random.below(quantity_max) as u16,
        categories: categories.map(|list| list.into_iter().map(CategoryIndex).collect()),
        zones: zones.map(|list| list.into_iter().map(ZoneIndex).collect()),
        accessible: random.chance(15),
    }
}

/// All groups of `size` labels.
fn groups<'l>(labels: &[&'l str], size: usize) -> impl Iterator<Item = Vec<&'l str>> {
    let labels = labels.to_vec();
    let chosen = (0..1u32 << labels.len()).filter(move |set| set.count_ones() as usize == size);
    chosen.map(move |set| (0..labels.len()).filter(|at| set >> at & 1 == 1).map(|at| labels[at]).collect())
}
