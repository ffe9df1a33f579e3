//! What was decided since the last append, and who waits for it: becomes one commit.

use std::sync::Arc;

use super::answers::{AllOwed, Owed, Reply, What};
use crate::domain::{Command, CommandId, Event, Fingerprint, ShowEvent, StreamId, Timestamp};
use crate::journal::{CommandRecord, Commit, Version};

#[derive(Default)]
pub struct Batch {
    commands: Vec<CommandRecord>,
    events: Vec<Event>,
    owed: AllOwed,
    time: Timestamp,
}

impl Batch {
    /// Nothing to append: nobody waits either.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many commands are in it.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// What the clock did.
    pub fn add_lapsed(&mut self, events: Vec<ShowEvent>, now: Timestamp) {
        if !events.is_empty() {
            self.add(CommandId::CLOCK, Fingerprint(0), events, now);
        }
    }

    /// What a command brought about; at least one event.
    pub fn add_accepted(&mut self, command: &Command, events: Vec<ShowEvent>, now: Timestamp, reply: Reply) {
        let slot = self.commands.len();
        self.add(command.id, command.fingerprint, events, now);
        self.owed.push(Owed { reply, what: What::Accepted { slot } });
    }

    /// An answer that rests on what is in here.
    pub fn owe(&mut self, owed: Owed) {
        self.owed.push(owed);
    }

    /// Its commit, from this version on, and the answers that wait for it.
    pub fn close(&mut self, stream: StreamId, first_version: Version) -> (Arc<Commit>, AllOwed) {
        let batch = std::mem::take(self);
        // The next one will be about as large.
        self.commands.reserve(batch.commands.len());
        self.events.reserve(batch.events.len());
        self.owed = AllOwed::with_capacity(batch.owed.len());
        let Batch { commands, events, owed, time } = batch;
        (Arc::new(Commit { stream, first_version, time, commands, events }), owed)
    }

    fn add(&mut self, id: CommandId, fingerprint: Fingerprint, events: Vec<ShowEvent>, now: Timestamp) {
        self.commands.push(CommandRecord { id, fingerprint, events: events.len() as u32 });
        self.events.extend(events.into_iter().map(Event::Show));
        self.time = self.time.max(now);
    }
}
