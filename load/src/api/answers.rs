//! What comes back. Fields that nobody here looks at are left out; fields that a promise rests on are not optional.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

/// On every accepted command and every view.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Stamp {
    pub version: u64,
    #[serde(deserialize_with = "decimal")]
    pub position: u64,
}

/// As much of a hold's answer as a buyer needs to go on; read on the hot path.
#[derive(Debug, Deserialize)]
pub struct HoldTaken<'a> {
    pub hold_id: Uuid,
    #[serde(borrow)]
    pub hold_token: Cow<'a, str>,
    #[serde(borrow)]
    pub position: Cow<'a, str>,
}

/// All of a hold's answer that can be checked.
#[derive(Clone, Debug, Deserialize)]
pub struct HoldAnswer {
    pub hold_id: Uuid,
    #[serde(default)]
    pub seats: Vec<SeatHeld>,
    #[serde(default)]
    pub general_admission: Vec<PlacesHeld>,
    pub total: u64,
    pub expires_at: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SeatHeld {
    pub seat: String,
    pub price: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct PlacesHeld {
    pub area: String,
    pub quantity: u32,
    /// Of one of them.
    pub price: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ExtendAnswer {
    pub hold_id: Uuid,
    pub expires_at: String,
}

/// The answer to a confirmation, and the body of `GET /v1/bookings/{id}`.
#[derive(Clone, Debug, Deserialize)]
pub struct BookingAnswer {
    pub booking_id: Uuid,
    /// In reads of a booking only.
    #[serde(default)]
    pub customer_id: Option<String>,
    pub tickets: Vec<TicketAnswer>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct TicketAnswer {
    pub ticket_id: Uuid,
    #[serde(default)]
    pub seat: Option<String>,
    #[serde(default)]
    pub area: Option<String>,
    /// In reads of a booking only.
    #[serde(default)]
    pub cancelled: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct CancelAnswer {
    pub booking_id: Uuid,
    pub cancelled: Vec<TicketAnswer>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SeatMap<'a> {
    pub version: u64,
    #[serde(deserialize_with = "decimal")]
    pub position: u64,
    #[serde(borrow)]
    pub seats: HashMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(default)]
    pub areas: HashMap<String, AreaCounts>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct AreaCounts {
    pub capacity: u32,
    pub held: u32,
    pub sold: u32,
}

/// An RFC 9457 problem.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Problem {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Conflict {
    pub seat: String,
    pub status: String,
}

impl BookingAnswer {
    /// Where its tickets lead, in their order: seats and areas by their names.
    pub fn places(&self) -> Vec<&str> {
        self.tickets.iter().filter_map(TicketAnswer::place).collect()
    }
}

impl TicketAnswer {
    /// The seat or the area that it leads to.
    pub fn place(&self) -> Option<&str> {
        self.seat.as_deref().or(self.area.as_deref())
    }
}

impl Problem {
    pub fn parse(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// Positions are strings to clients; this client looks inside, because it compares them with the journal's.
pub(super) fn decimal<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is not a position")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_read_with_its_stamp() {
        let body = br#"{"hold_id":"01900000-0000-7000-8000-000000000000","hold_token":"t","seats":[{"seat":"A-1",
            "category":"Stalls","price":4500}],"general_admission":[],"total":4500,"currency":"EUR",
            "expires_at":"2026-01-01T00:00:00Z","adjacent":true,"version":7,"position":"19"}"#;
        let hold: HoldAnswer = serde_json::from_slice(body).expect("valid");
        let stamp: Stamp = serde_json::from_slice(body).expect("valid");
        assert_eq!(stamp, Stamp { version: 7, position: 19 });
        assert_eq!(hold.seats[0].price, 4500);
        let taken: HoldTaken = serde_json::from_slice(body).expect("valid");
        assert_eq!((&*taken.hold_token, &*taken.position), ("t", "19"));
    }

    #[test]
    fn a_body_that_is_no_problem_has_no_code() {
        assert_eq!(Problem::parse(b"<html>").code, "");
    }
}
