//! The promises, one file each.

mod acknowledged;
mod answers_alone;
mod checkouts_asked;
mod checkouts_end;
mod checkouts_told;
mod counts;
mod holds_end_once;
mod journal_is_whole;
mod known_answers;
mod linear_seats;
mod money;
mod order;
mod payments_once;
mod reads_of_bookings;
mod refusals;
mod retaken;
mod same_answer;
mod seat_maps;
mod seats_sold_once;
mod sold_out;
mod time_of_reads;
mod unknown;

use super::case::Case;
use super::verdict::Verdict;

/// In the order in which they are told.
pub const ALL: [fn(&Case) -> Verdict; 20] = [
    journal_is_whole::check,
    known_answers::check,
    acknowledged::check,
    seats_sold_once::check,
    answers_alone::check,
    holds_end_once::check,
    same_answer::check,
    unknown::check,
    refusals::check,
    order::check,
    linear_seats::check,
    seat_maps::check,
    reads_of_bookings::check,
    counts::check,
    money::check,
    payments_once::check,
    checkouts_told::check,
    checkouts_asked::check,
    retaken::check,
    checkouts_end::check,
];

pub use sold_out::check as everything_is_sold;
