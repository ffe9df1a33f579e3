//! Why a command has no receipt: a refusal is final, everything else may be tried again.

use thiserror::Error;

use crate::domain::Refusal;

#[derive(Clone, Debug, PartialEq, Error)]
pub enum SendError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("there is no such show")]
    ShowNotFound,
    #[error("there is no such venue")]
    VenueNotFound,
    /// No permit: nothing was begun.
    #[error("too many requests are waiting; try again in a moment")]
    Overloaded,
    /// Nothing was begun.
    #[error("the journal cannot be written just now ({0}); nothing is accepted until it can")]
    JournalUnavailable(String),
    /// Nothing was begun.
    #[error("the store cannot be read just now ({0}); nothing is lost, try again in a moment")]
    StoreUnavailable(String),
    /// Begun, and no answer came before the deadline.
    #[error("no answer in time: the outcome is unknown. Ask again with the same idempotency key")]
    OutcomeUnknown,
    /// The show's actor kept crashing.
    #[error("this show is quarantined after repeated crashes; an operator has to release it")]
    ShowQuarantined,
    /// This command crashed two incarnations of the show's actor.
    #[error("this request crashed the show's actor twice and is not tried again until an operator releases the show")]
    CommandQuarantined,
}

impl SendError {
    /// Whether the command may have been executed all the same.
    pub fn leaves_open(&self) -> bool {
        match self {
            Self::OutcomeUnknown | Self::CommandQuarantined => true,
            Self::Refused(_)
            | Self::ShowNotFound
            | Self::VenueNotFound
            | Self::Overloaded
            | Self::JournalUnavailable(_)
            | Self::StoreUnavailable(_)
            | Self::ShowQuarantined => false,
        }
    }
}
