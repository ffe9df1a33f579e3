//! A snapshot of another hall is refused, and an event that does not fit stops the show before it does harm. That a
//! snapshot of the right hall is the same show again is shown by every story and by the random runs.

use std::sync::Arc;

use super::hall::{definition, hall};
use super::script::*;
use super::story::given;
use crate::domain::event::ShowEvent::{self, SalesOpened, SeatsHeld as Held};
use crate::domain::plan::SeatingPlan;
use crate::domain::show::{Show, SnapshotError};

#[test]
fn a_show_that_was_never_scheduled_has_no_snapshot() {
    assert_eq!(Show::new(hall()).snapshot(), None);
}

#[test]
fn a_snapshot_of_a_larger_hall_is_refused() {
    let fewer_seats = smaller(|plan| plan.zones[0].rows[0].seats.truncate(2));
    let everything_in_one = ["X2"];
    refused([scheduled(), SalesOpened, held(1, &everything_in_one)], fewer_seats.clone());
    refused([scheduled(), SalesOpened, blocked(&everything_in_one)], fewer_seats.clone());
    let sold = [scheduled(), SalesOpened, held(1, &everything_in_one), confirmed(1, &everything_in_one, &[])];
    refused(sold, fewer_seats);
}

#[test]
fn a_snapshot_with_areas_that_the_hall_does_not_have_is_refused() {
    let fewer_areas = smaller(|plan| plan.areas.truncate(1));
    let terrace = [("Terrace", 1)];
    refused([scheduled(), SalesOpened, held_standing(1, &terrace)], fewer_areas.clone());
    let sold = [scheduled(), SalesOpened, held_standing(1, &terrace), confirmed(1, &[], &terrace)];
    refused(sold, fewer_areas);
}

#[test]
fn a_snapshot_with_prices_for_other_categories_is_refused() {
    let more_categories = smaller(|plan| plan.categories.push(plan.categories[0].clone()));
    refused([scheduled()], more_categories);
}

#[test]
#[should_panic(expected = "an event moves it from Free to Held")]
fn an_event_that_sells_a_seat_twice_stops_the_show() {
    given([scheduled(), SalesOpened, held(1, &["A1"]), held(2, &["A1"])]);
}

#[test]
#[should_panic(expected = "over its capacity")]
fn an_event_that_overfills_an_area_stops_the_show() {
    given([scheduled(), SalesOpened, held_standing(1, &[("Terrace", 11)])]);
}

#[test]
#[should_panic(expected = "a hold ends once")]
fn an_event_that_ends_a_hold_twice_stops_the_show() {
    given([scheduled(), SalesOpened, held(1, &["A1"]), released(1, &["A1"], &[]), expired(1, &["A1"], &[])]);
}

#[test]
#[should_panic(expected = "an ending names the places of its hold")]
fn an_ending_with_other_places_stops_the_show() {
    given([scheduled(), SalesOpened, held(1, &["A1"]), released(1, &["A2"], &[])]);
}

#[test]
#[should_panic(expected = "a booking names the places of its hold")]
fn a_booking_of_other_places_stops_the_show() {
    given([scheduled(), SalesOpened, Held(a_hold(1, &["A1"], &[("Pit", 2)])), confirmed(1, &["A1"], &[("Pit", 1)])]);
}

#[test]
#[should_panic(expected = "a ticket is cancelled once")]
fn an_event_that_cancels_a_ticket_twice_stops_the_show() {
    let sold = [scheduled(), SalesOpened, held(1, &["A1", "A2"]), confirmed(1, &["A1", "A2"], &[])];
    let once = tickets_cancelled(1, &[0], &["A1"], &[]);
    given(sold.into_iter().chain([once.clone(), once]));
}

fn smaller(change: fn(&mut crate::domain::plan::PlanDefinition)) -> Arc<SeatingPlan> {
    let mut plan = definition();
    change(&mut plan);
    Arc::new(SeatingPlan::new(plan))
}

fn refused<const N: usize>(history: [ShowEvent; N], plan: Arc<SeatingPlan>) {
    let show = given(history).show;
    let snapshot = show.snapshot().expect("it was scheduled");
    assert_eq!(Show::from_snapshot(plan, snapshot).err(), Some(SnapshotError::OtherPlan));
}
