//! Whose each ticket is, over all shows. Its id is derived from its booking's: where two bookings have one id, or ids too
//! close to each other, one ticket lets two people in.

use ahash::AHashMap;

use crate::domain::event::BookingConfirmed;
use crate::domain::{BookingId, ShowId, TicketId};

#[derive(Default)]
pub struct Tickets {
    shows: AHashMap<BookingId, ShowId>,
    bookings: AHashMap<TicketId, BookingId>,
}

impl Tickets {
    /// What is wrong with this booking, beside those before it. Twice in one show is for that show's audit to say.
    pub fn confirm(&mut self, show: ShowId, confirmed: &BookingConfirmed) -> Option<String> {
        let id = confirmed.booking_id;
        if let Some(first) = self.shows.insert(id, show) {
            let elsewhere = first != show;
            return elsewhere
                .then(|| format!("booking {id} was confirmed in show {first} already, and now in show {show}"));
        }
        let standing: u64 = confirmed.general_admission.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
        let count = u16::try_from(confirmed.seats.len() as u64 + standing).unwrap_or(u16::MAX);
        let tickets = (0..count).map(|index| id.ticket(index));
        let taken = tickets.filter_map(|ticket| Some((ticket, self.bookings.insert(ticket, id)?)));
        let (ticket, other) = taken.last()?;
        let of = self.shows.get(&other).map_or_else(String::new, |show| format!(" of show {show}"));
        Some(format!("ticket {ticket} is of booking {id} of show {show}, and of booking {other}{of}"))
    }
}
