//! What the export says of checkouts, with the fields that the audit looks at.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use uuid::Uuid;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutEvent {
    CheckoutBegun(Box<CheckoutBegun>),
    PaymentOpened(IgnoredAny),
    PaymentDeclined {
        reason: String,
    },
    PaymentAuthorised,
    PaymentCaptured {
        amount: u64,
    },
    HoldExtended {
        expires_at: i64,
    },
    HoldAtItsCap,
    RetakeBegun {
        hold_id: Uuid,
        /// Others will do that are as good.
        #[serde(default)]
        equal_seats: bool,
    },
    SeatsRetaken(IgnoredAny),
    SeatsConfirmed {
        booking_id: Uuid,
    },
    CaptureRefused(IgnoredAny),
    BookingUndone,
    VoidBegun {
        why: Value,
    },
    CheckoutEnded {
        why: Value,
    },
    TicketsCancelled(IgnoredAny),
    ShowCancelled,
    RefundOwed {
        number: u32,
        amount: u64,
    },
    RefundPending {
        number: u32,
    },
    RefundSucceeded {
        number: u32,
    },
    RefundFailed {
        number: u32,
    },
    /// `None`: the checkout's own step.
    OperatorNeeded {
        refund: Option<u32>,
    },
    RetryAsked,
}

#[derive(Clone, Debug, Deserialize)]
pub struct CheckoutBegun {
    pub show_id: Uuid,
    pub hold_id: Uuid,
    pub prices: Vec<u64>,
    /// Of the hold, in microseconds since 1970.
    pub expires_at: i64,
}
