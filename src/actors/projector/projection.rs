//! What a view is to its projector: folded record by record, and stored now and then.

use std::sync::Arc;

use super::per_show::Changes;
use super::project::Source;
use crate::actors::venues::{Venue, Venues};
use crate::domain::VenueId;
use crate::journal::Record;
use crate::projections::misfit::Misfit;
use crate::store::{StoreError, View};

/// A view as the projector sees it.
pub trait Projection: Send + Sync + Sized + Unpin + 'static {
    const NAME: &'static str;
    /// Counted up when the stored form changes: then the view is folded anew, beside the old one.
    const VERSION: u32;

    /// From what is stored.
    fn begin(view: View) -> Result<Self, StoreError>;
    /// The record is the next one; `source` has all that came before it.
    fn fold(&mut self, record: &Record, source: &Source) -> Result<(), FoldError>;
    /// What has changed since the last time.
    fn take_changes(&mut self) -> Changes;
    /// Whether so much is waiting to be stored that it should not become more: storing stops all readers of sled in this
    /// process, some 10 microseconds for each entry. Views of few entries that change over and over have time.
    fn is_full(&self) -> bool {
        false
    }
    /// The changes are stored.
    fn stored(&mut self) {}
}

#[derive(Debug)]
pub enum FoldError {
    /// Try again later.
    NotNow(String),
    /// What is stored of the view cannot be read: the view has to be folded anew.
    Damaged(String),
    /// It will never be possible.
    Impossible(String),
}

impl From<StoreError> for FoldError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ViewDamaged { .. } => Self::Damaged(error.to_string()),
            other => Self::NotNow(other.to_string()),
        }
    }
}

impl From<Misfit> for FoldError {
    fn from(misfit: Misfit) -> Self {
        Self::Impossible(misfit.to_string())
    }
}

/// The venue that an event names. There is none: the event is nonsense.
pub fn venue(venues: &Venues, id: VenueId) -> Result<Arc<Venue>, FoldError> {
    venues.get_now(id)?.ok_or_else(|| FoldError::Impossible(format!("there is no venue {id}")))
}
