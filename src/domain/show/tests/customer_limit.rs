//! How many tickets one customer may hold and own together.

use super::script::*;
use super::story::{Expected, given};
use crate::domain::command::{Action, HoldSeats};
use crate::domain::event::ShowEvent::{self, SalesOpened};
use crate::domain::event::{BookingConfirmed, SeatsHeld, ShowTerms};
use crate::domain::refusal::Refusal;

#[test]
fn held_and_sold_tickets_count_together() {
    ann_asks_for_one_more(&[held_by("ann", 1, &["A1", "A2"]), bought(1, &["A1", "A2"]), held_by("ann", 2, &["A3"])], 3);
}

#[test]
fn tickets_of_every_kind_count() {
    let held = SeatsHeld { customer_id: customer("ann"), ..a_hold(1, &["A1"], &[("Pit", 2)]) };
    ann_asks_for_one_more(&[ShowEvent::SeatsHeld(held)], 3);
}

#[test]
fn what_was_given_back_does_not_count() {
    let three = ["A1", "A2", "A3"];
    ann_asks_for_one_more(&[held_by("ann", 1, &three), released(1, &three, &[])], 0);
    ann_asks_for_one_more(&[held_by("ann", 1, &three), expired(1, &three, &[])], 0);
    let bought_and_cancelled =
        [held_by("ann", 1, &three), bought(1, &three), tickets_cancelled(1, &[0, 2], &["A1", "A3"], &[])];
    ann_asks_for_one_more(&bought_and_cancelled, 1);
}

#[test]
fn a_hold_that_has_expired_unseen_does_not_count() {
    let three = ["A1", "A2", "A3"];
    given([limited(), SalesOpened, held_by("ann", 1, &three)])
        .when(asks("ann", 1))
        .at(second(HOLD_SECONDS))
        .then_after(
            [expired(1, &three, &[])],
            ShowEvent::SeatsHeld(SeatsHeld { expires_at: second(2 * HOLD_SECONDS), ..anns_hold(1) }),
        );
}

#[test]
fn other_customers_and_nobody_are_not_counted_with_ann() {
    ann_asks_for_one_more(&[held_by("bob", 1, &["A1", "A2", "A3"]), held(2, &["A4", "A5", "A6"])], 0);
}

#[test]
fn without_a_name_the_limit_holds_for_each_hold_by_itself() {
    let anonymous = |places| hold_standing(9, &[("Pit", places)]);
    given([limited(), SalesOpened, held(1, &["A1", "A2", "A3"])])
        .when(anonymous(4))
        .at(second(0))
        .then(Refusal::CustomerLimit { max: 3, has: 0, asked: 4 })
        .when(anonymous(3))
        .at(second(0))
        .then(held_standing(9, &[("Pit", 3)]));
}

#[test]
fn a_limit_of_nothing_sells_nothing() {
    let terms = ShowTerms { max_per_customer: Some(0), ..terms() };
    given([scheduled_on(terms), SalesOpened]).when(asks("ann", 1)).at(second(0)).then(Refusal::CustomerLimit {
        max: 0,
        has: 0,
        asked: 1,
    });
}

#[test]
fn a_limit_above_fifty_needs_more_than_one_hold() {
    let terms = ShowTerms { max_per_customer: Some(60), ..terms() };
    let fifty = SeatsHeld { customer_id: customer("ann"), ..a_hold(1, &[], &[("Pit", 50)]) };
    given([scheduled_on(terms), SalesOpened, ShowEvent::SeatsHeld(fifty)])
        .when(asks("ann", 11))
        .at(second(0))
        .then(Refusal::CustomerLimit { max: 60, has: 50, asked: 11 })
        .when(asks("ann", 10))
        .at(second(0))
        .then(ShowEvent::SeatsHeld(anns_hold(10)));
}

/// With a limit of three: refused up to what is left, and granted exactly that.
fn ann_asks_for_one_more(history: &[ShowEvent], has: u32) {
    let left = 3 - has;
    let show = given([limited(), SalesOpened].into_iter().chain(history.iter().cloned()));
    let show =
        show.when(asks("ann", left + 1)).at(second(0)).then(Refusal::CustomerLimit { max: 3, has, asked: left + 1 });
    let granted: Expected = match left {
        0 => Refusal::CustomerLimit { max: 3, has, asked: 1 }.into(),
        left => ShowEvent::SeatsHeld(anns_hold(left)).into(),
    };
    show.when(asks("ann", left.max(1))).at(second(0)).then(granted);
}

fn limited() -> ShowEvent {
    scheduled_on(ShowTerms { max_per_customer: Some(3), ..terms() })
}

fn asks(name: &str, places: u32) -> Action {
    let general_admission = standing(&[("Terrace", places)]);
    Action::HoldSeats(HoldSeats { customer_id: customer(name), general_admission, ..request(9, &[]) })
}

fn anns_hold(places: u32) -> SeatsHeld {
    SeatsHeld { customer_id: customer("ann"), ..a_hold(9, &[], &[("Terrace", places)]) }
}

fn bought(hold: u128, labels: &[&str]) -> ShowEvent {
    ShowEvent::BookingConfirmed(BookingConfirmed { customer_id: customer("ann"), ..a_booking(hold, labels, &[]) })
}
