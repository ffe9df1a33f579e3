//! Requests to change a show. Everything that a decision needs and that is not in the show travels here: the time,
//! the ids that may be given out, the names that the caller used.

use serde::{Deserialize, Serialize};

use super::event::ShowTerms;
use super::ids::{BookingId, CustomerId, HoldId, TicketId};
use super::organiser::Organiser;
use super::plan::{AreaIndex, SeatIndex};
use super::time::Timestamp;

/// Names one command for ever: made from the caller's scope and its idempotency key. 0 is nobody's: the clock's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(pub u128);

impl CommandId {
    /// What the clock did by itself: holds that ended, sales that opened or closed.
    pub const CLOCK: Self = Self(0);
}

/// Tells two bodies under one key apart. Not a secret and no proof: 64 bits of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub u64);

/// One request to change one show.
#[derive(Clone, Debug)]
pub struct Command {
    pub id: CommandId,
    pub fingerprint: Fingerprint,
    /// Read at the edge. A show never lets it run backwards.
    pub at: Timestamp,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub enum Action {
    /// `organiser`: whose show it is; `None`: the house's.
    ScheduleShow {
        terms: Box<ShowTerms>,
        organiser: Option<Organiser>,
    },
    OpenSales,
    PauseSales,
    CancelShow,
    BlockSeats {
        seats: Vec<String>,
        reason: String,
    },
    UnblockSeats {
        seats: Vec<String>,
    },
    HoldSeats(HoldSeats),
    HoldEqual(HoldEqual),
    ExtendHold {
        hold_id: HoldId,
        extend_seconds: u32,
    },
    ReleaseHold {
        hold_id: HoldId,
    },
    ConfirmHold {
        hold_id: HoldId,
        booking_id: BookingId,
        payment_reference: String,
    },
    /// `None`: all that are left.
    CancelTickets {
        booking_id: BookingId,
        tickets: Option<Vec<TicketId>>,
    },
    /// Record what has become due; changes nothing that a decision would see.
    Tick,
}

/// Chosen seats, the best available, standing places, or all three: all or nothing.
#[derive(Clone, Debug)]
pub struct HoldSeats {
    pub hold_id: HoldId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<String>,
    pub best_available: Option<BestAvailable>,
    pub general_admission: Vec<(String, u32)>,
}

/// Seats and places as good as those of a hold that had expired when it was paid for: see
/// [`equal_seats`](super::equal_seats). All or nothing, and for the same price.
#[derive(Clone, Debug)]
pub struct HoldEqual {
    pub hold_id: HoldId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
}

/// A wish for seats next to each other, in the caller's words.
#[derive(Clone, Debug)]
pub struct BestAvailable {
    pub quantity: u32,
    /// `None`: any.
    pub categories: Option<Vec<String>>,
    pub zones: Option<Vec<String>>,
    pub accessible: bool,
}

impl Action {
    /// People who hold seats, or have paid for them, can finish even when buyers are turned away at the door.
    pub fn finishes_a_sale(&self) -> bool {
        match self {
            Self::ExtendHold { .. }
            | Self::ReleaseHold { .. }
            | Self::ConfirmHold { .. }
            | Self::HoldEqual(_)
            | Self::CancelTickets { .. }
            | Self::PauseSales
            | Self::CancelShow
            | Self::Tick => true,
            Self::ScheduleShow { .. }
            | Self::OpenSales
            | Self::BlockSeats { .. }
            | Self::UnblockSeats { .. }
            | Self::HoldSeats(_) => false,
        }
    }
}
