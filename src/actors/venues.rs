//! Venues: imported once, read by every show, never changed. No actor, since there is nothing to decide after the
//! import; the plans of venues in use are shared in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use ahash::AHashMap;
use tokio::time::timeout;

use super::creations::Creations;
use super::send_error::SendError;
use super::stored_commit::stored_commit_now;
use super::stream_log::StreamLog;
use crate::domain::plan::{PlanDefinition, SeatingPlan};
use crate::domain::{CommandId, Event, Fingerprint, Organiser, Refusal, StreamId, Timestamp, VenueEvent, VenueId};
use crate::journal::{AppendError, CommandRecord, Commit, Fence, Head, Journal, Position, Record, StreamKind, Version};
use crate::store::{Store, StoreError};

/// With a journal or a store that stands still. The largest plan takes seconds on a slow disk.
const PATIENCE: Duration = Duration::from_secs(30);
/// Plans kept although no show in memory uses them.
const KEPT_MAX: usize = 16;

pub struct Venue {
    pub id: VenueId,
    pub name: String,
    /// Whose venue it is; `None`: the house's.
    pub organiser: Option<Organiser>,
    pub plan: Arc<SeatingPlan>,
}

/// The answer to an import.
pub struct VenueReceipt {
    pub venue: Arc<Venue>,
    pub version: Version,
    pub position: Position,
}

/// What an import asks for.
pub struct ImportVenue {
    pub id: CommandId,
    pub fingerprint: Fingerprint,
    pub at: Timestamp,
    pub name: String,
    pub plan: PlanDefinition,
    pub organiser: Option<Organiser>,
}

#[derive(Clone)]
pub struct Venues(Arc<Inner>);

struct Inner {
    journal: Arc<dyn Journal>,
    store: Store,
    creations: Creations,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    all: AHashMap<VenueId, Weak<Venue>>,
    kept: VecDeque<Arc<Venue>>,
}

impl Venues {
    pub fn new(journal: Arc<dyn Journal>, store: Store, creations: Creations) -> Self {
        Self(Arc::new(Inner { journal, store, creations, shelf: Mutex::default() }))
    }

    /// Imports a venue under the id `fresh`, or finds what the same command imported before.
    pub async fn import(&self, fresh: VenueId, import: ImportVenue) -> Result<VenueReceipt, SendError> {
        let imported = timeout(PATIENCE, self.import_in_time(fresh, import)).await;
        imported.unwrap_or(Err(SendError::OutcomeUnknown))
    }

    async fn import_in_time(&self, fresh: VenueId, import: ImportVenue) -> Result<VenueReceipt, SendError> {
        let stream = self.0.creations.stream_for(import.id, StreamKind::Venue, StreamId::from(fresh), import.at)?;
        let (id, fingerprint) = (import.id, import.fingerprint);
        let imported = VenueEvent::VenueImported { name: import.name, plan: Box::new(import.plan) };
        let owned = import.organiser.map(|organiser| VenueEvent::VenueOwned { organiser });
        let events: Vec<Event> = [imported].into_iter().chain(owned).map(Event::Venue).collect();
        let commit = Arc::new(Commit {
            stream,
            first_version: 1,
            time: import.at,
            commands: vec![CommandRecord { id, fingerprint, events: events.len() as u32 }],
            events,
        });
        loop {
            let Fence { incarnation, head } = match self.0.journal.fence(stream).await {
                Ok(fence) => fence.map_err(|error| SendError::JournalUnavailable(error.to_string()))?,
                Err(_) => return Err(SendError::JournalUnavailable("it has stopped".into())),
            };
            if let Some(head) = head {
                return self.imported_before(stream, head, fingerprint).await;
            }
            match self.0.journal.append(incarnation, commit.clone()).await {
                Ok(Ok(record)) => return self.receipt(record).await,
                // The same command, sent twice at once: one of the two was first.
                Ok(Err(AppendError::Fenced { .. } | AppendError::VersionConflict { .. })) => {}
                Ok(Err(AppendError::TooLarge { bytes, max })) => {
                    return Err(Refusal::PlanTooLarge { bytes, max }.into());
                }
                Ok(Err(AppendError::Unavailable(_))) | Err(_) => return Err(SendError::OutcomeUnknown),
            }
        }
    }

