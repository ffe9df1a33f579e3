//! Thousands of random commands at random times, decided by a show and by a naive model of one that was written
//! independently: after every step both must say the same and be the same.
//!
//! A run that fails names its seed: `UNDERSTUDY_SEED=7 cargo test --lib a_show_does_what_the_naive_show_does` runs that
//! one alone, and `UNDERSTUDY_SEEDS=10000` runs that many.

pub(in crate::domain) mod chance;
mod comparison;
mod decisions;
mod equal;
mod holding;
mod naive;
mod picks;
mod random_commands;
mod run;

use self::run::{Fault, Totals, run};

const STEPS: u32 = 1_000;

#[test]
fn a_show_does_what_the_naive_show_does() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let seeds = match number("UNDERSTUDY_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..1 + number("UNDERSTUDY_SEEDS").unwrap_or(300),
    };
    let alone = seeds.clone().count() == 1;
    let mut totals = Totals::default();
    for seed in seeds {
        match run(seed, STEPS, Fault::None) {
            Ok(of_this_run) => totals.add(&of_this_run),
            Err(what) => panic!("seed {seed}, {what}"),
        }
    }
    println!("{totals:?}");
    assert!(alone || totals.cover_everything(), "the random commands have grown tame: {totals:?}");
}

/// The checker itself is checked: each of these faults must be seen within a few runs.
#[test]
fn a_planted_fault_is_seen() {
    let faults = [
        Fault::SeatOfAnExpiredHoldStaysTaken,
        Fault::HeldSeatIsHeldAgain,
        Fault::ExpiryIsNotRecorded,
        Fault::HoldEndsTwice,
        Fault::ConflictIsNotNamed,
        Fault::BestAvailableLeavesASeatBetween,
        Fault::SnapshotLosesAHold,
        Fault::PlaceIsTakenUnseen,
    ];
    for fault in faults {
        let seen = (1..=20).find_map(|seed| run(seed, STEPS, fault).err().map(|what| (seed, what)));
        let (seed, what) = seen.unwrap_or_else(|| panic!("{fault:?} went unseen"));
        println!("{fault:?}: seed {seed}, {}", what.lines().next().unwrap_or_default());
    }
}
