//! The answer to an accepted command: where it stands in the log, and what it brought about. Everything that the
//! caller is told is derived from this, so a repeated command gets the same answer to the letter.

use std::sync::Arc;

use crate::domain::event::ShowTerms;
use crate::domain::plan::SeatingPlan;
use crate::domain::{Event, ShowEvent};
use crate::journal::{Position, Record, Version};

#[derive(Clone, Debug)]
pub struct Receipt {
    pub record: Record,
    /// Which of the commit's commands this is about.
    pub slot: usize,
    pub terms: Arc<ShowTerms>,
    pub plan: Arc<SeatingPlan>,
    /// Read back from the log: the command was accepted before.
    pub is_repeated: bool,
}

impl Receipt {
    /// Of the command's last event.
    pub fn version(&self) -> Version {
        self.record.commit.outcome(self.slot).1
    }

    pub fn position(&self) -> Position {
        self.record.position
    }

    /// What the command brought about, in order; without what had merely become due before it.
    pub fn events(&self) -> impl Iterator<Item = &ShowEvent> {
        self.record.commit.outcome(self.slot).0.iter().filter_map(Event::as_show)
    }
}
