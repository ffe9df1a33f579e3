//! Which stream a command created, so that a repeated "create" finds what it created the first time.
//!
//! On pages, in the order of the journal: under a key for each command, sled would write a leaf for each. In memory is
//! which page has a command ([`KnownCreations`]). Pages are never removed; each entry has its time, and the caller decides
//! how long a command is remembered.

use serde::{Deserialize, Serialize};
use sled::{Batch, IVec};

use super::known_creations::KnownCreations;
use super::trees::Trees;
use super::{Store, StoreError, value};
use crate::domain::remembered::REMEMBERED_SECONDS;
use crate::domain::{CommandId, StreamId, Timestamp};
use crate::journal::{Position, Record};

const PREFIX: u8 = b'n';
/// So many stay in one piece of a value.
const PAGE_MAX: usize = 128;

/// Began the keys of an index that had one for each command.
const EARLIER_PREFIX: u8 = b'c';

#[derive(Serialize, Deserialize)]
struct Creation {
    command: CommandId,
    stream: StreamId,
    time: Timestamp,
}

/// Those of one batch, each with the position of its commit: a page's key is that of its first.
#[derive(Default)]
pub struct Creations(Vec<(Position, Creation)>);

impl Creations {
    /// Notes the command that created the commit's stream, if this commit did.
    pub fn push(&mut self, record: &Record) {
        let commit = &record.commit;
        let Some(command) = commit.commands.first() else { return };
        if commit.first_version == 1 && command.id != CommandId::CLOCK {
            let creation = Creation { command: command.id, stream: commit.stream, time: commit.time };
            self.0.push((record.position, creation));
        }
    }

    pub fn put(&self, batch: &mut Batch, known: &KnownCreations) {
        for page in self.0.chunks(PAGE_MAX) {
            let at = page[0].0;
            let creations: Vec<&Creation> = page.iter().map(|(_, creation)| creation).collect();
            known.note(at, creations.iter().map(|creation| creation.command));
            let bytes = postcard::to_stdvec(&creations).expect("a creation has a fixed shape");
            value::put(batch, &key(at), &bytes);
        }
    }
}

impl Store {
    /// The stream that this command created, and when.
    pub fn created_by(&self, command: CommandId) -> Result<Option<(StreamId, Timestamp)>, StoreError> {
        self.learn_creations()?;
        for at in self.inner.known_creations.pages_of(command) {
            let page = self.with("looking up a creation", |trees| page_at(trees, at))?;
            if let Some(creation) = page.iter().rev().find(|creation| creation.command == command) {
                return Ok(Some((creation.stream, creation.time)));
            }
        }
        Ok(None)
    }

    /// Reads once through all that is remembered, so that new commands, as most are, cost no read.
    pub fn learn_creations(&self) -> Result<(), StoreError> {
        let known = &self.inner.known_creations;
        known.learn_once(|| self.with("learning the creations", |trees| learn(trees, known)))
    }
}

/// Whether the store has the index that came before this one.
pub fn is_of_earlier_form(trees: &Trees) -> Result<bool, StoreError> {
    Ok(trees.log.scan_prefix([EARLIER_PREFIX]).next().transpose()?.is_some())
}

/// From the newest page back to those that nobody remembers any more. A clock that was fast once has left pages of a time
/// to come: they say nothing of how old others are.
fn learn(trees: &Trees, known: &KnownCreations) -> Result<(), StoreError> {
    let now = Timestamp::from(jiff::Timestamp::now());
    let mut newest = None;
    for entry in trees.log.scan_prefix([PREFIX]).rev() {
        let (key, head) = entry?;
        let at = position_in(&key)?;
        let page = read(trees, at, &key, &head)?;
        let time = page.iter().map(|creation| creation.time).max();
        newest = newest.max(time);
        if time.map(|time| time.plus_seconds(REMEMBERED_SECONDS)) < newest.map(|newest: Timestamp| newest.min(now)) {
            break;
        }
        known.note(at, page.iter().map(|creation| creation.command));
    }
    Ok(())
}

/// Nothing where the page is only on its way to the store, or was lost with writes that were then made anew.
fn page_at(trees: &Trees, at: Position) -> Result<Vec<Creation>, StoreError> {
    let key = key(at);
    match trees.log.get(key)? {
        Some(head) => read(trees, at, &key, &head),
        None => Ok(Vec::new()),
    }
}

fn read(trees: &Trees, at: Position, key: &[u8], head: &IVec) -> Result<Vec<Creation>, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("the creations from position {at}: {what}"));
    let bytes = value::whole(&trees.log, key, head)?.map_err(damaged)?;
    postcard::from_bytes(&bytes).map_err(|error| damaged(error.to_string()))
}

fn key(at: Position) -> [u8; 9] {
    let mut key = [PREFIX; 9];
    key[1..].copy_from_slice(&at.0.to_be_bytes());
    key
}

fn position_in(key: &[u8]) -> Result<Position, StoreError> {
    let position = key.strip_prefix(&[PREFIX]).and_then(|position| position.try_into().ok());
    let position = position.map(|position| Position(u64::from_be_bytes(position)));
    position.ok_or_else(|| StoreError::Damaged(format!("creations under a key of {} bytes", key.len())))
}
