//! What happened, for ever. A variant is added at the end or upcast; its meaning never changes: the golden bytes in
//! `tests/golden_events.rs` hold that.
//!
//! Seats and areas are named by their index in the venue's plan, which never changes: small on disk, fast to fold.

use serde::{Deserialize, Serialize};

use super::checkout::CheckoutEvent;
use super::ids::{BookingId, CustomerId, HoldId, VenueId};
use super::money::Money;
use super::organiser::Organiser;
use super::plan::{AreaIndex, PlanDefinition, SeatIndex};
use super::time::Timestamp;

/// Every event of the journal: which kind of stream it belongs to is its outer variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Venue(VenueEvent),
    Show(ShowEvent),
    Checkout(CheckoutEvent),
}

impl Event {
    pub fn as_show(&self) -> Option<&ShowEvent> {
        match self {
            Self::Show(event) => Some(event),
            Self::Venue(_) | Self::Checkout(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueEvent {
    VenueImported {
        name: String,
        plan: Box<PlanDefinition>,
    },
    /// In the same commit as the import. A venue without it belongs to the house.
    VenueOwned {
        organiser: Organiser,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowEvent {
    ShowScheduled(Box<ShowTerms>),
    SalesOpened,
    SalesPaused,
    SalesClosed,
    /// Ends every hold that is live at this moment by an own `HoldReleased` before it; bookings stay, to be refunded.
    ShowCancelled,
    SeatsBlocked {
        seats: Vec<SeatIndex>,
        reason: String,
    },
    SeatsUnblocked {
        seats: Vec<SeatIndex>,
    },
    SeatsHeld(SeatsHeld),
    HoldExtended {
        hold_id: HoldId,
        expires_at: Timestamp,
    },
    HoldReleased(HoldEnded),
    HoldExpired(HoldEnded),
    BookingConfirmed(BookingConfirmed),
    TicketsCancelled(TicketsCancelled),
    /// In the same commit as the scheduling. A show without it belongs to the house.
    ShowOwned {
        organiser: Organiser,
    },
}

/// Its places are free again. They are named once more, so that a view need not remember every hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldEnded {
    pub hold_id: HoldId,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
}

/// The tickets are the seats, in this order, then one for each standing place, area by area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookingConfirmed {
    pub hold_id: HoldId,
    pub booking_id: BookingId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
    pub payment_reference: String,
}

/// `tickets`: 0-based places in the booking's order, ascending; the other two say what is free again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketsCancelled {
    pub booking_id: BookingId,
    pub tickets: Vec<u16>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
}

/// One hold: seats first, in the order of the answer, then standing places by area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeatsHeld {
    pub hold_id: HoldId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
    pub expires_at: Timestamp,
    /// Whether the best available seats are all next to each other; true where none were asked for.
    pub adjacent: bool,
}

/// What a show is sold on; fixed when it is scheduled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowTerms {
    pub venue_id: VenueId,
    pub title: String,
    /// As the organiser wrote it: local time and zone are the truth, `starts_at` is what they meant when it was scheduled.
    pub starts_at_local: String,
    pub time_zone: String,
    pub starts_at: Timestamp,
    /// ISO 4217 code.
    pub currency: String,
    /// By the index of the plan's category; `None`: not sold.
    pub prices: Vec<Option<Money>>,
    pub hold_seconds: u32,
    /// Tickets that one customer may hold and own together.
    pub max_per_customer: Option<u32>,
    pub on_sale_at: Option<Timestamp>,
    pub off_sale_at: Option<Timestamp>,
}
