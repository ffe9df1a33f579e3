//! What happened to a checkout, for ever: its stream of the journal. A variant is added at the end; none changes.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{BookingId, CustomerId, HoldId, ShowId};
use crate::domain::money::Money;
use crate::domain::plan::{AreaIndex, SeatIndex};
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;

/// The provider's name for a payment or a refund; opaque here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GatewayReference(pub Box<str>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutEvent {
    CheckoutBegun(Box<CheckoutBegun>),
    PaymentOpened {
        payment: GatewayReference,
    },
    /// The buyer may try again while the hold lives.
    PaymentDeclined {
        reason: String,
    },
    PaymentAuthorised,
    /// The money is here. `amount` is what the provider says that it took.
    PaymentCaptured {
        amount: Money,
    },
    HoldExtended {
        expires_at: Timestamp,
    },
    /// The hold cannot be extended any further.
    HoldAtItsCap,
    /// The hold had expired before it could be confirmed: the same seats are taken again under a new one, or seats that
    /// are as good.
    RetakeBegun {
        hold_id: HoldId,
        equal_seats: bool,
    },
    SeatsRetaken {
        seats: Vec<SeatIndex>,
    },
    SeatsConfirmed {
        booking_id: BookingId,
    },
    /// There is a booking, and there will be no money for it: it is taken back.
    CaptureRefused {
        reason: String,
    },
    BookingUndone,
    /// No seats will come of it: the authorisation is given free.
    VoidBegun {
        why: EndReason,
    },
    CheckoutEnded {
        why: EndReason,
    },
    /// 0-based places in the booking's order.
    TicketsCancelled {
        tickets: Vec<u16>,
    },
    ShowCancelled,
    /// Refunds of a checkout are numbered from 1.
    RefundOwed {
        number: u32,
        amount: Money,
    },
    RefundPending {
        number: u32,
        refund: GatewayReference,
    },
    RefundSucceeded {
        number: u32,
    },
    /// Certainly without effect; the next try is another effect, under another key.
    RefundFailed {
        number: u32,
        reason: String,
    },
    /// Goes on when an operator says so. `refund`: which one; `None`: the checkout's own step.
    OperatorNeeded {
        refund: Option<u32>,
        reason: String,
    },
    RetryAsked,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutBegun {
    pub show_id: ShowId,
    pub hold_id: HoldId,
    pub customer_id: Option<CustomerId>,
    pub seats: Vec<SeatIndex>,
    pub general_admission: Vec<(AreaIndex, u32)>,
    /// Of each ticket, in the order that the booking will have.
    pub prices: Vec<Money>,
    /// ISO 4217 code.
    pub currency: String,
    /// The gateway's name.
    pub gateway: String,
    /// Of the hold.
    pub expires_at: Timestamp,
    /// Whether seats of the same category may stand in for seats that were lost to an expiry.
    pub equal_seats: bool,
}

/// Why a checkout ended, or is about to end, without a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The provider refused to open a payment.
    Declined,
    /// Nobody paid while the hold lived.
    Abandoned,
    /// The provider gave the payment free by itself.
    PaymentLapsed,
    SeatsLost(NoSeats),
    /// The money could not be taken, or not all of it.
    CaptureRefused,
    ShowCancelled,
}

/// Why the hold's seats cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoSeats {
    /// They may still be free.
    Expired,
    /// The buyer gave them back.
    Released,
    /// Another payment for the same hold was first, or they were confirmed by the box office.
    Sold,
    /// Others have them, or nothing is sold any more.
    Unavailable,
}

impl From<&Refusal> for NoSeats {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::HoldExpired(_) | Refusal::ExtensionTooLong { .. } => Self::Expired,
            Refusal::HoldReleased(_) => Self::Released,
            Refusal::HoldConfirmed(_) => Self::Sold,
            Refusal::ShowAlreadyScheduled
            | Refusal::ShowNotFound
            | Refusal::ShowStatus { .. }
            | Refusal::ShowNotOnSale { .. }
            | Refusal::UnknownSeats(_)
            | Refusal::UnknownAreas(_)
            | Refusal::UnknownCategories(_)
            | Refusal::UnknownZones(_)
            | Refusal::NamedTwice(_)
            | Refusal::NothingAskedFor
            | Refusal::TooManyTickets { .. }
            | Refusal::CustomerLimit { .. }
            | Refusal::SeatsUnavailable(_)
            | Refusal::NotEnoughSeats { .. }
            | Refusal::AreaFull { .. }
            | Refusal::AreaNotForSale { .. }
            | Refusal::HoldNotFound(_)
            | Refusal::BookingNotFound(_)
            | Refusal::BookingCancelled(_)
            | Refusal::TicketsNotFound(_)
            | Refusal::TicketsCancelled(_)
            | Refusal::NotBlocked(_)
            | Refusal::PlanTooLarge { .. }
            | Refusal::KeyReused => Self::Unavailable,
        }
    }
}
