//! No money without tickets, no tickets without money: what a checkout captured and did not give back is the price of the
//! tickets that its buyer still has, by the prices of the hall and the log of the show.

use std::collections::HashMap;

use uuid::Uuid;

use crate::audit::case::Case;
use crate::audit::checkouts::Checkout;
use crate::audit::ledger::{Booking, ShowLedger};
use crate::audit::verdict::Verdict;
use crate::hall::Hall;

/// In minor units.
#[derive(Default)]
struct Sums {
    captured: u64,
    refunded: u64,
    tickets: u64,
}

pub fn check(case: &Case) -> Verdict {
    let mut verdict = Verdict::new("no money without tickets, and no tickets without money", "checkouts");
    let mut sums = Sums::default();
    let sold = tickets_by_checkout(&case.evidence.setup.hall, &case.shows);
    for (show, ledger) in case.shows.iter().enumerate() {
        let show_id = case.evidence.setup.shows[show].show_id;
        for (id, booking) in &ledger.bookings {
            let unknown = booking.checkout_id.filter(|checkout| case.checkout(*checkout).is_none());
            if let Some(checkout) = unknown {
                let what = format!("the booking {id} was paid for by the checkout {checkout}, which never was");
                verdict.broken(what, case.commit_lines(show, &[booking.confirmed_at]));
            }
        }
        for (id, checkout) in case.checkouts().filter(|(_, checkout)| checkout.show_id == show_id) {
            verdict.looked();
            let tickets = sold.get(&id).copied().unwrap_or(0);
            if let Err(what) = judge(id, checkout, tickets, &mut sums) {
                let booking = checkout.booking().and_then(|booking| ledger.bookings.get(&booking));
                let versions: Vec<u64> = booking.iter().flat_map(|booking| versions(booking)).collect();
                verdict.broken(what, [checkout.lines(), case.commit_lines(show, &versions)].concat());
            }
        }
    }
    let Sums { captured, refunded, tickets } = sums;
    verdict.remark = format!("{captured} captured, {refunded} refunded, live tickets worth {tickets}");
    verdict
}

/// What is not final yet is under way between the two, and another property says when that takes too long.
fn judge(id: Uuid, checkout: &Checkout, tickets: u64, sums: &mut Sums) -> Result<(), String> {
    let state = &checkout.last().state;
    if !state.is_final() {
        return Ok(());
    }
    let (captured, refunded) = (state.captured.unwrap_or(0), state.refunded());
    sums.captured += captured;
    sums.refunded += refunded;
    sums.tickets += tickets;
    let has =
        format!("the checkout {id} captured {captured}, refunded {refunded}, and its tickets are worth {tickets}");
    if captured.checked_sub(refunded) == Some(tickets) { Ok(()) } else { Err(has) }
}

/// The price of the tickets that are good, by the checkout that paid for them, whatever show they are for.
fn tickets_by_checkout(hall: &Hall, shows: &[ShowLedger]) -> HashMap<Uuid, u64> {
    let mut sold: HashMap<Uuid, u64> = HashMap::new();
    let bookings = shows.iter().flat_map(|ledger| ledger.bookings.values().map(move |booking| (ledger, booking)));
    for (ledger, booking) in bookings {
        let Some(checkout) = booking.checkout_id else { continue };
        let hold = &ledger.holds[&booking.hold_id];
        let seats = hold.seats.iter().map(|&seat| hall.price(hall.seats[seat as usize].category));
        let standing = hold
            .areas
            .iter()
            .flat_map(|&(area, places)| std::iter::repeat_n(hall.areas[area as usize].category, places as usize))
            .map(|category| hall.price(category));
        let tickets = seats.chain(standing).zip(&booking.cancelled);
        let good = tickets.filter(|(_, cancelled)| cancelled.is_none()).map(|(price, _)| price);
        *sold.entry(checkout).or_default() += good.sum::<u64>();
    }
    sold
}

fn versions(booking: &Booking) -> Vec<u64> {
    std::iter::once(booking.confirmed_at).chain(booking.cancelled.iter().flatten().copied()).collect()
}
