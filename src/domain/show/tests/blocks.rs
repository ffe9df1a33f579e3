//! Seats taken out of the sale, and put back.

use super::hall::seats;
use super::script::*;
use super::story::given;
use crate::domain::event::ShowEvent::{SalesOpened, ShowCancelled};
use crate::domain::refusal::{Refusal, SeatConflict};
use crate::domain::show::SeatStatus;

#[test]
fn free_seats_are_blocked_whether_or_not_the_show_is_on_sale_or_the_seat_is_sold_in_it() {
    given([scheduled()]).when(block(&["A1", "X1"])).at(second(0)).then(blocked(&["A1", "X1"]));
    given([scheduled(), SalesOpened]).when(block(&["A1"])).at(second(0)).then(blocked(&["A1"]));
}

#[test]
fn seats_that_are_not_free_are_not_blocked_and_all_named() {
    let history =
        [scheduled(), SalesOpened, held(1, &["A1"]), held(2, &["A2"]), confirmed(2, &["A2"], &[]), blocked(&["A3"])];
    let conflicts = [("A1", SeatConflict::Held), ("A2", SeatConflict::Sold), ("A3", SeatConflict::Blocked)];
    given(history)
        .when(block(&["A1", "A2", "A4", "A3"]))
        .at(second(0))
        .then(Refusal::SeatsUnavailable(conflicts.map(|(label, conflict)| (label.into(), conflict)).into()));
}

#[test]
fn blocked_seats_are_put_back_and_can_be_held() {
    given([scheduled(), SalesOpened, blocked(&["A1", "A2"])])
        .when(unblock(&["A2"]))
        .at(second(0))
        .then(unblocked(&["A2"]))
        .when(hold(1, &["A2"]))
        .at(second(0))
        .then(held(1, &["A2"]));
}

#[test]
fn seats_that_are_not_blocked_are_not_put_back_and_all_named() {
    let show = given([scheduled(), SalesOpened, blocked(&["A1"]), held(1, &["A2"])])
        .when(unblock(&["A1", "A2", "A3"]))
        .at(second(0))
        .then(Refusal::NotBlocked(labels(&["A2", "A3"])));
    assert_eq!(show.show.seat_status(seats(&["A1"])[0]), SeatStatus::Blocked);
}

#[test]
fn best_available_passes_blocked_seats_over() {
    given([scheduled(), SalesOpened, blocked(&["A3"])])
        .when(hold_best(1, 3))
        .at(second(0))
        .then(held(1, &["A4", "A5", "A6"]));
}

#[test]
fn requests_that_are_wrong_in_themselves_are_refused() {
    for ask in [block, unblock] {
        given([scheduled()]).when(ask(&[])).at(second(0)).then(Refusal::NothingAskedFor);
        given([scheduled()]).when(ask(&["Z1", "A1", "A1"])).at(second(0)).then(Refusal::UnknownSeats(labels(&["Z1"])));
        given([scheduled()])
            .when(ask(&["A1", "A2", "A1", "A2", "A1"]))
            .at(second(0))
            .then(Refusal::NamedTwice(labels(&["A1", "A2"])));
    }
}

#[test]
fn seats_stay_blocked_when_the_show_is_cancelled() {
    let show = given([scheduled(), blocked(&["A1"]), ShowCancelled]);
    assert_eq!(show.show.seat_status(seats(&["A1"])[0]), SeatStatus::Blocked);
    show.when(unblock(&["A1"])).at(second(0)).then(unblocked(&["A1"]));
}
