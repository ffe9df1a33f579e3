//! Tickets by their ids. The journal numbers them, customers name them: which is which, only answers say.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::{BookingAnswer, CallKind};
use crate::history::Call;

/// By ticket, as it was told first: its booking, and its number there.
pub fn told(calls: &[Call]) -> HashMap<Uuid, (Uuid, usize)> {
    let mut told = HashMap::new();
    let tells = |call: &&Call| match call.kind {
        CallKind::Confirm => call.status == 201,
        CallKind::Booking => call.status == 200,
        _ => false,
    };
    for call in calls.iter().filter(tells) {
        let Ok(booking) = serde_json::from_slice::<BookingAnswer>(&call.answer) else { continue };
        for (number, ticket) in booking.tickets.iter().enumerate() {
            told.entry(ticket.ticket_id).or_insert((booking.booking_id, number));
        }
    }
    told
}
