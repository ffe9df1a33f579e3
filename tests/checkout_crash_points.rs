//! The runner of checkouts falls before and after every write and every call, each once, in every story; and so does the
//! show's actor where a checkout waits for it. The end is the same as without, and every effect at the provider has
//! happened exactly once.
//!
//! The same is played in small, over the state machine alone, beside the domain. Here everything is real but the disk
//! and the money.

use std::collections::BTreeSet;

use understudy::domain::checkout::{Action, Stage};

use super::checkout_crash_deeds::{Deed::*, Story};
use super::checkout_crash_stage::{Run, Theatre, on_stage};
use super::checkout_crash_stories::*;
use super::checkout_crash_traps::{Death, Place, Point, Side};

const ACTIONS: [&str; 10] = [
    "open",
    "await payment",
    "confirm",
    "retake",
    "retake equal",
    "capture",
    "undo booking",
    "void",
    "refund",
    "await refund",
];

/// Its place in [`ACTIONS`].
fn number_of(action: &Action) -> usize {
    match action {
        Action::Open { .. } => 0,
        Action::AwaitPayment { .. } => 1,
        Action::Confirm { .. } => 2,
        Action::Retake { equal_seats: false, .. } => 3,
        Action::Retake { equal_seats: true, .. } => 4,
        Action::Capture { .. } => 5,
        Action::UndoBooking { .. } => 6,
        Action::Void { .. } => 7,
        Action::Refund { .. } => 8,
        Action::AwaitRefund { .. } => 9,
    }
}

fn assert_ends_well(story: &Story, run: &Run<'_>) {
    let end = run.end();
    let stages: Vec<Stage> = end.checkouts.iter().map(|checkout| checkout.stage).collect();
    assert_eq!(stages, story.ends, "{end:?}");
    let kept: Vec<u64> = (0..stages.len()).map(|at| run.kept(at)).collect();
    assert_eq!(kept, story.kept, "{end:?}");
    assert!(end.effects.values().all(|times| *times == 1), "{end:?}");
}

/// Every point that the undisturbed run has come to, with every death that there can be.
fn points(theatre: &Theatre) -> Vec<Point> {
    let mut points = Vec::new();
    for place in [Place::CheckoutAppend, Place::GatewayCall, Place::ShowAppend] {
        let deaths: &[Death] = match place {
            Place::CheckoutAppend | Place::GatewayCall => &[Death::Panic, Death::Runner, Death::Ghost],
            Place::ShowAppend => &[Death::Panic],
        };
        for nth in 1..=theatre.traps.count(place) {
            for side in [Side::Before, Side::After] {
                points.extend(deaths.iter().map(|&death| Point { place, nth, side, death }));
            }
        }
    }
    points
}

/// The same end, wherever somebody falls.
fn survives(story: &Story) {
    on_stage(async |theatre| {
        let calm = theatre.play(story, None).await;
        assert_ends_well(story, &calm);
        let (calm, points) = (calm.end(), points(theatre));
        assert!(points.len() > 20, "a story has more to fall over than {points:?}");
        for point in points {
            let run = theatre.play(story, Some(point)).await;
            // A look more or less is a matter of chance; nothing else is.
            let is_missing = point.place == Place::GatewayCall && theatre.traps.count(point.place) < point.nth;
            assert!(theatre.traps.have_struck() || is_missing, "nobody came to {point:?}");
            assert_eq!(run.end(), calm, "after {point:?}");
        }
    });
}

#[test]
fn the_stories_come_through_every_stage_and_need_every_kind_of_action() {
    on_stage(async |theatre| {
        let (mut stages, mut actions) = (BTreeSet::new(), BTreeSet::new());
        for story in ALL {
            let run = theatre.play(story, None).await;
            assert_ends_well(story, &run);
            for state in (0..story.ends.len()).flat_map(|at| run.states(at)) {
                stages.insert(state.stage());
                actions.extend(state.next().map(|action| number_of(&action)));
            }
        }
        assert_eq!(stages, Stage::ALL.into());
        let missing: Vec<_> = (0..ACTIONS.len()).filter(|at| !actions.contains(at)).map(|at| ACTIONS[at]).collect();
        assert!(missing.is_empty(), "no story needs {missing:?}");
    });
}

#[test]
fn a_beginning_that_could_not_be_written_is_asked_for_again() {
    let story = Story { deeds: &[NextWriteFails, IsOpened(0), Pays(0), Until(0, Stage::Completed)], ..PAID };
    on_stage(async |theatre| {
        let run = theatre.play(&story, None).await;
        assert_ends_well(&story, &run);
    });
}

#[test]
fn paid() {
    survives(&PAID);
}

#[test]
fn declined_at_first() {
    survives(&DECLINED_AT_FIRST);
}

#[test]
fn two_payments_for_one_hold() {
    survives(&TWO_PAYMENTS_FOR_ONE_HOLD);
}

#[test]
fn sold_at_the_counter() {
    survives(&SOLD_AT_THE_COUNTER);
}

#[test]
fn given_back() {
    survives(&GIVEN_BACK);
}

#[test]
fn extended() {
    survives(&EXTENDED);
}

#[test]
fn abandoned() {
    survives(&ABANDONED);
}

#[test]
fn late() {
    survives(&LATE);
}

#[test]
fn late_and_a_seat_is_gone() {
    survives(&LATE_AND_A_SEAT_IS_GONE);
}

#[test]
fn late_and_all_is_gone() {
    survives(&LATE_AND_ALL_IS_GONE);
}

#[test]
fn captured_by_the_provider() {
    survives(&CAPTURED_BY_THE_PROVIDER);
}

#[test]
fn captured_and_all_is_gone() {
    survives(&CAPTURED_AND_ALL_IS_GONE);
}

#[test]
fn capture_refused() {
    survives(&CAPTURE_REFUSED);
}

#[test]
fn capture_needs_an_operator() {
    survives(&CAPTURE_NEEDS_AN_OPERATOR);
}

#[test]
fn cancelled_in_parts() {
    survives(&CANCELLED_IN_PARTS);
}

#[test]
fn show_cancelled() {
    survives(&SHOW_CANCELLED);
}

#[test]
fn show_cancelled_before_the_buyer_pays() {
    survives(&SHOW_CANCELLED_BEFORE_THE_BUYER_PAYS);
}

#[test]
fn captured_after_the_show_was_cancelled() {
    survives(&CAPTURED_AFTER_THE_SHOW_WAS_CANCELLED);
}

#[test]
fn refund_fails() {
    survives(&REFUND_FAILS);
}

#[test]
fn refund_needs_an_operator() {
    survives(&REFUND_NEEDS_AN_OPERATOR);
}

#[test]
fn everything_times_out() {
    survives(&EVERYTHING_TIMES_OUT);
}