    /// `None`: there is no such venue.
    pub async fn get(&self, id: VenueId) -> Result<Option<Arc<Venue>>, SendError> {
        if let Some(venue) = self.on_shelf(id) {
            return Ok(Some(venue));
        }
        let stream = StreamId::from(id);
        let head = match self.0.journal.head(stream) {
            Some(head) if head.kind == StreamKind::Venue => head,
            Some(_) | None => return Ok(None),
        };
        let record = self.read(stream, head).await?;
        self.taken_from_shelf_or(record).await.map(Some)
    }

    /// Without waiting: for those who follow the store, and so never ask for a venue that is not there yet. Blocks.
    /// `None`: there is no such venue, and there will not be one.
    pub fn get_now(&self, id: VenueId) -> Result<Option<Arc<Venue>>, StoreError> {
        if let Some(venue) = self.on_shelf(id) {
            return Ok(Some(venue));
        }
        let stream = StreamId::from(id);
        if self.0.journal.head(stream).is_none_or(|head| head.kind != StreamKind::Venue) {
            return Ok(None);
        }
        let record = stored_commit_now(&self.0.store, &*self.0.journal, stream, 1)?;
        Ok(Some(self.put_on_shelf(&record)))
    }

    async fn imported_before(
        &self,
        stream: StreamId,
        head: Head,
        fingerprint: Fingerprint,
    ) -> Result<VenueReceipt, SendError> {
        let record = self.read(stream, head).await?;
        if record.commit.commands.iter().any(|command| command.fingerprint == fingerprint) {
            return self.receipt(record).await;
        }
        Err(SendError::Refused(Refusal::KeyReused))
    }

    async fn read(&self, stream: StreamId, head: Head) -> Result<Record, SendError> {
        let log = timeout(PATIENCE, StreamLog::up_to(head, stream, &self.0.store, &self.0.journal)).await;
        let log = log.map_err(|_| SendError::StoreUnavailable("a venue".into()))?;
        log.commit(1).await.map_err(|error| unreadable(stream, &error))
    }

    async fn receipt(&self, record: Record) -> Result<VenueReceipt, SendError> {
        let (version, position) = (record.commit.last_version(), record.position);
        let venue = self.taken_from_shelf_or(record).await?;
        Ok(VenueReceipt { venue, version, position })
    }

    /// A large plan takes a while to build: not on the thread of whoever waits for it.
    async fn taken_from_shelf_or(&self, record: Record) -> Result<Arc<Venue>, SendError> {
        let stream = record.commit.stream;
        if let Some(venue) = self.on_shelf(VenueId(stream.0)) {
            return Ok(venue);
        }
        let this = self.clone();
        let venue = tokio::task::spawn_blocking(move || this.put_on_shelf(&record)).await;
        venue.map_err(|error| unreadable(stream, &error))
    }

    fn on_shelf(&self, id: VenueId) -> Option<Arc<Venue>> {
        self.0.shelf.lock().expect("nothing panics while it holds this lock").all.get(&id)?.upgrade()
    }

    fn put_on_shelf(&self, record: &Record) -> Arc<Venue> {
        let Some(Event::Venue(VenueEvent::VenueImported { name, plan })) = record.commit.events.first() else {
            panic!("a venue's stream begins with VenueImported");
        };
        let id = VenueId(record.commit.stream.0);
        let plan = Arc::new(SeatingPlan::new((**plan).clone()));
        let organiser = record.commit.events.iter().find_map(owner);
        let venue = Arc::new(Venue { id, name: name.clone(), organiser, plan });
        let mut shelf = self.0.shelf.lock().expect("nothing panics while it holds this lock");
        shelf.all.retain(|_, venue| venue.strong_count() > 0);
        shelf.all.insert(id, Arc::downgrade(&venue));
        shelf.kept.push_back(venue.clone());
        if shelf.kept.len() > KEPT_MAX {
            shelf.kept.pop_front();
        }
        venue
    }
}

fn owner(event: &Event) -> Option<Organiser> {
    match event {
        Event::Venue(VenueEvent::VenueOwned { organiser }) => Some(organiser.clone()),
        Event::Venue(VenueEvent::VenueImported { .. }) | Event::Show(_) | Event::Checkout(_) => None,
    }
}

fn unreadable(venue: StreamId, error: &dyn std::fmt::Display) -> SendError {
    tracing::error!(%venue, %error, "a venue cannot be read from the store");
    SendError::StoreUnavailable("a venue".into())
}
