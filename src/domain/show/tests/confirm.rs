//! A hold given back, or turned into a booking with its tickets.

use super::hall::seats;
use super::script::*;
use super::story::{given, restored};
use crate::domain::event::ShowEvent::{self, SalesClosed, SalesOpened, SalesPaused};
use crate::domain::event::{BookingConfirmed, SeatsHeld};
use crate::domain::plan::AreaIndex;
use crate::domain::refusal::Refusal;
use crate::domain::show::SeatStatus;

#[test]
fn a_released_hold_gives_back_all_it_had() {
    let show = given([scheduled(), SalesOpened, mixed()]).when(release(1)).at(second(0)).then(released(
        1,
        &["A2", "A1"],
        &[("Terrace", 2), ("Pit", 1)],
    ));
    assert!(seats(&["A1", "A2"]).iter().all(|seat| show.show.seat_status(*seat) == SeatStatus::Free));
    assert_eq!(show.show.area_counts(AreaIndex(1)), (0, 0));
    assert_eq!(show.show.holds().count(), 0);
}

#[test]
fn a_confirmed_hold_is_a_booking_of_all_it_had_in_its_order() {
    let booked =
        BookingConfirmed { customer_id: customer("ann"), ..a_booking(1, &["A2", "A1"], &[("Terrace", 2), ("Pit", 1)]) };
    let show = given([scheduled(), SalesOpened, mixed()])
        .when(confirm(1))
        .at(second(1))
        .then(ShowEvent::BookingConfirmed(booked));
    assert!(seats(&["A1", "A2"]).iter().all(|seat| show.show.seat_status(*seat) == SeatStatus::Sold));
    assert_eq!(show.show.area_counts(AreaIndex(1)), (0, 2));
    assert_eq!(show.show.holds().count(), 0);
    let (id, booking) = show.show.bookings().next().expect("it was booked");
    assert_eq!((id, booking.ticket_count()), (booking_id(1), 5));
    assert_eq!(booking.customer_id, customer("ann"));
}

#[test]
fn a_hold_is_confirmed_and_released_after_the_sale_was_paused_or_closed() {
    for over in [SalesPaused, SalesClosed] {
        let history = || given([scheduled(), SalesOpened, held(1, &["A1"]), over.clone()]);
        history().when(confirm(1)).at(second(1)).then(confirmed(1, &["A1"], &[]));
        history().when(release(1)).at(second(1)).then(released(1, &["A1"], &[]));
    }
}

#[test]
fn a_hold_is_confirmed_until_its_last_instant_and_not_at_its_end() {
    let history = || given([scheduled(), SalesOpened, held(1, &["A1"])]);
    history().when(confirm(1)).at(just_before(second(HOLD_SECONDS))).then(confirmed(1, &["A1"], &[]));
    history()
        .when(confirm(1))
        .at(second(HOLD_SECONDS))
        .then_after([expired(1, &["A1"], &[])], Refusal::HoldExpired(hold_id(1)));
}

#[test]
fn a_hold_is_not_confirmed_by_another_s_number() {
    given([scheduled(), SalesOpened, held(1, &["A1"])])
        .when(confirm(2))
        .at(second(0))
        .then(Refusal::HoldNotFound(hold_id(2)));
}

#[test]
fn a_ticket_keeps_its_id_when_others_of_its_booking_are_cancelled() {
    let show = given([scheduled(), SalesOpened, held(1, &["A1", "A2", "A3"])])
        .when(confirm(1))
        .at(second(0))
        .then(confirmed(1, &["A1", "A2", "A3"], &[]))
        .when(cancel_some(1, &[ticket(1, 0)]))
        .at(second(0))
        .then(tickets_cancelled(1, &[0], &["A1"], &[]));
    let (id, booking) = show.show.bookings().next().expect("two tickets are left");
    let left: Vec<_> = booking.live_tickets().map(|index| id.ticket(index)).collect();
    assert_eq!(left, [ticket(1, 1), ticket(1, 2)]);
    show.when(cancel_some(1, &[ticket(1, 2)])).at(second(0)).then(tickets_cancelled(1, &[2], &["A3"], &[]));
}

#[test]
fn a_ticket_s_id_is_the_same_after_a_restart() {
    let show = given([scheduled(), SalesOpened, held(1, &["A1", "A2"]), confirmed(1, &["A1", "A2"], &[])]);
    let tickets = |show: &crate::domain::Show| {
        let ids = |(id, booking): (crate::domain::BookingId, &crate::domain::show::Booking)| {
            booking.live_tickets().map(|index| id.ticket(index)).collect::<Vec<_>>()
        };
        show.bookings().flat_map(ids).collect::<Vec<_>>()
    };
    assert_eq!(tickets(&restored(&show.show)), tickets(&show.show));
    // Written down: tickets are out in the world, and their ids are stored nowhere.
    let printed: Vec<_> = tickets(&show.show).iter().map(ToString::to_string).collect();
    assert_eq!(printed, ["01900000-0000-7000-9000-000000010001", "01900000-0000-7000-9000-000000010002"]);
}

/// By Ann: seats that are not in order, and two areas.
fn mixed() -> ShowEvent {
    ShowEvent::SeatsHeld(SeatsHeld {
        customer_id: customer("ann"),
        ..a_hold(1, &["A2", "A1"], &[("Terrace", 2), ("Pit", 1)])
    })
}
