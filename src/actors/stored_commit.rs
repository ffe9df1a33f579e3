//! Reading a commit that must be there: where the store has lost or damaged it, the stream is repaired from the journal
//! first. For everybody but a recovery, which reads a whole log and repairs it itself.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::StreamId;
use crate::journal::{Journal, Record, Version};
use crate::store::{Store, StoreError};

/// A repair reads the whole journal: who comes second finds it done.
static REPAIRING: Mutex<()> = Mutex::new(());

/// Leaves the thread only where something has to be repaired.
pub async fn stored_commit(
    store: &Store,
    journal: &Arc<dyn Journal>,
    stream: StreamId,
    version: Version,
) -> Result<Record, StoreError> {
    if let Some(record) = read(store, stream, version)? {
        return Ok(record);
    }
    let (store, journal) = (store.clone(), journal.clone());
    let repaired = tokio::task::spawn_blocking(move || stored_commit_now(&store, &*journal, stream, version)).await;
    repaired.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string())))
}

/// The same; blocks.
pub fn stored_commit_now(
    store: &Store,
    journal: &dyn Journal,
    stream: StreamId,
    version: Version,
) -> Result<Record, StoreError> {
    if let Some(record) = read(store, stream, version)? {
        return Ok(record);
    }
    let _one_at_a_time = REPAIRING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(record) = read(store, stream, version)? {
        return Ok(record);
    }
    store.repair(stream, journal)?;
    let missing = || StoreError::StreamDamaged { stream, what: format!("version {version} is missing") };
    read(store, stream, version)?.ok_or_else(missing)
}

/// `None`: it has to be repaired.
fn read(store: &Store, stream: StreamId, version: Version) -> Result<Option<Record>, StoreError> {
    match store.commit_at(stream, version) {
        Err(StoreError::StreamDamaged { .. }) => Ok(None),
        found => found,
    }
}
