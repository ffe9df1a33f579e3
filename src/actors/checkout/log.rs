//! A checkout's own log: appended to with compare-and-set, and folded again whenever it is not certain what is durable.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::actors::stream_log::StreamLog;
use crate::domain::{Checkout, CheckoutEvent, CheckoutId, CommandId, Event, Fingerprint, StreamId, Timestamp};
use crate::journal::{
    AppendError, CommandRecord, Commit, Fence, Head, Incarnation, Journal, Record, StreamKind, Version,
};
use crate::store::Store;

pub struct CheckoutLog {
    pub journal: Arc<dyn Journal>,
    pub store: Store,
}

/// A checkout as its log has it.
#[derive(Clone)]
pub struct Written {
    pub state: Arc<Checkout>,
    pub version: Version,
    pub incarnation: Incarnation,
}

/// Who asked for a checkout; nobody asks for what comes later.
#[derive(Clone, Copy)]
pub struct Asked {
    pub id: CommandId,
    pub fingerprint: Fingerprint,
}

/// A store that is rebuilt takes longer: whoever asks meanwhile is told.
const STORED_WITHIN: Duration = Duration::from_secs(5);

const NOBODY: Asked = Asked { id: CommandId::CLOCK, fingerprint: Fingerprint(0) };

impl CheckoutLog {
    pub async fn begin(
        &self,
        id: CheckoutId,
        asked: Asked,
        event: CheckoutEvent,
        now: Timestamp,
    ) -> Result<Written, AppendError> {
        let events = vec![Event::Checkout(event)];
        let mut incarnation = Incarnation::default();
        let mut written = self.write(id, incarnation, 1, events.clone(), asked, now).await;
        if let Err(AppendError::Fenced { .. }) = written {
            // An earlier try failed, and whether it had begun was looked up: that one can not write any more.
            let fence = self.journal.fence(StreamId::from(id)).await;
            incarnation = fence.unwrap_or_else(|_| Err(AppendError::Unavailable("it has stopped".into())))?.incarnation;
            written = self.write(id, incarnation, 1, events, asked, now).await;
        }
        let state = fold(id, std::iter::once(&written?)).expect("its first event begins it");
        Ok(Written { state: Arc::new(state), version: 1, incarnation })
    }

    /// The checkout with these events, once they are durable. An error says nothing about whether they are.
    pub async fn append(
        &self,
        before: &Written,
        events: Vec<CheckoutEvent>,
        now: Timestamp,
    ) -> Result<Written, AppendError> {
        let mut state = (*before.state).clone();
        events.iter().for_each(|event| state.apply(event));
        let id = state.id();
        let events = events.into_iter().map(Event::Checkout).collect();
        let record = self.write(id, before.incarnation, before.version + 1, events, NOBODY, now).await?;
        Ok(Written { state: Arc::new(state), version: record.commit.last_version(), ..*before })
    }

    /// What is durable, with nothing on its way any more: whoever wrote before can not do so again. `None`: it never
    /// began.
    pub async fn take_over(&self, id: CheckoutId) -> Result<Option<Written>, String> {
        let fence = self.journal.fence(StreamId::from(id)).await.map_err(|_| "the journal has stopped".to_owned())?;
        let Fence { incarnation, head } = fence.map_err(|error| error.to_string())?;
        match head {
            Some(head) => self.folded(id, head, incarnation).await.map(Some),
            None => Ok(None),
        }
    }

    /// What is durable now.
    pub async fn read(&self, id: CheckoutId) -> Result<Option<Written>, String> {
        match self.journal.head(StreamId::from(id)) {
            Some(head) if head.kind == StreamKind::Checkout => {
                self.folded(id, head, Incarnation::default()).await.map(Some)
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Who asked for it; `None`: it never began.
    pub async fn asked(&self, id: CheckoutId) -> Result<Option<Fingerprint>, String> {
        let stream = StreamId::from(id);
        let Some(head) = self.journal.head(stream).filter(|head| head.kind == StreamKind::Checkout) else {
            return Ok(None);
        };
        let log = self.log(stream, head).await?;
        let first = log.commit(1).await.map_err(|error| error.to_string())?;
        Ok(first.commit.commands.first().map(|command| command.fingerprint))
    }

    async fn folded(&self, id: CheckoutId, head: Head, incarnation: Incarnation) -> Result<Written, String> {
        let stream = StreamId::from(id);
        let log = self.log(stream, head).await?;
        let (mut records, mut version) = (Vec::new(), 0);
        while version < head.version {
            let record = log.commit(version + 1).await.map_err(|error| error.to_string())?;
            version = record.commit.last_version();
            records.push(record);
        }
        let state = fold(id, records.iter()).ok_or("its log does not begin with its beginning")?;
        Ok(Written { state: Arc::new(state), version, incarnation })
    }

    /// A stream up to this head, whoever's it is.
    pub(super) async fn log(&self, stream: StreamId, head: Head) -> Result<StreamLog, String> {
        let log = timeout(STORED_WITHIN, StreamLog::up_to(head, stream, &self.store, &self.journal)).await;
        log.map_err(|_| "the store has not caught up with the journal".to_owned())
    }

    async fn write(
        &self,
        id: CheckoutId,
        incarnation: Incarnation,
        first_version: Version,
        events: Vec<Event>,
        asked: Asked,
        time: Timestamp,
    ) -> Result<Record, AppendError> {
        let Asked { id: command, fingerprint } = asked;
        let commands = vec![CommandRecord { id: command, fingerprint, events: events.len() as u32 }];
        let commit = Commit { stream: StreamId::from(id), first_version, time, commands, events };
        let appended = self.journal.append(incarnation, Arc::new(commit)).await;
        appended.unwrap_or_else(|_| Err(AppendError::Unavailable("it has stopped".into())))
    }
}

fn fold<'a>(id: CheckoutId, records: impl Iterator<Item = &'a Record>) -> Option<Checkout> {
    let mut state: Option<Checkout> = None;
    for event in records.flat_map(|record| &record.commit.events) {
        match (event, &mut state) {
            (Event::Checkout(CheckoutEvent::CheckoutBegun(begun)), None) => {
                state = Some(Checkout::of(id, Arc::new((**begun).clone())));
            }
            (Event::Checkout(event), Some(state)) => state.apply(event),
            (Event::Checkout(_), None) | (Event::Show(_) | Event::Venue(_), _) => return None,
        }
    }
    state
}
