//! Tickets of a booking taken back, all or some; their seats are free again.

use super::Show;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{BookingId, TicketId};
use crate::domain::refusal::Refusal;

impl Show {
    /// `None`: all that are left. A ticket named twice counts once.
    pub(super) fn decide_cancel_tickets(
        &self,
        booking_id: BookingId,
        tickets: Option<&[TicketId]>,
    ) -> Result<Vec<ShowEvent>, Refusal> {
        let booking = self.bookings.get(&booking_id).ok_or_else(|| self.ended.why_no_booking(booking_id))?;
        let Some(asked) = tickets else {
            return Ok(vec![booking.cancelled(booking_id, booking.live_tickets().collect())]);
        };
        if asked.is_empty() {
            return Err(Refusal::NothingAskedFor);
        }
        let index = |ticket: &TicketId| booking_id.index_of(*ticket, booking.ticket_count());
        let unknown: Vec<_> = asked.iter().filter(|ticket| index(ticket).is_none()).copied().collect();
        if !unknown.is_empty() {
            return Err(Refusal::TicketsNotFound(unknown));
        }
        let mut indexes: Vec<u16> = asked.iter().filter_map(index).collect();
        indexes.sort_unstable();
        indexes.dedup();
        let gone: Vec<_> =
            indexes.iter().filter(|&&i| booking.is_cancelled(i)).map(|&i| booking_id.ticket(i)).collect();
        if !gone.is_empty() {
            return Err(Refusal::TicketsCancelled(gone));
        }
        Ok(vec![booking.cancelled(booking_id, indexes)])
    }
}
