//! What a checkout learns: the results of its own actions, what was found out at the provider, and what happened to the
//! show. Any of them may come twice, late, or when nobody waits for it any more.
//!
//! A provider's message is deliberately no input: it is a hint to look, and what is seen then is one.

use super::event::{GatewayReference, NoSeats};
use crate::domain::ids::BookingId;
use crate::domain::money::Money;
use crate::domain::plan::SeatIndex;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Opened {
        payment: GatewayReference,
        paid: Paid,
    },
    OpeningRefused {
        reason: String,
    },
    Seen(Sight),
    HoldExtended {
        expires_at: Timestamp,
    },
    ExtensionRefused(NoSeats),
    Confirmed {
        booking_id: BookingId,
    },
    ConfirmRefused(NoSeats),
    Retaken {
        seats: Vec<SeatIndex>,
    },
    RetakeRefused,
    Captured,
    CaptureRefused {
        reason: String,
    },
    /// All its tickets are cancelled, by whomever.
    BookingUndone,
    Voided,
    RefundAnswered {
        number: u32,
        answer: RefundAnswer,
    },
    TicketsCancelled {
        tickets: Vec<u16>,
    },
    ShowCancelled,
    /// The runner has tried the next action too often.
    GaveUp {
        reason: String,
    },
    RetryAsked,
}

/// What is true of a payment at the provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    pub paid: Paid,
    /// Why the last try to pay failed.
    pub declined: Option<String>,
    pub refunds: Vec<RefundSight>,
}

/// One of its refunds, as the provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundSight {
    pub refund: GatewayReference,
    /// The key that it was asked for under, where the provider keeps it.
    pub key: Option<String>,
    pub amount: Money,
    pub answer: RefundAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    Waiting,
    Authorised,
    Captured(Money),
    /// It will never be captured.
    Voided,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundAnswer {
    Pending(GatewayReference),
    Succeeded,
    Failed(String),
}
