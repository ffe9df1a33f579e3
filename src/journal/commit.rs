//! What one append carries, and what the journal makes of it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Head, StreamKind};
use crate::domain::{CommandId, Event, Fingerprint, ShowEvent, ShowId, StreamId, Timestamp};

/// Place of an event in its stream: dense, from 1. 0 is before the first.
pub type Version = u64;

/// Place of a commit in the whole journal: dense, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first commit.
    pub const ZERO: Self = Self(0);

    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The events of one or more commands of one stream: all or nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    pub stream: StreamId,
    /// The version of the first of `events`.
    pub first_version: Version,
    /// The latest time of its commands: later decisions of the stream are never made at an earlier one.
    pub time: Timestamp,
    /// In the order in which they were decided; their event counts add up to `events.len()`.
    pub commands: Vec<CommandRecord>,
    pub events: Vec<Event>,
}

/// One accepted command: who asked, what it asked (as a fingerprint), and how many of the events are its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandRecord {
    /// `CommandId::CLOCK` for what nobody asked for.
    pub id: CommandId,
    pub fingerprint: Fingerprint,
    pub events: u32,
}

impl Commit {
    /// The version of its last event.
    pub fn last_version(&self) -> Version {
        self.first_version + self.events.len() as u64 - 1
    }

    /// The events of the command in this slot, with the version of the last of them.
    pub fn outcome(&self, slot: usize) -> (&[Event], Version) {
        let before: u64 = self.commands[..slot].iter().map(|command| u64::from(command.events)).sum();
        let count = u64::from(self.commands[slot].events);
        let events = &self.events[before as usize..(before + count) as usize];
        (events, self.first_version + before + count - 1)
    }

    /// Whose it is, where it is a show's.
    pub fn show(&self) -> Option<ShowId> {
        self.events.first().and_then(Event::as_show).map(|_| ShowId(self.stream.0))
    }

    /// A show's events, with their versions; nothing of any other stream.
    pub fn show_events(&self) -> impl Iterator<Item = (Version, &ShowEvent)> {
        (self.first_version..).zip(&self.events).filter_map(|(version, event)| Some((version, event.as_show()?)))
    }

    /// Where it leaves its stream when it stands at this position.
    pub fn head(&self, position: Position) -> Head {
        let kind = match self.events.first().expect("`check` refuses a commit without events") {
            Event::Venue(_) => StreamKind::Venue,
            Event::Show(_) => StreamKind::Show,
            Event::Checkout(_) => StreamKind::Checkout,
        };
        Head { kind, version: self.last_version(), position }
    }

    /// What must hold of every commit, checked before writing and after reading.
    pub fn check(&self) -> Result<(), String> {
        if self.events.is_empty() {
            return Err("a commit without events".into());
        }
        if self.first_version == 0 {
            return Err("versions begin at 1".into());
        }
        let outcomes: u64 = self.commands.iter().map(|command| u64::from(command.events)).sum();
        if outcomes != self.events.len() as u64 {
            return Err(format!("its commands account for {outcomes} of {} events", self.events.len()));
        }
        Ok(())
    }
}

/// A commit in its place: what is on disk, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub position: Position,
    /// Counts the openings of the journal for writing.
    pub epoch: u64,
    /// The position of the first record of the write this one was part of: all before that were durable by then.
    pub group: Position,
    /// BLAKE3 of the previous record's hash, this record's header fields and its body.
    pub hash: [u8; 32],
    pub commit: Arc<Commit>,
    /// The record as it stands in the journal, checksum and all: what the store keeps.
    pub bytes: Arc<[u8]>,
}
