//! How much one hold may ask for: from one ticket to fifty, however large the numbers are.

use super::hall::seats;
use super::script::*;
use super::story::given;
use crate::domain::command::{Action, HoldSeats};
use crate::domain::event::ShowEvent::SalesOpened;
use crate::domain::refusal::Refusal;
use crate::domain::show::TICKETS_PER_HOLD_MAX;

#[test]
fn a_hold_of_nothing_is_refused() {
    asked(&[], None, &[], Refusal::NothingAskedFor);
}

#[test]
fn a_hold_with_an_empty_part_is_refused() {
    asked(&["A1"], Some(0), &[], Refusal::NothingAskedFor);
    asked(&["A1"], None, &[("Pit", 0)], Refusal::NothingAskedFor);
    asked(&[], Some(2), &[("Pit", 1), ("Terrace", 0)], Refusal::NothingAskedFor);
}

#[test]
fn fifty_tickets_are_one_hold_and_fifty_one_are_not() {
    let fifty = [("Pit", TICKETS_PER_HOLD_MAX)];
    given([scheduled(), SalesOpened]).when(hold_standing(1, &fifty)).at(second(0)).then(held_standing(1, &fifty));
    let refusal = || Refusal::TooManyTickets { asked: 51, max: 50 };
    asked(&[], None, &[("Pit", 51)], refusal());
    asked(&[], Some(51), &[], refusal());
    asked(&["A1"], Some(30), &[("Pit", 10), ("Terrace", 10)], refusal());
    asked(&vec!["A1"; 51], None, &[], refusal());
}

#[test]
fn a_booking_of_fifty_tickets_cancels_them_one_by_one() {
    let fifty = [("Pit", TICKETS_PER_HOLD_MAX)];
    let mut show = given([scheduled(), SalesOpened, held_standing(1, &fifty), confirmed(1, &[], &fifty)]);
    for index in (0..50).rev() {
        show = show.when(cancel_some(1, &[ticket(1, index)])).at(second(0)).then(tickets_cancelled(
            1,
            &[index],
            &[],
            &[("Pit", 1)],
        ));
    }
    show.when(cancel(1)).at(second(0)).then(Refusal::BookingCancelled(booking_id(1)));
}

#[test]
fn the_largest_numbers_there_are_are_counted_without_overflow() {
    let many = u64::from(u32::MAX);
    let refusal = |asked| Refusal::TooManyTickets { asked, max: 50 };
    asked(&[], Some(u32::MAX), &[], refusal(many));
    asked(&[], None, &[("Pit", u32::MAX)], refusal(many));
    asked(&["A1"], Some(u32::MAX), &[("Pit", u32::MAX), ("Terrace", u32::MAX)], refusal(3 * many + 1));
}

#[test]
fn a_quantity_that_would_be_small_in_fewer_bits_is_not_mistaken_for_it() {
    asked(&[], Some(65_537), &[], Refusal::TooManyTickets { asked: 65_537, max: 50 });
}

#[test]
fn times_at_the_end_of_time_do_not_overflow() {
    let end = crate::domain::Timestamp::from_micros(i64::MAX);
    let show = given([scheduled(), SalesOpened]);
    let mut hold_for_ever = a_hold(1, &["A1"], &[]);
    hold_for_ever.expires_at = end;
    let mut show =
        show.when(hold(1, &["A1"])).at(just_before(end)).then(crate::domain::ShowEvent::SeatsHeld(hold_for_ever));
    assert_eq!(show.show.lapse(end), [expired(1, &["A1"], &[])]);
    assert_eq!(show.show.seat_status(seats(&["A1"])[0]), crate::domain::show::SeatStatus::Free);
}

fn asked(seats: &[&str], quantity: Option<u32>, areas: &[(&str, u32)], refusal: Refusal) {
    let general_admission = standing(areas);
    let request = HoldSeats { best_available: quantity.map(best), general_admission, ..request(1, seats) };
    given([scheduled(), SalesOpened]).when(Action::HoldSeats(request)).at(second(0)).then(refusal);
}
