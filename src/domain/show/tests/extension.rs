//! More time for a hold, capped at four times what a hold lasts, counted from when it was made.

use super::script::*;
use super::story::given;
use crate::domain::command::Action;
use crate::domain::event::ShowEvent::{self, SalesClosed, SalesOpened};
use crate::domain::event::ShowTerms;
use crate::domain::refusal::Refusal;

const END: u32 = HOLD_SECONDS;
const CAP: u32 = 4 * HOLD_SECONDS;

#[test]
fn an_extension_counts_from_the_hold_s_end_and_not_from_now() {
    given(one_hold()).when(extend(1, 60)).at(second(100)).then(extended(1, second(END + 60)));
}

#[test]
fn an_extended_hold_outlives_its_first_end_and_ends_at_its_new_one() {
    given(one_hold().into_iter().chain([extended(1, second(END + 60))]))
        .when(Action::Tick)
        .at(just_before(second(END + 60)))
        .then([])
        .when(Action::Tick)
        .at(second(END + 60))
        .then_after([expired(1, &["A1"], &[])], []);
}

#[test]
fn an_extension_is_cut_down_to_the_cap() {
    given(one_hold()).when(extend(1, u32::MAX)).at(second(0)).then(extended(1, second(CAP)));
}

#[test]
fn a_hold_at_its_cap_is_not_extended() {
    let refusal = Refusal::ExtensionTooLong { max_seconds: CAP, until: second(CAP), asked: second(CAP + 1) };
    given(one_hold().into_iter().chain([extended(1, second(CAP))])).when(extend(1, 1)).at(second(0)).then(refusal);
}

#[test]
fn many_small_extensions_do_not_get_beyond_the_cap() {
    let mut show = given(one_hold());
    for step in 1..=6 {
        show = show.when(extend(1, 300)).at(second(step)).then(extended(1, second(END + 300 * step)));
    }
    let refusal = Refusal::ExtensionTooLong { max_seconds: CAP, until: second(CAP), asked: second(CAP + 300) };
    show.when(extend(1, 300)).at(second(7)).then(refusal);
}

#[test]
fn an_extension_by_nothing_is_refused() {
    let refusal = Refusal::ExtensionTooLong { max_seconds: CAP, until: second(CAP), asked: second(END) };
    given(one_hold()).when(extend(1, 0)).at(second(0)).then(refusal);
}

#[test]
fn a_hold_is_extended_after_the_sale_was_closed() {
    let history = one_hold().into_iter().chain([SalesClosed]);
    given(history).when(extend(1, 60)).at(second(0)).then(extended(1, second(END + 60)));
}

#[test]
fn a_hold_is_extended_until_its_last_instant_and_not_at_its_end() {
    given(one_hold()).when(extend(1, 60)).at(just_before(second(END))).then(extended(1, second(END + 60)));
    given(one_hold())
        .when(extend(1, 60))
        .at(second(END))
        .then_after([expired(1, &["A1"], &[])], Refusal::HoldExpired(hold_id(1)));
}

#[test]
fn the_cap_of_the_longest_hold_there_can_be_does_not_overflow() {
    let terms = ShowTerms { hold_seconds: u32::MAX, ..terms() };
    let show = given([scheduled_on(terms), SalesOpened, held(1, &["A1"])]);
    show.when(extend(1, 60)).at(second(0)).then(extended(1, second(END + 60)));
}

fn one_hold() -> [ShowEvent; 3] {
    [scheduled(), SalesOpened, held(1, &["A1"])]
}
