//! `on_sale_at` and `off_sale_at` act by themselves, whether or not anything looked at the show at that time.

use super::script::*;
use super::story::given;
use crate::domain::command::Action;
use crate::domain::event::ShowEvent::{SalesClosed, SalesOpened, SalesPaused, ShowCancelled};
use crate::domain::event::ShowTerms;
use crate::domain::refusal::{Refusal, SalesStatus};

const ON: u32 = 1_000;
const OFF: u32 = 2_000;

#[test]
fn a_sale_opens_by_itself_exactly_at_its_time() {
    let refusal = Refusal::ShowNotOnSale { status: SalesStatus::Scheduled, on_sale_at: Some(second(ON)) };
    given([on_and_off()])
        .when(hold(1, &["A1"]))
        .at(just_before(second(ON)))
        .then(refusal)
        .when(hold(1, &["A1"]))
        .at(second(ON))
        .then_after([SalesOpened], held_at(second(ON), 1, &["A1"]));
}

#[test]
fn a_sale_closes_by_itself_exactly_at_its_time() {
    let at = just_before(second(OFF));
    let refusal = Refusal::ShowNotOnSale { status: SalesStatus::Closed, on_sale_at: None };
    given([on_and_off(), SalesOpened])
        .when(hold(1, &["A1"]))
        .at(at)
        .then(held_at(at, 1, &["A1"]))
        .when(hold(2, &["A2"]))
        .at(second(OFF))
        .then_after([SalesClosed], refusal);
}

#[test]
fn a_paused_sale_closes_by_itself_too() {
    given([on_and_off(), SalesOpened, SalesPaused])
        .when(Action::OpenSales)
        .at(second(OFF))
        .then_after([SalesClosed], Refusal::ShowStatus { actual: SalesStatus::Closed, needed: "scheduled or paused" });
}

#[test]
fn where_both_times_have_passed_unseen_both_changes_are_recorded() {
    given([on_and_off()]).when(Action::Tick).at(second(OFF)).then_after([SalesOpened, SalesClosed], []);
}

#[test]
fn a_show_scheduled_after_both_times_opens_and_closes_with_the_same_command() {
    let terms = on_and_off_terms();
    given([]).when(schedule(terms.clone())).at(second(OFF)).then([scheduled_on(terms), SalesOpened, SalesClosed]);
}

#[test]
fn a_show_scheduled_exactly_when_its_sale_begins_opens_with_the_same_command() {
    let terms = on_and_off_terms();
    given([]).when(schedule(terms.clone())).at(second(ON)).then([scheduled_on(terms.clone()), SalesOpened]);
    given([]).when(schedule(terms.clone())).at(just_before(second(ON))).then(scheduled_on(terms));
}

#[test]
fn a_show_that_never_opened_closes_by_itself() {
    let terms = ShowTerms { off_sale_at: Some(second(OFF)), ..terms() };
    given([scheduled_on(terms)]).when(Action::Tick).at(second(OFF)).then_after([SalesClosed], []);
}

#[test]
fn a_sale_opened_early_by_hand_is_not_opened_again_by_the_calendar() {
    given([on_and_off(), SalesOpened]).when(Action::Tick).at(second(ON)).then([]);
}

#[test]
fn a_sale_paused_by_hand_is_not_opened_by_the_calendar() {
    given([on_and_off(), SalesOpened, SalesPaused]).when(Action::Tick).at(second(ON)).then([]);
}

#[test]
fn the_calendar_leaves_a_cancelled_show_alone() {
    given([on_and_off(), ShowCancelled]).when(Action::Tick).at(second(OFF)).then([]);
}

#[test]
fn the_calendar_acts_once() {
    given([on_and_off(), SalesOpened, SalesClosed]).when(Action::Tick).at(second(OFF + 1)).then([]);
}

#[test]
fn holds_that_end_are_recorded_before_the_sale_closes() {
    given([on_and_off(), SalesOpened, held_at(second(ON), 1, &["A1"])])
        .when(Action::Tick)
        .at(second(OFF))
        .then_after([expired(1, &["A1"], &[]), SalesClosed], []);
}

#[test]
fn only_a_scheduled_show_says_when_it_goes_on_sale() {
    let refusal = |status| Refusal::ShowNotOnSale { status, on_sale_at: None };
    given([on_and_off(), SalesOpened, SalesPaused])
        .when(hold(1, &["A1"]))
        .at(second(ON))
        .then(refusal(SalesStatus::Paused));
    given([on_and_off(), SalesOpened, ShowCancelled])
        .when(hold(1, &["A1"]))
        .at(second(ON))
        .then(refusal(SalesStatus::Cancelled));
}

#[test]
fn the_next_thing_due_is_what_the_calendar_or_a_hold_says() {
    let due = |events: Vec<_>| given(events).show.next_due();
    assert_eq!(due(vec![scheduled()]), None);
    assert_eq!(due(vec![on_and_off()]), Some(second(ON)));
    assert_eq!(due(vec![on_and_off(), SalesOpened]), Some(second(OFF)));
    assert_eq!(due(vec![on_and_off(), SalesOpened, held(1, &["A1"])]), Some(second(HOLD_SECONDS)));
    assert_eq!(due(vec![on_and_off(), SalesOpened, SalesClosed]), None);
}

fn on_and_off_terms() -> ShowTerms {
    ShowTerms { on_sale_at: Some(second(ON)), off_sale_at: Some(second(OFF)), ..terms() }
}

fn on_and_off() -> crate::domain::event::ShowEvent {
    scheduled_on(on_and_off_terms())
}
