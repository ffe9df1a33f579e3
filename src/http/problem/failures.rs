//! Which kind of problem it is that a command, a checkout, a message or a view could not be answered.

use std::fmt::Display;

use actix_web::http::header::{HeaderValue, RETRY_AFTER};

use super::{Kind, Problem, kinds};
use crate::actors::{CheckoutError, NoticeError, SendError, ViewError};
use crate::domain::checkout::CheckoutRefusal;

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        let detail = error.to_string();
        match error {
            SendError::Refused(refusal) => refusal.into(),
            SendError::ShowNotFound => Self::new(kinds::SHOW_NOT_FOUND, detail),
            SendError::VenueNotFound => Self::new(kinds::VENUE_NOT_FOUND, detail),
            SendError::Overloaded => later(kinds::OVERLOADED, detail, 1),
            SendError::JournalUnavailable(_) => later(kinds::JOURNAL_UNAVAILABLE, detail, 1),
            SendError::StoreUnavailable(_) => later(kinds::STORE_UNAVAILABLE, detail, 2),
            SendError::OutcomeUnknown => later(kinds::OUTCOME_UNKNOWN, detail, 1),
            SendError::ShowQuarantined => later(kinds::SHOW_QUARANTINED, detail, 30),
            SendError::CommandQuarantined => later(kinds::COMMAND_QUARANTINED, detail, 60),
        }
    }
}

impl From<CheckoutError> for Problem {
    fn from(error: CheckoutError) -> Self {
        let detail = error.to_string();
        match error {
            CheckoutError::Show(error) => error.into(),
            CheckoutError::Refused(CheckoutRefusal::AmountTooLarge | CheckoutRefusal::PricesDoNotFit) => {
                Self::new(kinds::AMOUNT_TOO_LARGE, detail)
            }
            CheckoutError::Refused(CheckoutRefusal::NothingToRetry) => Self::new(kinds::NOTHING_TO_RETRY, detail),
            CheckoutError::UnderWay(checkout_id) => {
                let mut problem = Self::new(kinds::CHECKOUT_UNDER_WAY, detail);
                problem.more.checkout_id = Some(checkout_id);
                problem
            }
            CheckoutError::NoGateway => Self::new(kinds::CHECKOUTS_DISABLED, detail),
            CheckoutError::NotFound => Self::new(kinds::CHECKOUT_NOT_FOUND, detail),
            CheckoutError::NotReady => later(kinds::CHECKOUTS_NOT_READY, detail, 1),
            CheckoutError::TooMany => later(kinds::OVERLOADED, detail, 5),
            CheckoutError::Unreadable(_) => unreadable(detail),
        }
    }
}

impl From<NoticeError> for Problem {
    fn from(error: NoticeError) -> Self {
        let detail = error.to_string();
        match error {
            NoticeError::UnknownGateway => Self::new(kinds::GATEWAY_NOT_FOUND, detail),
            NoticeError::NotGenuine => Self::new(kinds::WEBHOOK_NOT_GENUINE, detail),
            NoticeError::Malformed(_) => Self::new(kinds::WEBHOOK_MALFORMED, detail),
            NoticeError::NotHeeded => later(kinds::WEBHOOK_NOT_HEEDED, detail, 5),
        }
    }
}

/// A view that is not so far yet, or cannot be read at all.
pub fn view_failed(error: ViewError) -> Problem {
    match error {
        ViewError::Behind { .. } | ViewError::NotBegun => later(kinds::VIEW_BEHIND, error.to_string(), 1),
        ViewError::Unreadable(error) => unreadable(error),
    }
}

/// The store could not be read: it is being opened again, or rebuilt.
pub fn unreadable(error: impl Display) -> Problem {
    tracing::warn!(%error, "a read failed; the client was told to come back");
    later(kinds::STORE_UNAVAILABLE, "this cannot be read just now; nothing is lost", 2)
}

/// The server does not begin anything any more.
pub fn stopping() -> Problem {
    later(kinds::STOPPING, "this server is being stopped; another one, or its next start, goes on", 1)
}

/// It may be tried again after so many seconds.
pub fn later(kind: Kind, detail: impl Into<String>, seconds: u16) -> Problem {
    Problem::new(kind, detail).header(RETRY_AFTER, HeaderValue::from(seconds))
}
