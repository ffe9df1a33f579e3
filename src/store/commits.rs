//! Reading one stream, in order, checked: every checksum, and that no version is missing in between.
//!
//! What is missing at the *end* cannot be seen from here: whoever needs all of it compares with the journal's head.

use std::sync::Arc;

use super::trees::{Trees, caught};
use super::{Store, StoreError, log};
use crate::domain::StreamId;
use crate::journal::{Record, Version};

/// The commits of one stream. Ends after the first error.
///
/// It keeps the database open: let go of it soon, for [`Store::reopen`] waits for it.
pub struct Commits {
    state: State,
}

enum State {
    Reading(Box<Reading>),
    Failed(StoreError),
    Done,
}

struct Reading {
    store: Store,
    trees: Arc<Trees>,
    /// `None`: at its end, or the tail has all that is asked for.
    range: Option<sled::Iter>,
    /// What is left of the run that was read last.
    run: std::vec::IntoIter<Record>,
    /// What follows when the store's runs are at their end; some of it may have been among them.
    tail: Vec<Record>,
    stream: StreamId,
    after: Version,
    /// Of the run that was read last.
    last: Option<Version>,
}

impl Store {
    /// The commits of a stream from the one that contains `after_version + 1` on.
    pub fn stream(&self, stream: StreamId, after_version: Version) -> Commits {
        self.stream_and_tail(stream, after_version, Vec::new())
    }

    /// The same, and after it those of its last commits that the store does not have.
    pub fn stream_and_tail(&self, stream: StreamId, after_version: Version, tail: Vec<Record>) -> Commits {
        let reading = self.trees().and_then(|trees| Reading::begin(self.clone(), trees, stream, after_version, tail));
        Commits { state: reading.map_or_else(State::Failed, |reading| State::Reading(Box::new(reading))) }
    }

    /// The commit that contains this version.
    pub fn commit_at(&self, stream: StreamId, version: Version) -> Result<Option<Record>, StoreError> {
        match version.checked_sub(1) {
            Some(after) => self.stream(stream, after).next().transpose(),
            None => Ok(None),
        }
    }
}

impl Iterator for Commits {
    type Item = Result<Record, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let outcome = match std::mem::replace(&mut self.state, State::Done) {
            State::Reading(mut reading) => {
                let outcome = caught("reading a stream", || reading.next());
                let outcome = reading.store.noted(outcome);
                self.state = State::Reading(reading);
                outcome
            }
            State::Failed(error) => Err(error),
            State::Done => Ok(None),
        };
        if !matches!(outcome, Ok(Some(_))) {
            self.state = State::Done;
        }
        outcome.transpose()
    }
}

impl Reading {
    fn begin(
        store: Store,
        trees: Arc<Trees>,
        stream: StreamId,
        after: Version,
        tail: Vec<Record>,
    ) -> Result<Self, StoreError> {
        let due = after.saturating_add(1);
        let in_tail = tail.first().is_some_and(|first| first.commit.first_version <= due);
        let range = if in_tail { None } else { Some(seek(&store, &trees, stream, due)?) };
        Ok(Self { store, trees, range, run: Vec::new().into_iter(), tail, stream, after, last: None })
    }

    fn next(&mut self) -> Result<Option<Record>, StoreError> {
        loop {
            for record in self.run.by_ref() {
                if record.commit.last_version() > self.after {
                    return Ok(Some(record));
                }
            }
            let Some(run) = self.next_run()? else { return Ok(None) };
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                self.check_dense(first.commit.first_version)?;
                self.last = Some(last.commit.last_version());
            }
            self.run = run.into_iter();
        }
    }

    /// The store's, and then the tail.
    fn next_run(&mut self) -> Result<Option<Vec<Record>>, StoreError> {
        if let Some((key, head)) = self.range.as_mut().and_then(Iterator::next).transpose()? {
            return log::read(&self.trees, &key, &head).map(Some);
        }
        // Asked again, it might find what was written meanwhile.
        self.range = None;
        let mut rest = std::mem::take(&mut self.tail);
        rest.retain(|record| self.last.is_none_or(|last| record.commit.first_version > last));
        Ok(Some(rest).filter(|rest| !rest.is_empty()))
    }

    fn check_dense(&self, first_version: Version) -> Result<(), StoreError> {
        let dense = match self.last {
            Some(last) => first_version == last + 1,
            None => first_version <= self.after.saturating_add(1),
        };
        if dense {
            return Ok(());
        }
        let last = self.last.unwrap_or(self.after);
        let what = format!("version {first_version} follows {last}");
        Err(StoreError::StreamDamaged { stream: self.stream, what })
    }
}

/// The commit in question stands in a run that may begin before the version that is asked for.
fn seek(store: &Store, trees: &Trees, stream: StreamId, version: Version) -> Result<sled::Iter, StoreError> {
    let range = caught("seeking in a stream", || {
        let start = match log::run_before(trees, stream, version)? {
            Some((key, _)) => key,
            None => log::key(stream, 0).as_slice().into(),
        };
        Ok(trees.log.range(start..=log::key(stream, Version::MAX).as_slice().into()))
    });
    store.noted(range)
}
