//! Everything that a hold can be refused for. All or nothing: the stories check that a refusal changes nothing.

use super::script::*;
use super::story::given;
use crate::domain::command::{Action, BestAvailable, HoldSeats};
use crate::domain::event::ShowEvent::{self, SalesOpened};
use crate::domain::refusal::{Refusal, SeatConflict};

#[test]
fn a_seat_held_by_another_customer_is_refused() {
    let history = [scheduled(), SalesOpened, held_by("ann", 1, &["A1"])];
    let request = HoldSeats { customer_id: customer("bob"), ..request(2, &["A1"]) };
    given(history).when(Action::HoldSeats(request)).at(second(0)).then(taken(&[("A1", SeatConflict::Held)]));
}

#[test]
fn a_seat_held_by_the_same_customer_is_refused_too() {
    let history = [scheduled(), SalesOpened, held_by("ann", 1, &["A1"])];
    let request = HoldSeats { customer_id: customer("ann"), ..request(2, &["A1"]) };
    given(history).when(Action::HoldSeats(request)).at(second(0)).then(taken(&[("A1", SeatConflict::Held)]));
}

#[test]
fn every_seat_in_the_way_is_named_with_what_is_in_the_way_and_the_free_ones_stay_free() {
    let expected = taken(&[
        ("A1", SeatConflict::Held),
        ("A2", SeatConflict::Sold),
        ("A3", SeatConflict::Blocked),
        ("X1", SeatConflict::NotForSale),
    ]);
    given(history_of_everything())
        .when(hold(9, &["A1", "A4", "A2", "A3", "A5", "X1"]))
        .at(second(0))
        .then(expected)
        .when(hold(9, &["A4", "A5"]))
        .at(second(0))
        .then(held(9, &["A4", "A5"]));
}

#[test]
fn a_blocked_seat_of_a_category_that_is_not_sold_is_said_to_be_blocked() {
    given([scheduled(), SalesOpened, blocked(&["X1"])])
        .when(hold(1, &["X1"]))
        .at(second(0))
        .then(taken(&[("X1", SeatConflict::Blocked)]));
}

#[test]
fn one_part_that_cannot_be_had_refuses_all_three() {
    let three = |seat: &str, quantity, places| {
        let general_admission = standing(&[("Terrace", places)]);
        let best_available = Some(BestAvailable { zones: Some(labels(&["Circle"])), ..best(quantity) });
        Action::HoldSeats(HoldSeats { best_available, general_admission, ..request(9, &[seat]) })
    };
    let full = Refusal::AreaFull { area: "Terrace".into(), asked: 11, free: 10 };
    given(history_of_everything())
        .when(three("A1", 2, 2))
        .at(second(0))
        .then(taken(&[("A1", SeatConflict::Held)]))
        .when(three("A4", 2, 11))
        .at(second(0))
        .then(full)
        .when(three("A4", 9, 2))
        .at(second(0))
        .then(Refusal::NotEnoughSeats { asked: 9 });
}

#[test]
fn an_area_says_how_many_places_are_left() {
    let history = [scheduled(), SalesOpened, held_standing(1, &[("Terrace", 8)]), confirmed(1, &[], &[("Terrace", 8)])];
    given(history).when(hold_standing(2, &[("Pit", 1), ("Terrace", 3)])).at(second(0)).then(Refusal::AreaFull {
        area: "Terrace".into(),
        asked: 3,
        free: 2,
    });
}

#[test]
fn an_area_of_a_category_that_is_not_sold_is_refused() {
    given([scheduled(), SalesOpened])
        .when(hold_standing(1, &[("Lawn", 1)]))
        .at(second(0))
        .then(Refusal::AreaNotForSale { area: "Lawn".into() });
}

#[test]
fn there_are_not_enough_seats_where_the_named_ones_are_taken_off_first() {
    let wish = BestAvailable { zones: Some(labels(&["Circle"])), ..best(8) };
    let asked =
        |seats: &[&str]| Action::HoldSeats(HoldSeats { best_available: Some(wish.clone()), ..request(1, seats) });
    given([scheduled(), SalesOpened]).when(asked(&["C1"])).at(second(0)).then(Refusal::NotEnoughSeats { asked: 8 });
}

#[test]
fn unknown_names_are_all_named() {
    let on_sale = || given([scheduled(), SalesOpened]);
    let wished = |wish| Action::HoldSeats(HoldSeats { best_available: Some(wish), ..request(1, &[]) });
    on_sale()
        .when(hold(1, &["Z1", "A1", "a1", ""]))
        .at(second(0))
        .then(Refusal::UnknownSeats(labels(&["Z1", "a1", ""])));
    on_sale()
        .when(hold_standing(1, &[("Pit", 1), ("Moat", 1), ("A1", 1)]))
        .at(second(0))
        .then(Refusal::UnknownAreas(labels(&["Moat", "A1"])));
    on_sale()
        .when(wished(BestAvailable { categories: Some(labels(&["Stalls", "Gallery"])), ..best(1) }))
        .at(second(0))
        .then(Refusal::UnknownCategories(labels(&["Gallery"])));
    on_sale()
        .when(wished(BestAvailable { zones: Some(labels(&["Attic", "Royal"])), ..best(1) }))
        .at(second(0))
        .then(Refusal::UnknownZones(labels(&["Attic"])));
}

#[test]
fn what_is_named_twice_is_refused_and_named_once() {
    let on_sale = || given([scheduled(), SalesOpened]);
    on_sale().when(hold(1, &["A1", "A1"])).at(second(0)).then(Refusal::NamedTwice(labels(&["A1"])));
    on_sale()
        .when(hold(1, &["A1", "A2", "A1", "A2", "A1", "A3"]))
        .at(second(0))
        .then(Refusal::NamedTwice(labels(&["A1", "A2"])));
    on_sale()
        .when(hold_standing(1, &[("Pit", 1), ("Terrace", 1), ("Pit", 2)]))
        .at(second(0))
        .then(Refusal::NamedTwice(labels(&["Pit"])));
}

/// A1 is held, A2 is sold, A3 is blocked.
fn history_of_everything() -> [ShowEvent; 6] {
    [scheduled(), SalesOpened, held(1, &["A1"]), held(2, &["A2"]), confirmed(2, &["A2"], &[]), blocked(&["A3"])]
}

fn taken(conflicts: &[(&str, SeatConflict)]) -> Refusal {
    Refusal::SeatsUnavailable(conflicts.iter().map(|(label, conflict)| ((*label).into(), *conflict)).collect())
}
