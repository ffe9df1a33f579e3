//! Whether a show and the naive one are in the same state.

use super::naive::{NaiveShow, Spot};
use crate::domain::ids::{BookingId, CustomerId, HoldId};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::show::Show;
use crate::domain::show::tests::hall::AREAS;
use crate::domain::time::Timestamp;

pub fn compare(show: &Show, naive: &NaiveShow, now: Timestamp) -> Result<(), String> {
    show.check_invariants()?;
    same("status", show.status(), naive.status)?;
    for seat in (0..naive.seats.len() as u32).map(SeatIndex) {
        same(&naive.seats[seat.index()].label, show.seat_status(seat), naive.seat_status(seat))?;
    }
    for ((name, _, capacity), area) in AREAS.into_iter().zip(0..) {
        let (held, sold) = show.area_counts(AreaIndex(area));
        same(name, (held, sold), naive.area_counts(AreaIndex(area)))?;
        if held + sold > capacity {
            return Err(format!("{name} is over its capacity"));
        }
    }
    same("holds", holds(show), naive_holds(naive))?;
    same("bookings", bookings(show), naive_bookings(naive))?;
    match (show.next_due(), naive.next_due()) {
        (Some(shown), Some(due)) if shown > due => return Err(format!("due at {due}, but it says {shown}")),
        (None, Some(due)) => return Err(format!("due at {due}, but it says never")),
        (Some(_) | None, Some(_) | None) => {}
    }
    match naive.next_due() {
        Some(due) if due <= now => Err(format!("what was due at {due} has not happened at {now}")),
        Some(_) | None => Ok(()),
    }
}

type HoldInWords = (HoldId, Option<CustomerId>, Vec<SeatIndex>, Vec<(AreaIndex, u32)>, Timestamp);

fn holds(show: &Show) -> Vec<HoldInWords> {
    let words = |(id, hold): (HoldId, &crate::domain::show::Hold)| {
        (id, hold.customer_id.clone(), hold.seats.to_vec(), hold.general_admission.to_vec(), hold.expires_at)
    };
    sorted(show.holds().map(words))
}

fn naive_holds(naive: &NaiveShow) -> Vec<HoldInWords> {
    let words = |hold: &super::naive::NaiveHold| {
        (hold.id, hold.customer.clone(), hold.seats.clone(), hold.areas.clone(), hold.until)
    };
    sorted(naive.live_holds().map(words))
}

/// (Booking, customer, tickets ever, those that are left.)
type BookingInWords = (BookingId, Option<CustomerId>, u16, Vec<u16>);

fn bookings(show: &Show) -> Vec<BookingInWords> {
    let words = |(id, booking): (BookingId, &crate::domain::show::Booking)| {
        (id, booking.customer_id.clone(), booking.ticket_count(), booking.live_tickets().collect())
    };
    sorted(show.bookings().map(words))
}

fn naive_bookings(naive: &NaiveShow) -> Vec<BookingInWords> {
    let left = |tickets: &[(Spot, bool)]| (0..).zip(tickets).filter(|(_, ticket)| ticket.1).map(|(at, _)| at).collect();
    let all = naive
        .bookings
        .iter()
        .map(|booking| (booking.id, booking.customer.clone(), booking.tickets.len() as u16, left(&booking.tickets)));
    sorted(all.filter(|(.., left): &BookingInWords| !left.is_empty()))
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, shown: T, expected: T) -> Result<(), String> {
    if shown == expected { Ok(()) } else { Err(format!("{what}: {shown:?}, and should be {expected:?}")) }
}
