//! Seats and places as good as those of a hold that has expired under somebody who had paid.

use super::hall::{hall, seats};
use super::script::*;
use super::story::given;
use crate::domain::command::{Action, HoldEqual};
use crate::domain::event::ShowEvent::{self, SalesOpened, SeatsHeld as Held};
use crate::domain::event::{SeatsHeld, ShowTerms};
use crate::domain::refusal::{Refusal, SalesStatus};

#[test]
fn what_is_free_is_kept_and_the_nearest_seat_stands_in_for_what_is_not() {
    given([scheduled(), SalesOpened, held(2, &["A2"])])
        .when(equal(1, &["A1", "A2"], &[]))
        .at(second(0))
        .then(held_apart(1, &["A1", "A3"], &[]));
}

#[test]
fn seats_of_several_categories_are_made_up_for_each_in_its_own() {
    given([scheduled(), SalesOpened, held(2, &["C1", "A5"])])
        .when(equal(1, &["C1", "A5", "A6"], &[]))
        .at(second(0))
        .then(held_apart(1, &["C2", "A4", "A6"], &[]));
}

#[test]
fn where_an_area_is_full_there_may_be_room_in_another_of_its_category() {
    given([scheduled(), SalesOpened, held_standing(2, &[("Terrace", 8)])])
        .when(equal(1, &["A1"], &[("Terrace", 3)]))
        .at(second(0))
        .then(Held(a_hold(1, &["A1"], &[("Pit", 3)])));
}

#[test]
fn an_area_of_which_they_stand_in_already_is_not_given_twice() {
    given([scheduled(), SalesOpened, held_standing(2, &[("Terrace", 8)])])
        .when(equal(1, &[], &[("Pit", 2), ("Terrace", 3)]))
        .at(second(0))
        .then(Refusal::AreaFull { area: "Terrace".into(), asked: 3, free: 2 });
}

#[test]
fn all_or_nothing_and_never_another_category() {
    let circle = ["C1", "C2", "C3", "C4", "D1", "D2", "D3"];
    given([scheduled(), SalesOpened, held(2, &circle)])
        .when(equal(1, &["A1", "C1", "C2"], &[]))
        .at(second(0))
        .then(Refusal::NotEnoughSeats { asked: 3 })
        .when(equal(1, &["A1", "C1"], &[]))
        .at(second(0))
        .then(held_apart(1, &["A1", "D4"], &[]));
}

#[test]
fn a_show_that_is_not_on_sale_gives_nothing_as_good() {
    let closed = Refusal::ShowNotOnSale { status: SalesStatus::Paused, on_sale_at: None };
    given([scheduled(), SalesOpened, ShowEvent::SalesPaused]).when(equal(1, &["A1"], &[])).at(second(0)).then(closed);
}

#[test]
fn what_the_customer_has_already_counts_against_the_limit() {
    let limited = scheduled_on(ShowTerms { max_per_customer: Some(3), ..terms() });
    let anns = |labels: &[&str]| SeatsHeld { customer_id: customer("ann"), ..a_hold(1, labels, &[]) };
    given([limited, SalesOpened, held_by("ann", 2, &["A1", "A2"])])
        .when(equal_for("ann", 1, &["A5", "A6"], &[]))
        .at(second(0))
        .then(Refusal::CustomerLimit { max: 3, has: 2, asked: 2 })
        .when(equal_for("ann", 1, &["A6"], &[("Pit", 1)]))
        .at(second(0))
        .then(Refusal::CustomerLimit { max: 3, has: 2, asked: 2 })
        .when(equal_for("ann", 1, &["A6"], &[]))
        .at(second(0))
        .then(Held(anns(&["A6"])));
}

#[test]
fn nothing_is_as_good_as_nothing() {
    given([scheduled(), SalesOpened]).when(equal(1, &[], &[])).at(second(0)).then(Refusal::NothingAskedFor);
}

fn equal(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> Action {
    let area = |(name, quantity): &(&str, u32)| Some((hall().area_index(name)?, *quantity));
    let general_admission = areas.iter().map(|place| area(place).expect("the stories know their hall")).collect();
    Action::HoldEqual(HoldEqual { hold_id: hold_id(hold), customer_id: None, seats: seats(labels), general_admission })
}

fn equal_for(name: &str, hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> Action {
    match equal(hold, labels, areas) {
        Action::HoldEqual(request) => Action::HoldEqual(HoldEqual { customer_id: customer(name), ..request }),
        other => other,
    }
}

fn held_apart(hold: u128, labels: &[&str], areas: &[(&str, u32)]) -> ShowEvent {
    Held(SeatsHeld { adjacent: false, ..a_hold(hold, labels, areas) })
}
