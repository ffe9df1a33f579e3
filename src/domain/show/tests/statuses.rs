//! Scheduling, opening, pausing, closing, cancelling: every status against every command.

use super::script::*;
use super::story::{Expected, given};
use crate::domain::command::Action;
use crate::domain::event::ShowEvent::{self, SalesClosed, SalesOpened, SalesPaused, ShowCancelled};
use crate::domain::refusal::{Refusal, SalesStatus};

#[test]
fn a_show_is_scheduled_once() {
    let show = given([]).when(schedule(terms())).at(second(0)).then(scheduled());
    assert_eq!(show.show.status(), SalesStatus::Scheduled);
    show.when(schedule(terms())).at(second(0)).then(Refusal::ShowAlreadyScheduled);
}

#[test]
fn a_show_that_is_over_is_not_scheduled_again() {
    given([scheduled(), ShowCancelled]).when(schedule(terms())).at(second(0)).then(Refusal::ShowAlreadyScheduled);
}

#[test]
fn nothing_can_be_asked_of_a_show_before_it_is_scheduled() {
    let actions = [
        Action::OpenSales,
        Action::PauseSales,
        Action::CancelShow,
        Action::Tick,
        block(&["A1"]),
        unblock(&["A1"]),
        hold(1, &["A1"]),
        extend(1, 60),
        release(1),
        confirm(1),
        cancel(1),
    ];
    for action in actions {
        given([]).when(action).at(second(0)).then(Refusal::ShowNotFound);
    }
}

#[test]
#[should_panic(expected = "prices are parsed against the venue's plan")]
fn terms_with_prices_for_another_plan_are_a_bug() {
    let mut terms = terms();
    terms.prices.pop();
    given([]).when(schedule(terms)).at(second(0)).then(Refusal::ShowNotFound);
}

#[test]
fn a_scheduled_show_opens_and_is_cancelled_but_not_paused() {
    changes([], SalesStatus::Scheduled, [Ok(SalesOpened), Err("on_sale"), Ok(ShowCancelled)]);
}

#[test]
fn a_show_on_sale_pauses_and_is_cancelled_but_not_opened() {
    let expected = [Err("scheduled or paused"), Ok(SalesPaused), Ok(ShowCancelled)];
    changes([SalesOpened], SalesStatus::OnSale, expected);
}

#[test]
fn a_paused_show_opens_again_and_is_cancelled_but_not_paused() {
    let expected = [Ok(SalesOpened), Err("on_sale"), Ok(ShowCancelled)];
    changes([SalesOpened, SalesPaused], SalesStatus::Paused, expected);
}

#[test]
fn a_closed_show_can_only_be_cancelled() {
    let expected = [Err("scheduled or paused"), Err("on_sale"), Ok(ShowCancelled)];
    changes([SalesOpened, SalesClosed], SalesStatus::Closed, expected);
}

#[test]
fn a_cancelled_show_stays_cancelled() {
    let expected = [Err("scheduled or paused"), Err("on_sale"), Err("anything but cancelled")];
    changes([SalesOpened, ShowCancelled], SalesStatus::Cancelled, expected);
}

#[test]
fn seats_are_held_only_while_the_show_is_on_sale() {
    let histories: [(&[ShowEvent], SalesStatus); 4] = [
        (&[], SalesStatus::Scheduled),
        (&[SalesOpened, SalesPaused], SalesStatus::Paused),
        (&[SalesOpened, SalesClosed], SalesStatus::Closed),
        (&[SalesOpened, ShowCancelled], SalesStatus::Cancelled),
    ];
    for (history, status) in histories {
        let refusal = Refusal::ShowNotOnSale { status, on_sale_at: None };
        given([scheduled()].into_iter().chain(history.iter().cloned()))
            .when(hold(1, &["A1"]))
            .at(second(0))
            .then(refusal);
    }
    given([scheduled(), SalesOpened]).when(hold(1, &["A1"])).at(second(0)).then(held(1, &["A1"]));
}

#[test]
fn a_tick_with_nothing_due_records_nothing() {
    given([scheduled(), SalesOpened, held(1, &["A1"])]).when(Action::Tick).at(second(0)).then([]);
}

/// After this history, what opening, pausing and cancelling bring about, or the status that they would have needed.
fn changes<const N: usize>(
    history: [ShowEvent; N],
    actual: SalesStatus,
    expected: [Result<ShowEvent, &'static str>; 3],
) {
    let actions = [Action::OpenSales, Action::PauseSales, Action::CancelShow];
    for (action, expected) in actions.into_iter().zip(expected) {
        let show = given([scheduled()].into_iter().chain(history.clone()));
        assert_eq!(show.show.status(), actual);
        let expected: Expected = match expected {
            Ok(event) => event.into(),
            Err(needed) => Refusal::ShowStatus { actual, needed }.into(),
        };
        show.when(action).at(second(0)).then(expected);
    }
}
