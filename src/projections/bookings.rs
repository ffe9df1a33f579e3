//! Bookings by id, and by customer across shows.

use serde::{Deserialize, Serialize};

use super::misfit::Misfit;
use crate::domain::event::{BookingConfirmed, TicketsCancelled};
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::{CustomerId, ShowId, Timestamp};

/// One booking as its owner sees it. The ticket with index `i` has the id `booking_id.ticket(i)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookingView {
    pub show_id: ShowId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
    pub payment_reference: String,
    pub confirmed_at: Timestamp,
    /// Indexes of the tickets that were cancelled, ascending.
    pub cancelled: Vec<u16>,
    /// Of the last event that changed it, in its show's stream.
    pub version: u64,
}

impl BookingView {
    pub fn confirmed(show_id: ShowId, version: u64, at: Timestamp, event: &BookingConfirmed) -> Self {
        Self {
            show_id,
            customer_id: event.customer_id.clone(),
            seats: event.seats.clone(),
            general_admission: event.general_admission.clone(),
            payment_reference: event.payment_reference.clone(),
            confirmed_at: at,
            cancelled: Vec::new(),
            version,
        }
    }

    pub fn fold_cancelled(&mut self, version: u64, event: &TicketsCancelled) -> Result<(), Misfit> {
        let gone = |ticket: &&u16| **ticket >= self.ticket_count() || self.cancelled.contains(ticket);
        if let Some(ticket) = event.tickets.iter().find(gone) {
            return Err(Misfit(format!("ticket {ticket} is not one that the booking still has")));
        }
        self.version = version;
        self.cancelled.extend(&event.tickets);
        self.cancelled.sort_unstable();
        Ok(())
    }

    pub fn ticket_count(&self) -> u16 {
        let standing: u32 = self.general_admission.iter().map(|(_, quantity)| quantity).sum();
        (self.seats.len() as u32 + standing) as u16
    }
}
