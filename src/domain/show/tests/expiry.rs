//! A hold past its `expires_at` is free to every decision, whether or not the clock has ticked.

use super::script::*;
use super::story::given;
use crate::domain::command::{Action, HoldSeats};
use crate::domain::event::SeatsHeld;
use crate::domain::event::ShowEvent::{self, SalesOpened};
use crate::domain::refusal::{Refusal, SeatConflict};

const END: u32 = HOLD_SECONDS;

#[test]
fn a_hold_is_kept_until_the_last_instant() {
    given(one_hold())
        .when(hold(2, &["A1"]))
        .at(just_before(second(END)))
        .then(Refusal::SeatsUnavailable(vec![("A1".into(), SeatConflict::Held)]));
}

#[test]
fn a_seat_is_free_to_the_next_hold_exactly_when_its_time_is_over() {
    given(one_hold())
        .when(hold(2, &["A1"]))
        .at(second(END))
        .then_after([expired(1, &["A1"], &[])], held_at(second(END), 2, &["A1"]));
}

#[test]
fn what_was_due_is_recorded_even_where_the_command_itself_is_refused() {
    given(one_hold())
        .when(hold(2, &["Z1"]))
        .at(second(END))
        .then_after([expired(1, &["A1"], &[])], Refusal::UnknownSeats(labels(&["Z1"])))
        .when(hold(2, &["Z1"]))
        .at(second(END))
        .then(Refusal::UnknownSeats(labels(&["Z1"])));
}

#[test]
fn a_tick_records_what_is_due_and_nothing_twice() {
    given(one_hold())
        .when(Action::Tick)
        .at(second(END))
        .then_after([expired(1, &["A1"], &[])], [])
        .when(Action::Tick)
        .at(second(END))
        .then([]);
}

#[test]
fn best_available_standing_places_and_blocks_see_an_expired_hold_as_free() {
    let everything = ShowEvent::SeatsHeld(a_hold(1, &["A3", "A4"], &[("Terrace", 10)]));
    let gone = || [expired(1, &["A3", "A4"], &[("Terrace", 10)])];
    let history = || given([scheduled(), SalesOpened, everything.clone()]);
    let at = second(END);
    history().when(hold_best(2, 2)).at(at).then_after(gone(), held_at(at, 2, &["A3", "A4"]));
    history().when(block(&["A3"])).at(at).then_after(gone(), blocked(&["A3"]));
    let standing = SeatsHeld { expires_at: second(2 * END), ..a_hold(2, &[], &[("Terrace", 10)]) };
    history().when(hold_standing(2, &[("Terrace", 10)])).at(at).then_after(gone(), ShowEvent::SeatsHeld(standing));
}

#[test]
fn holds_expire_in_the_order_of_their_times_and_then_of_their_ids() {
    let history = [
        scheduled(),
        SalesOpened,
        held_at(second(20), 1, &["A1"]),
        held_at(second(10), 4, &["A2"]),
        held_at(second(10), 3, &["A3"]),
        held_at(second(30), 2, &["A4"]),
    ];
    let expected = [expired(3, &["A3"], &[]), expired(4, &["A2"], &[]), expired(1, &["A1"], &[])];
    given(history).when(Action::Tick).at(second(END + 20)).then_after(expected, []);
}

#[test]
fn a_hold_expires_after_the_sale_was_paused_or_closed() {
    for over in [ShowEvent::SalesPaused, ShowEvent::SalesClosed] {
        given(one_hold().into_iter().chain([over]))
            .when(Action::Tick)
            .at(second(END))
            .then_after([expired(1, &["A1"], &[])], []);
    }
}

#[test]
fn a_booking_does_not_expire() {
    given(one_hold().into_iter().chain([confirmed(1, &["A1"], &[])])).when(Action::Tick).at(second(END)).then([]);
}

#[test]
fn a_hold_made_again_after_one_expired_has_a_time_of_its_own() {
    let again = HoldSeats { customer_id: customer("ann"), ..request(2, &["A1"]) };
    let held = SeatsHeld { customer_id: customer("ann"), expires_at: second(2 * END), ..a_hold(2, &["A1"], &[]) };
    given(one_hold())
        .when(Action::HoldSeats(again))
        .at(second(END))
        .then_after([expired(1, &["A1"], &[])], ShowEvent::SeatsHeld(held))
        .when(Action::Tick)
        .at(second(2 * END))
        .then_after([expired(2, &["A1"], &[])], []);
}

#[test]
fn many_holds_that_came_and_went_do_not_hide_the_one_that_is_due() {
    let mut history = vec![scheduled(), SalesOpened, held(1, &["A1"])];
    for number in 2..500 {
        history.extend([held_at(second(1), number, &["A2"]), released(number, &["A2"], &[])]);
    }
    let show = given(history);
    assert_eq!(show.show.next_due(), Some(second(END)));
    show.when(Action::Tick).at(second(2 * END)).then_after([expired(1, &["A1"], &[])], []);
}

fn one_hold() -> [ShowEvent; 3] {
    [scheduled(), SalesOpened, held(1, &["A1"])]
}
