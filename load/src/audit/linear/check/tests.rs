//! The checker against a search through every order, and the shapes of history that matter, by name.

use super::*;
use crate::audit::linear::Action;

fn operation(action: Action, started: i64, ended: Option<i64>) -> Operation {
    Operation { action, started, ended, source: 0 }
}

/// Tries every order of every subset that has all the ended operations: slow, and plainly right.
fn brute_force(operations: &[Operation]) -> bool {
    fn search(operations: &[Operation], done: &mut Vec<usize>, seat: Seat) -> bool {
        let missing = |index: usize| !done.contains(&index);
        if (0..operations.len()).all(|index| operations[index].ended.is_none() || !missing(index)) {
            return true;
        }
        for index in 0..operations.len() {
            if done.contains(&index) {
                continue;
            }
            // Nothing that ended before this one began may come after it.
            let overtaken = (0..operations.len()).any(|other| {
                !done.contains(&other) && operations[other].ended.is_some_and(|end| end < operations[index].started)
            });
            if overtaken {
                continue;
            }
            if let Some(after) = seat.after(operations[index].action) {
                done.push(index);
                if search(operations, done, after) {
                    return true;
                }
                done.pop();
            }
        }
        false
    }
    search(operations, &mut Vec::new(), Seat::Free)
}

fn random_history(random: &mut fastrand::Rng) -> Vec<Operation> {
    let count = random.usize(1..8);
    (0..count)
        .map(|_| {
            let hold = random.u32(0..3);
            let action = match random.u32(0..8) {
                0 | 1 => Action::Take(hold),
                2 => Action::GiveBack(hold),
                3 => Action::Confirm(hold),
                4 => Action::Cancel(hold),
                5 => Action::SeeTaken,
                6 => Action::SeeFree,
                _ => Action::SeeNotHeld(hold),
            };
            let started = random.i64(0..12);
            let ended = (random.u32(..5) > 0).then(|| started + random.i64(0..6));
            operation(action, started, ended)
        })
        .collect()
}

#[test]
fn the_checker_agrees_with_a_search_through_every_order() {
    let (mut explained, mut unexplained) = (0, 0);
    for seed in 0..40_000 {
        let history = random_history(&mut fastrand::Rng::with_seed(seed));
        let expected = brute_force(&history);
        assert_eq!(check(&history).ok(), expected.then_some(true), "seed {seed}: {history:?}");
        if expected { explained += 1 } else { unexplained += 1 }
    }
    assert!(explained > 4_000 && unexplained > 4_000, "{explained} to {unexplained}: the histories are too much alike");
}

#[test]
fn the_smallest_history_is_still_a_violation() {
    for seed in 0..5_000 {
        let history = random_history(&mut fastrand::Rng::with_seed(seed));
        if let Err(violation) = check(&history) {
            assert!(!brute_force(&violation.operations), "seed {seed}");
            assert!(violation.operations.len() <= history.len());
        }
    }
}

#[test]
fn a_seat_taken_by_two_at_once_is_found() {
    let history = [operation(Action::Take(1), 0, Some(10)), operation(Action::Take(2), 5, Some(15))];
    assert_eq!(check(&history).expect_err("a double sale").operations.len(), 2);
}

#[test]
fn a_refusal_is_explained_by_a_hold_whose_answer_was_lost() {
    let lost = operation(Action::Take(1), 0, None);
    let refused = operation(Action::SeeTaken, 20, Some(30));
    assert_eq!(check(&[lost, refused]), Ok(true));
    assert!(check(&[refused]).is_err());
}

#[test]
fn a_hold_that_expired_lets_the_next_one_in_but_not_before_its_time() {
    let first = operation(Action::Take(1), 0, Some(1));
    let expiry = operation(Action::GiveBack(1), 100, None);
    assert!(check(&[first, expiry, operation(Action::Take(2), 50, Some(60))]).is_err());
    assert_eq!(check(&[first, expiry, operation(Action::Take(2), 50, Some(110))]), Ok(true));
}

#[test]
fn a_thousand_refusals_while_a_seat_is_taken_cost_nothing() {
    let mut history = vec![operation(Action::Take(1), 0, Some(10))];
    history.extend((0..1_000).map(|at| operation(Action::SeeTaken, at, Some(2_000 + at))));
    assert_eq!(check(&history), Ok(true));
}
