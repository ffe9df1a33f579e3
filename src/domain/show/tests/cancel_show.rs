//! A show called off: every live hold ends, each by an event of its own, and bookings stay to be refunded.

use super::script::*;
use super::story::given;
use crate::domain::command::Action;
use crate::domain::event::ShowEvent::{SalesOpened, SeatsHeld as Held, ShowCancelled};
use crate::domain::refusal::Refusal;

#[test]
fn every_hold_ends_once_in_the_order_of_its_id_and_bookings_stay() {
    let history = [
        scheduled(),
        SalesOpened,
        held(3, &["A3"]),
        Held(a_hold(1, &["A1"], &[("Pit", 2)])),
        held(2, &["A2"]),
        confirmed(2, &["A2"], &[]),
    ];
    let show = given(history).when(Action::CancelShow).at(second(0)).then([
        released(1, &["A1"], &[("Pit", 2)]),
        released(3, &["A3"], &[]),
        ShowCancelled,
    ]);
    assert_eq!(show.show.holds().count(), 0);
    assert_eq!(show.show.bookings().count(), 1);
    show.when(Action::Tick).at(second(HOLD_SECONDS)).then([]);
}

#[test]
fn a_hold_that_had_expired_unseen_is_expired_and_not_released() {
    let history = [scheduled(), SalesOpened, held(1, &["A1"]), held_at(second(1), 2, &["A2"])];
    given(history)
        .when(Action::CancelShow)
        .at(second(HOLD_SECONDS))
        .then_after([expired(1, &["A1"], &[])], [released(2, &["A2"], &[]), ShowCancelled])
        .when(confirm(1))
        .at(second(HOLD_SECONDS))
        .then(Refusal::HoldExpired(hold_id(1)))
        .when(confirm(2))
        .at(second(HOLD_SECONDS))
        .then(Refusal::HoldReleased(hold_id(2)));
}

#[test]
fn a_show_is_cancelled_once() {
    given([scheduled(), ShowCancelled]).when(Action::CancelShow).at(second(0)).then(Refusal::ShowStatus {
        actual: crate::domain::refusal::SalesStatus::Cancelled,
        needed: "anything but cancelled",
    });
}
