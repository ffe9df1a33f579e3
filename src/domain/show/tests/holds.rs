//! Seats and places taken: chosen, best available, standing, and all three in one hold.

use super::hall::seats;
use super::script::*;
use super::story::given;
use crate::domain::command::{Action, BestAvailable, HoldSeats};
use crate::domain::event::SeatsHeld;
use crate::domain::event::ShowEvent::{SalesOpened, SeatsHeld as Held};
use crate::domain::plan::AreaIndex;
use crate::domain::show::SeatStatus;

#[test]
fn chosen_seats_are_held_in_the_order_in_which_they_were_named() {
    let show =
        given([scheduled(), SalesOpened]).when(hold(1, &["C2", "A1"])).at(second(0)).then(held(1, &["C2", "A1"]));
    assert!(seats(&["A1", "C2"]).iter().all(|seat| show.show.seat_status(*seat) == SeatStatus::Held));
}

#[test]
fn a_hold_lasts_from_the_moment_it_is_made() {
    given([scheduled(), SalesOpened]).when(hold(1, &["A1"])).at(second(77)).then(held_at(second(77), 1, &["A1"]));
}

#[test]
fn a_customer_is_remembered_with_the_hold() {
    let request = HoldSeats { customer_id: customer("ann"), ..request(1, &["A1"]) };
    given([scheduled(), SalesOpened]).when(Action::HoldSeats(request)).at(second(0)).then(held_by("ann", 1, &["A1"]));
}

#[test]
fn an_accessible_seat_can_be_chosen_by_its_name() {
    given([scheduled(), SalesOpened]).when(hold(1, &["B1"])).at(second(0)).then(held(1, &["B1"]));
}

#[test]
fn the_best_available_seats_are_the_middle_of_the_front_row() {
    given([scheduled(), SalesOpened]).when(hold_best(1, 2)).at(second(0)).then(held(1, &["A3", "A4"]));
}

#[test]
fn best_available_seats_that_had_to_be_split_are_said_not_to_be_adjacent() {
    let front = &["A1", "A2", "A4", "A5", "A6", "B3", "B4", "B5", "B6"];
    let wish = BestAvailable { zones: Some(labels(&["Stalls"])), ..best(1) };
    let show = given([scheduled(), SalesOpened, blocked(&front[1..8])]);
    let split = Held(SeatsHeld { adjacent: false, ..a_hold(1, &["A1", "A3"], &[]) });
    show.when(wished(1, BestAvailable { quantity: 2, ..wish })).at(second(0)).then(split);
}

#[test]
fn accessible_seats_are_found_only_when_asked_for() {
    let wish = BestAvailable { accessible: true, ..best(2) };
    given([scheduled(), SalesOpened]).when(wished(1, wish)).at(second(0)).then(held(1, &["B1", "B2"]));
    let others = &["A1", "A2", "A3", "A4", "A5", "A6", "B3", "B4", "B5", "B6"];
    let wish = BestAvailable { zones: Some(labels(&["Stalls"])), ..best(1) };
    let refusal = crate::domain::Refusal::NotEnoughSeats { asked: 1 };
    given([scheduled(), SalesOpened, held(1, others)]).when(wished(2, wish)).at(second(0)).then(refusal);
}

#[test]
fn a_wish_for_a_category_is_kept_to_it() {
    let wish = BestAvailable { categories: Some(labels(&["Circle"])), ..best(4) };
    given([scheduled(), SalesOpened]).when(wished(1, wish)).at(second(0)).then(held(1, &["C1", "C2", "C3", "C4"]));
}

#[test]
fn a_category_that_is_named_as_often_as_there_are_categories_is_one_category() {
    let often = |category: &str| Some(labels(&[category; 4]));
    let wish = BestAvailable { categories: often("Circle"), ..best(2) };
    given([scheduled(), SalesOpened]).when(wished(1, wish)).at(second(0)).then(held(1, &["C3", "C4"]));
    let wish = BestAvailable { categories: often("Boxes"), ..best(1) };
    let refusal = crate::domain::Refusal::NotEnoughSeats { asked: 1 };
    given([scheduled(), SalesOpened]).when(wished(1, wish)).at(second(0)).then(refusal);
}

#[test]
fn a_wish_for_a_zone_reaches_every_zone_of_that_name() {
    let wish = BestAvailable { zones: Some(labels(&["Circle"])), ..best(4) };
    given([scheduled(), SalesOpened, held(1, &["C1", "C2", "C3"])])
        .when(wished(2, wish))
        .at(second(0))
        .then(held(2, &["D1", "D2", "D3", "D4"]));
}

#[test]
fn best_available_never_offers_a_category_that_is_not_sold() {
    for wish in [
        BestAvailable { zones: Some(labels(&["Royal"])), ..best(1) },
        BestAvailable { categories: Some(labels(&["Boxes"])), ..best(1) },
    ] {
        let refusal = crate::domain::Refusal::NotEnoughSeats { asked: 1 };
        given([scheduled(), SalesOpened]).when(wished(1, wish)).at(second(0)).then(refusal);
    }
}

#[test]
fn standing_places_are_held_by_area() {
    let show = given([scheduled(), SalesOpened])
        .when(hold_standing(1, &[("Terrace", 3), ("Pit", 2)]))
        .at(second(0))
        .then(held_standing(1, &[("Terrace", 3), ("Pit", 2)]));
    assert_eq!(show.show.area_counts(AreaIndex(0)), (2, 0));
    assert_eq!(show.show.area_counts(AreaIndex(1)), (3, 0));
}

#[test]
fn an_area_fills_to_the_last_place() {
    given([scheduled(), SalesOpened, held_standing(1, &[("Terrace", 6)])])
        .when(hold_standing(2, &[("Terrace", 4)]))
        .at(second(0))
        .then(held_standing(2, &[("Terrace", 4)]));
}

#[test]
fn chosen_best_and_standing_are_one_hold_and_the_best_leave_the_chosen_aside() {
    let all_three =
        HoldSeats { best_available: Some(best(3)), general_admission: standing(&[("Pit", 5)]), ..request(1, &["A3"]) };
    given([scheduled(), SalesOpened]).when(Action::HoldSeats(all_three)).at(second(0)).then(Held(a_hold(
        1,
        &["A3", "A4", "A5", "A6"],
        &[("Pit", 5)],
    )));
}

#[test]
fn seats_given_back_are_held_again() {
    let history = [scheduled(), SalesOpened, held(1, &["A1"]), released(1, &["A1"], &[])];
    given(history).when(hold(2, &["A1"])).at(second(0)).then(held(2, &["A1"]));
}

fn wished(hold: u128, wish: BestAvailable) -> Action {
    Action::HoldSeats(HoldSeats { best_available: Some(wish), ..request(hold, &[]) })
}
