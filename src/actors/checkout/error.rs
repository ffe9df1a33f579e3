//! Why a call about a checkout was not answered as it was meant.

use thiserror::Error;

use crate::actors::SendError;
use crate::domain::CheckoutId;
use crate::domain::checkout::CheckoutRefusal;

#[derive(Debug, PartialEq, Error)]
pub enum CheckoutError {
    #[error(transparent)]
    Show(#[from] SendError),
    #[error(transparent)]
    Refused(#[from] CheckoutRefusal),
    #[error("the hold has a checkout under way: {0}")]
    UnderWay(CheckoutId),
    #[error("this server takes no payments: no payment gateway is set")]
    NoGateway,
    #[error("there is no such checkout")]
    NotFound,
    /// After a start, or after the runner died.
    #[error("open checkouts are being looked up; try again in a moment")]
    NotReady,
    #[error("too many checkouts are open; try again in a moment")]
    TooMany,
    #[error("the checkout cannot be read just now: {0}")]
    Unreadable(String),
}
