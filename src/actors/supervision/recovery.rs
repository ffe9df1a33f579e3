//! The beginning of a life: fence the journal, load the snapshot and fold the rest of the log.
//!
//! Nothing of the last incarnation is used. Where the store's log of this show turns out damaged, it is repaired from
//! the journal, once, and read again.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::Recovered;
use crate::actors::backstage::Backstage;
use crate::actors::show_snapshot::Loaded;
use crate::actors::stream_log::StreamLog;
use crate::domain::plan::SeatingPlan;
use crate::domain::{Event, ShowEvent, ShowId, StreamId, VenueId};
use crate::journal::{Head, Incarnation, StreamKind};
use crate::store::StoreError;

/// How long the store may need to catch up before a recovery gives up and is tried again.
const STORE_WAIT: Duration = Duration::from_secs(10);

#[derive(Debug, Error)]
pub enum RecoveryError {
    /// Not the show's fault; does not count as a death.
    #[error("waiting for the journal or the store: {0}")]
    Unavailable(String),
    #[error("there is no such show")]
    NoSuchShow,
    #[error("the show's log cannot be folded: {0}")]
    Unreadable(String),
}

/// `new_in`: the plan for a show that has no events yet.
pub async fn recover(
    backstage: &Arc<Backstage>,
    show_id: ShowId,
    new_in: Option<Arc<SeatingPlan>>,
) -> Result<Recovered, RecoveryError> {
    let unavailable = |reason: &dyn std::fmt::Display| RecoveryError::Unavailable(reason.to_string());
    let stream = StreamId::from(show_id);
    let fence = backstage.journal.fence(stream).await.map_err(|_| unavailable(&"the journal has stopped"))?;
    let fence = fence.map_err(|error| unavailable(&error))?;
    let head = match fence.head {
        Some(head) if head.kind == StreamKind::Show => head,
        Some(_) => return Err(RecoveryError::NoSuchShow),
        None => {
            let plan = new_in.ok_or(RecoveryError::NoSuchShow)?;
            return Ok(Recovered::new_show(fence.incarnation, plan));
        }
    };
    let log = StreamLog::up_to(head, stream, &backstage.store, &backstage.journal);
    let log = tokio::time::timeout(STORE_WAIT, log).await.map_err(|_| unavailable(&"the store has not caught up"))?;
    let _turn = backstage.recoveries.acquire().await.map_err(|closed| unavailable(&closed))?;
    match load(backstage, log.clone(), head, fence.incarnation).await {
        Err(LoadError::Damaged(reason)) => {
            tracing::error!(show = %show_id, reason, "the store's log of this show is damaged; repairing it from the journal");
            let (store, journal) = (backstage.store.clone(), backstage.journal.clone());
            let repair = tokio::task::spawn_blocking(move || store.repair(stream, &*journal)).await;
            repair.map_err(|panic| unavailable(&panic))?.map_err(|error| unavailable(&error))?;
            Ok(load(backstage, log, head, fence.incarnation).await?)
        }
        other => Ok(other?),
    }
}

/// What [`load`] can meet; damage can be repaired.
#[derive(Debug)]
pub enum LoadError {
    Damaged(String),
    Unavailable(String),
    Unreadable(String),
}

async fn load(
    backstage: &Arc<Backstage>,
    log: StreamLog,
    head: Head,
    incarnation: Incarnation,
) -> Result<Recovered, LoadError> {
    let store = backstage.store.clone();
    let (snapshot, venue_id, log) = apart(move || {
        let snapshot = Loaded::load(&store, log.stream, head.version);
        let venue_id = match &snapshot {
            Some(snapshot) => snapshot.body.show.venue_id(),
            None => first_venue(&log)?,
        };
        Ok((snapshot, venue_id, log))
    })
    .await?;
    let plan = match backstage.venues.get(venue_id).await {
        Ok(Some(venue)) => venue.plan.clone(),
        Ok(None) => return Err(LoadError::Unreadable(format!("its venue {venue_id} is not in the journal"))),
        Err(error) => return Err(LoadError::Unavailable(error.to_string())),
    };
    apart(move || {
        let recovered = Recovered::fold(&log, incarnation, plan, snapshot)?;
        if recovered.version != head.version {
            let (found, expected) = (recovered.version, head.version);
            return Err(LoadError::Damaged(format!("it ends at version {found}, the journal's at {expected}")));
        }
        Ok(recovered)
    })
    .await
}

/// On a thread of its own, so that the neighbours on this arbiter do not wait for a large snapshot or a long log.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
) -> Result<T, LoadError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Err(LoadError::Unreadable(super::life::panic_text(&*panic))),
            Err(error) => Err(LoadError::Unavailable(error.to_string())),
        },
    }
}

fn first_venue(log: &StreamLog) -> Result<VenueId, LoadError> {
    let record = log.after(0).next().transpose()?;
    let record = record.ok_or_else(|| LoadError::Damaged("its first commit is missing".into()))?;
    match record.commit.events.first() {
        Some(Event::Show(ShowEvent::ShowScheduled(terms))) => Ok(terms.venue_id),
        _ => Err(LoadError::Unreadable("its log does not begin with ShowScheduled".into())),
    }
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::StreamDamaged { what, .. } => Self::Damaged(what),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<LoadError> for RecoveryError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Damaged(reason) => Self::Unreadable(format!("damaged again after a repair: {reason}")),
            LoadError::Unavailable(reason) => Self::Unavailable(reason),
            LoadError::Unreadable(reason) => Self::Unreadable(reason),
        }
    }
}
