//! Bookings cancelled, whole or in part.

use super::hall::seats;
use super::script::*;
use super::story::{Given, given};
use crate::domain::event::ShowEvent::{SalesClosed, SalesOpened, SeatsHeld as Held, ShowCancelled};
use crate::domain::plan::AreaIndex;
use crate::domain::refusal::Refusal;
use crate::domain::show::SeatStatus;

const SEATS: [&str; 2] = ["A2", "A1"];
const AREAS: [(&str, u32); 2] = [("Terrace", 2), ("Pit", 2)];

#[test]
fn a_whole_booking_is_cancelled_and_its_places_are_free() {
    let show = booked().when(cancel(1)).at(second(0)).then(tickets_cancelled(1, &[0, 1, 2, 3, 4, 5], &SEATS, &AREAS));
    assert!(seats(&SEATS).iter().all(|seat| show.show.seat_status(*seat) == SeatStatus::Free));
    assert_eq!(show.show.area_counts(AreaIndex(0)), (0, 0));
    assert_eq!(show.show.bookings().count(), 0);
    show.when(hold(2, &["A1"])).at(second(0)).then(held(2, &["A1"]));
}

#[test]
fn tickets_are_cancelled_in_the_booking_s_order_whatever_the_order_asked() {
    booked().when(cancel_some(1, &[ticket(1, 4), ticket(1, 1), ticket(1, 3)])).at(second(0)).then(tickets_cancelled(
        1,
        &[1, 3, 4],
        &["A1"],
        &[("Terrace", 1), ("Pit", 1)],
    ));
}

#[test]
fn what_is_left_of_a_booking_is_cancelled_later() {
    booked()
        .when(cancel_some(1, &[ticket(1, 0), ticket(1, 3)]))
        .at(second(0))
        .then(tickets_cancelled(1, &[0, 3], &["A2"], &[("Terrace", 1)]))
        .when(cancel(1))
        .at(second(0))
        .then(tickets_cancelled(1, &[1, 2, 4, 5], &["A1"], &[("Terrace", 1), ("Pit", 2)]));
}

#[test]
fn a_booking_whose_last_ticket_was_cancelled_by_name_is_cancelled() {
    given([scheduled(), SalesOpened, held(1, &["A1"]), confirmed(1, &["A1"], &[])])
        .when(cancel_some(1, &[ticket(1, 0)]))
        .at(second(0))
        .then(tickets_cancelled(1, &[0], &["A1"], &[]))
        .when(cancel_some(1, &[ticket(1, 0)]))
        .at(second(0))
        .then(Refusal::BookingCancelled(booking_id(1)));
}

#[test]
fn a_booking_is_cancelled_once() {
    booked()
        .when(cancel(1))
        .at(second(0))
        .then(tickets_cancelled(1, &[0, 1, 2, 3, 4, 5], &SEATS, &AREAS))
        .when(cancel(1))
        .at(second(0))
        .then(Refusal::BookingCancelled(booking_id(1)));
}

#[test]
fn a_ticket_is_cancelled_once_and_the_others_with_it_stay() {
    booked()
        .when(cancel_some(1, &[ticket(1, 0)]))
        .at(second(0))
        .then(tickets_cancelled(1, &[0], &["A2"], &[]))
        .when(cancel_some(1, &[ticket(1, 1), ticket(1, 0)]))
        .at(second(0))
        .then(Refusal::TicketsCancelled(vec![ticket(1, 0)]));
}

#[test]
fn a_ticket_named_twice_counts_once() {
    booked().when(cancel_some(1, &[ticket(1, 0), ticket(1, 0)])).at(second(0)).then(tickets_cancelled(
        1,
        &[0],
        &["A2"],
        &[],
    ));
}

#[test]
fn tickets_that_the_booking_does_not_have_are_all_named_before_anything_else() {
    let strangers = [ticket(1, 6), ticket(2, 0)];
    booked()
        .when(cancel_some(1, &[ticket(1, 0)]))
        .at(second(0))
        .then(tickets_cancelled(1, &[0], &["A2"], &[]))
        .when(cancel_some(1, &[strangers[0], ticket(1, 0), strangers[1]]))
        .at(second(0))
        .then(Refusal::TicketsNotFound(strangers.into()));
}

#[test]
fn no_tickets_named_is_nothing_asked_for() {
    booked().when(cancel_some(1, &[])).at(second(0)).then(Refusal::NothingAskedFor);
}

#[test]
fn a_booking_that_never_was_is_not_found() {
    booked().when(cancel(2)).at(second(0)).then(Refusal::BookingNotFound(booking_id(2)));
}

#[test]
fn bookings_are_cancelled_after_the_sale_or_the_show_is_over() {
    for over in [SalesClosed, ShowCancelled] {
        given([scheduled(), SalesOpened, held(1, &["A1"]), confirmed(1, &["A1"], &[]), over])
            .when(cancel(1))
            .at(second(0))
            .then(tickets_cancelled(1, &[0], &["A1"], &[]));
    }
}

/// Tickets 0 and 1 are A2 and A1, 2 and 3 are on the terrace, 4 and 5 in the pit.
fn booked() -> Given {
    given([scheduled(), SalesOpened, Held(a_hold(1, &SEATS, &AREAS)), confirmed(1, &SEATS, &AREAS)])
}
