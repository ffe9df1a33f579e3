//! Ids as types of their own, so that a hold's id can never stand where a show's belongs.
//!
//! All but the customer's are UUIDv7, made at the edge. A ticket's id is derived from its booking's: the log need not
//! store it, and a repeated answer names the same ticket.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One bookable performance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShowId(pub Uuid);

/// A hall with its seating plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VenueId(pub Uuid);

/// Seats taken for a customer for a limited time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldId(pub Uuid);

/// A confirmed sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingId(pub Uuid);

/// One admission: one seat, or one place in a standing area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(pub Uuid);

/// A stream of the journal: a show's, a venue's or a checkout's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(pub Uuid);

/// Whatever the shop calls its customer: 1 to 128 characters, opaque, no personal data (it stays in the log for ever).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerId(Box<str>);

impl CustomerId {
    pub const CHARACTERS_MAX: usize = 128;

    /// `None` when empty, too long, or with control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let length = text.chars().count();
        let printable = !text.chars().any(char::is_control);
        ((1..=Self::CHARACTERS_MAX).contains(&length) && printable).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The low bits of a UUIDv7 that are random: the ticket's number is added to them.
const TICKET_MASK: u128 = (1 << 62) - 1;

impl BookingId {
    /// The id of the booking's ticket with this index (0-based, in the booking's order).
    pub fn ticket(self, index: u16) -> TicketId {
        let whole = self.0.as_u128();
        let low = (whole & TICKET_MASK).wrapping_add(u128::from(index) + 1) & TICKET_MASK;
        TicketId(Uuid::from_u128((whole & !TICKET_MASK) | low))
    }

    /// Which of the booking's tickets this id names, if it is one of the first `count`.
    pub fn index_of(self, ticket: TicketId, count: u16) -> Option<u16> {
        (0..count).find(|&index| self.ticket(index) == ticket)
    }
}

impl From<ShowId> for StreamId {
    fn from(show: ShowId) -> Self {
        Self(show.0)
    }
}

impl From<VenueId> for StreamId {
    fn from(venue: VenueId) -> Self {
        Self(venue.0)
    }
}

impl fmt::Display for ShowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for VenueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for HoldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_keeps_the_version_and_variant_of_its_booking_even_where_the_low_bits_wrap() {
        let booking = BookingId(Uuid::from_u128(0x0190_0000_0000_7000_bfff_ffff_ffff_ffff));
        let ticket = booking.ticket(0);
        assert_eq!(ticket.0.get_version_num(), 7);
        assert_eq!(ticket.0.get_variant(), uuid::Variant::RFC4122);
        assert_ne!(ticket.0, booking.0);
        assert_eq!(booking.index_of(ticket, 1), Some(0));
        assert_eq!(booking.index_of(booking.ticket(3), 3), None);
    }

    #[test]
    fn a_customer_id_is_short_and_printable() {
        assert!(CustomerId::parse("customer-7").is_some());
        assert!(CustomerId::parse("").is_none());
        assert!(CustomerId::parse(&"x".repeat(129)).is_none());
        assert!(CustomerId::parse("a\nb").is_none());
    }
}
