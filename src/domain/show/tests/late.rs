//! Who comes late to a hold hears how it ended.

use super::script::*;
use super::story::given;
use crate::domain::event::ShowEvent::{self, SalesOpened};
use crate::domain::refusal::Refusal;

type Why = fn(crate::domain::HoldId) -> Refusal;

#[test]
fn every_late_command_hears_how_the_hold_ended() {
    let endings: [(ShowEvent, Why); 3] = [
        (released(1, &["A1"], &[]), Refusal::HoldReleased),
        (expired(1, &["A1"], &[]), Refusal::HoldExpired),
        (confirmed(1, &["A1"], &[]), Refusal::HoldConfirmed),
    ];
    for (ending, why) in endings {
        for late in [extend(1, 60), release(1), confirm_as(1, 2)] {
            given([scheduled(), SalesOpened, held(1, &["A1"]), ending.clone()])
                .when(late)
                .at(second(0))
                .then(why(hold_id(1)));
        }
    }
}

#[test]
fn a_hold_that_never_was_is_not_found() {
    for stray in [extend(1, 60), release(1), confirm(1)] {
        given([scheduled(), SalesOpened]).when(stray).at(second(0)).then(Refusal::HoldNotFound(hold_id(1)));
    }
}

#[test]
fn a_booking_s_number_is_no_hold_s_and_the_other_way_round() {
    let booking_as_hold = crate::domain::HoldId(booking_id(1).0);
    let hold_as_booking = crate::domain::BookingId(hold_id(1).0);
    let history = [
        scheduled(),
        SalesOpened,
        held(1, &["A1"]),
        confirmed(1, &["A1"], &[]),
        tickets_cancelled(1, &[0], &["A1"], &[]),
    ];
    given(history)
        .when(crate::domain::Action::ReleaseHold { hold_id: booking_as_hold })
        .at(second(0))
        .then(Refusal::HoldNotFound(booking_as_hold))
        .when(crate::domain::Action::CancelTickets { booking_id: hold_as_booking, tickets: None })
        .at(second(0))
        .then(Refusal::BookingNotFound(hold_as_booking));
}

#[test]
fn the_last_thousand_endings_are_kept_in_mind_and_older_ones_are_not_found() {
    let mut history = vec![scheduled(), SalesOpened];
    for number in 1..=1_025 {
        history.extend([held(number, &["A1"]), released(number, &["A1"], &[])]);
    }
    given(history)
        .when(release(1))
        .at(second(0))
        .then(Refusal::HoldNotFound(hold_id(1)))
        .when(release(2))
        .at(second(0))
        .then(Refusal::HoldReleased(hold_id(2)));
}
