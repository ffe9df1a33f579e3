//! A show as its log says it is: folded from its snapshot and the rest of the log, or from all of it.

use std::sync::Arc;

use super::recovery::LoadError;
use crate::actors::show_snapshot::Loaded;
use crate::actors::stream_log::StreamLog;
use crate::domain::plan::SeatingPlan;
use crate::domain::remembered::{Past, Remembered};
use crate::domain::{Event, Show, StreamId, Timestamp};
use crate::journal::codec::{HASH_OF_NOTHING, Hash};
use crate::journal::{Incarnation, Record, Version};
use crate::store::StoreError;

pub struct Recovered {
    pub incarnation: Incarnation,
    pub show: Show,
    pub remembered: Remembered,
    /// Of the last event; 0: there are none yet.
    pub version: Version,
    /// Of the record that holds it.
    pub hash: Hash,
    pub last_time: Timestamp,
    pub events_replayed: u64,
    /// Bytes of the log after the snapshot, and of the snapshot itself: what tells when the next one is worth it.
    pub tail_bytes: u64,
    pub snapshot_bytes: u64,
}

impl Recovered {
    pub fn new_show(incarnation: Incarnation, plan: Arc<SeatingPlan>) -> Self {
        Self {
            incarnation,
            show: Show::new(plan),
            remembered: Remembered::default(),
            version: 0,
            hash: HASH_OF_NOTHING,
            last_time: Timestamp::EPOCH,
            events_replayed: 0,
            tail_bytes: 0,
            snapshot_bytes: 0,
        }
    }

    /// A snapshot that does not fit is left aside: the log says it all.
    pub fn fold(
        log: &StreamLog,
        incarnation: Incarnation,
        plan: Arc<SeatingPlan>,
        snapshot: Option<Loaded>,
    ) -> Result<Self, LoadError> {
        if let Some(snapshot) = snapshot {
            let (version, hash) = (snapshot.version, snapshot.hash);
            let mut records = log.after(version.saturating_sub(1)).peekable();
            if let Some(Err(error)) = records.next_if(Result::is_err) {
                return Err(error.into());
            }
            // The version alone is not enough: a journal that has lost its tail may have given it to another event since.
            if !matches!(records.peek(), Some(Ok(record)) if record.hash == hash) {
                tracing::warn!(stream = %log.stream, version, "a snapshot is not of this log; all of it is folded");
            } else if let Some(begun) = Self::from_snapshot(log.stream, incarnation, plan.clone(), snapshot) {
                return begun.with(records);
            }
        }
        Self::new_show(incarnation, plan).with(log.after(0))
    }

    fn from_snapshot(
        stream: StreamId,
        incarnation: Incarnation,
        plan: Arc<SeatingPlan>,
        snapshot: Loaded,
    ) -> Option<Self> {
        let Loaded { version, hash, body, bytes } = snapshot;
        match Show::from_snapshot(plan, body.show) {
            Ok(show) => Some(Self {
                incarnation,
                show,
                remembered: body.remembered.into_owned(),
                version,
                hash,
                last_time: body.last_time,
                events_replayed: 0,
                tail_bytes: 0,
                snapshot_bytes: bytes,
            }),
            Err(error) => {
                tracing::warn!(%stream, %error, version, "a snapshot was left aside; the whole log is folded");
                None
            }
        }
    }

    fn with(mut self, records: impl Iterator<Item = Result<Record, StoreError>>) -> Result<Self, LoadError> {
        for record in records {
            self.add(&record?)?;
        }
        Ok(self)
    }

    /// Folds what a record adds. One that begins before the version reached may hold it in its middle: a snapshot may be
    /// taken there.
    fn add(&mut self, record: &Record) -> Result<(), LoadError> {
        let commit = &record.commit;
        if commit.first_version > self.version + 1 {
            let missing = format!("version {} is missing before {}", self.version + 1, commit.first_version);
            return Err(LoadError::Damaged(missing));
        }
        if commit.last_version() <= self.version {
            return Ok(());
        }
        let mut version = commit.first_version - 1;
        let mut events = commit.events.iter();
        for command in &commit.commands {
            for event in events.by_ref().take(command.events as usize) {
                version += 1;
                if version <= self.version {
                    continue;
                }
                let Event::Show(event) = event else {
                    return Err(LoadError::Unreadable("another kind of event in a show's stream".into()));
                };
                self.show.apply(event);
                self.events_replayed += 1;
            }
            if version > self.version && command.id != crate::domain::CommandId::CLOCK {
                let (id, fingerprint) = (command.id, command.fingerprint);
                self.remembered.remember(Past { id, fingerprint, version, at: commit.time });
            }
        }
        self.version = version;
        self.hash = record.hash;
        self.last_time = self.last_time.max(commit.time);
        self.tail_bytes += record.bytes.len() as u64;
        Ok(())
    }
}
