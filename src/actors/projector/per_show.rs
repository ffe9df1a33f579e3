//! One value for each show: in memory while the show is busy, on sled always.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::AHashSet;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::parked;
use crate::domain::ShowId;
use crate::store::{StoreError, View};

/// One of the changes for [`View::write`].
pub type Change = (Vec<u8>, Option<Vec<u8>>);
pub type Changes = Vec<Change>;

pub struct PerShow<T> {
    view: View,
    hot: BTreeMap<ShowId, Arc<T>>,
    /// Those of `hot` that were changed since they were stored.
    dirty: AHashSet<ShowId>,
    /// How many values stay in memory although nothing changes them; `None`: all.
    kept_max: Option<usize>,
}

impl<T: Clone + Serialize + DeserializeOwned> PerShow<T> {
    /// Values come into memory as their shows change, and go again.
    pub fn some_in_memory(view: View, kept_max: usize) -> Self {
        Self { view, hot: BTreeMap::new(), dirty: AHashSet::new(), kept_max: Some(kept_max) }
    }

    /// Every value is loaded now and stays.
    pub fn all_in_memory(view: View) -> Result<Self, StoreError> {
        let mut hot = BTreeMap::new();
        for (key, bytes) in view.all()?.into_iter().filter(|(key, _)| !parked::is_key(key)) {
            let show = uuid::Uuid::from_slice(&key).map_err(|error| view.damaged(error.to_string()))?;
            hot.insert(ShowId(show), Arc::new(view.decode(&bytes)?));
        }
        Ok(Self { view, hot, dirty: AHashSet::new(), kept_max: None })
    }

    pub fn insert(&mut self, show: ShowId, value: T) {
        self.hot.insert(show, Arc::new(value));
        self.dirty.insert(show);
    }

    /// To be changed. `None`: there is none.
    pub fn get_mut(&mut self, show: ShowId) -> Result<Option<&mut T>, StoreError> {
        if !self.hot.contains_key(&show) {
            let Some(value) = self.load(show)? else { return Ok(None) };
            self.hot.insert(show, Arc::new(value));
        }
        self.dirty.insert(show);
        Ok(self.hot.get_mut(&show).map(Arc::make_mut))
    }

    /// To be read. What is not in memory has not changed since it was stored.
    pub fn get(&self, show: ShowId) -> Result<Option<Arc<T>>, StoreError> {
        match self.hot.get(&show) {
            Some(value) => Ok(Some(value.clone())),
            None => Ok(self.load(show)?.map(Arc::new)),
        }
    }

    /// Those in memory, after this show.
    pub fn in_memory_after(&self, after: Option<ShowId>) -> impl Iterator<Item = (ShowId, &Arc<T>)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        self.hot.range((from, Unbounded)).map(|(show, value)| (*show, value))
    }

    /// What has changed since the last time.
    pub fn take_changes(&mut self) -> Changes {
        let dirty = std::mem::take(&mut self.dirty);
        let stored = dirty.into_iter().filter_map(|show| {
            let value = self.hot.get(&show)?;
            let bytes = View::encode(&**value);
            Some((show.0.as_bytes().to_vec(), Some(bytes)))
        });
        stored.collect()
    }

    /// After the changes are stored: makes room.
    pub fn let_go(&mut self) {
        if self.kept_max.is_some_and(|max| self.hot.len() > max) {
            self.hot.retain(|show, _| self.dirty.contains(show));
        }
    }

    fn load(&self, show: ShowId) -> Result<Option<T>, StoreError> {
        if self.kept_max.is_none() {
            return Ok(None);
        }
        self.view.get(show.0.as_bytes())?.map(|bytes| self.view.decode(&bytes)).transpose()
    }
}
