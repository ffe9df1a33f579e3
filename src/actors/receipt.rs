//! The answer to an accepted command: where it stands in the log, and what it brought about. Everything that the
//! caller is told is derived from this, so a repeated command gets the same answer to the letter.

use std::sync::Arc;

use crate::domain::event::ShowTerms;
use crate::domain::plan::SeatingPlan;
use crate::domain::{Event, ShowEvent};
use crate::journal::{Position, Record, Version};

#[derive(Clone, Debug)]
pub struct Receipt {
    pub settled: Arc<Settled>,
    /// Which of the commit's commands this is about.
    pub slot: usize,
    /// Read back from the log: the command was accepted before.
    pub is_repeated: bool,
}

/// A durable commit, and the show that it is of. One for all of its receipts: they are read on other threads than the
/// actor's, which would pass each count of references to and fro.
#[derive(Debug)]
pub struct Settled {
    pub record: Record,
    pub terms: Arc<ShowTerms>,
    pub plan: Arc<SeatingPlan>,
}

impl Receipt {
    /// Of the command's last event.
    pub fn version(&self) -> Version {
        self.settled.record.commit.outcome(self.slot).1
    }

    pub fn position(&self) -> Position {
        self.settled.record.position
    }

    pub fn terms(&self) -> &ShowTerms {
        &self.settled.terms
    }

    pub fn plan(&self) -> &SeatingPlan {
        &self.settled.plan
    }

    /// What the command brought about, in order; without what had merely become due before it.
    pub fn events(&self) -> impl Iterator<Item = &ShowEvent> {
        self.settled.record.commit.outcome(self.slot).0.iter().filter_map(Event::as_show)
    }

    /// The event that a command of its kind always brings about.
    pub fn the<'r, T>(&'r self, pick: impl Fn(&'r ShowEvent) -> Option<T>) -> T {
        self.events().find_map(pick).expect("a receipt has the event of its command")
    }
}
