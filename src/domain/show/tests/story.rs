//! `given(events).when(action).at(time).then(events or a refusal)`.
//!
//! Every story proves more than it says: invariants hold, a refusal changes nothing, and state restored from a snapshot
//! or replayed from the events is the same.

use super::hall::hall;
use super::script::command;
use crate::domain::command::Action;
use crate::domain::event::ShowEvent;
use crate::domain::refusal::Refusal;
use crate::domain::show::{Execution, Show};
use crate::domain::time::Timestamp;

pub struct Given {
    pub show: Show,
    log: Vec<ShowEvent>,
}

pub struct When {
    given: Given,
    action: Action,
}

pub struct Outcome {
    given: Given,
    before: Show,
    execution: Execution,
}

pub enum Expected {
    Events(Vec<ShowEvent>),
    Refused(Refusal),
}

pub fn given(events: impl IntoIterator<Item = ShowEvent>) -> Given {
    let log: Vec<_> = events.into_iter().collect();
    Given { show: replayed(&log), log }
}

impl Given {
    pub fn when(self, action: Action) -> When {
        When { given: self, action }
    }
}

impl When {
    pub fn at(mut self, now: Timestamp) -> Outcome {
        self.given.log.extend(self.given.show.clone().lapse(now));
        let before = replayed(&self.given.log);
        let execution = self.given.show.execute(&command(self.action), now);
        Outcome { given: self.given, before, execution }
    }
}

impl Outcome {
    /// Where nothing had become due.
    pub fn then(self, expected: impl Into<Expected>) -> Given {
        self.then_after([], expected)
    }

    /// `lapsed`: what had become due before the command.
    pub fn then_after(mut self, lapsed: impl IntoIterator<Item = ShowEvent>, expected: impl Into<Expected>) -> Given {
        let lapsed: Vec<_> = lapsed.into_iter().collect();
        assert_eq!(self.execution.lapsed, lapsed, "what had become due");
        match expected.into() {
            Expected::Events(events) => {
                assert_eq!(self.execution.outcome.as_ref(), Ok(&events));
                self.given.log.extend(events);
            }
            Expected::Refused(refusal) => {
                assert_eq!(self.execution.outcome, Err(refusal));
                assert_eq!(self.given.show.snapshot(), self.before.snapshot(), "a refusal changes nothing");
            }
        }
        self.given.show.check_invariants().expect("invariants hold");
        let (replayed, restored) = (replayed(&self.given.log), restored(&self.given.show));
        assert_eq!(replayed.snapshot(), self.given.show.snapshot(), "a replay gives the same state");
        assert_eq!(restored.snapshot(), self.given.show.snapshot(), "a snapshot gives the same state");
        self.given
    }
}

/// The fold of these events.
pub fn replayed(log: &[ShowEvent]) -> Show {
    let mut show = Show::new(hall());
    log.iter().for_each(|event| show.apply(event));
    show.check_invariants().expect("invariants hold");
    show
}

/// The show as it comes back from its snapshot's bytes; one that was never scheduled has none.
pub fn restored(show: &Show) -> Show {
    let Some(snapshot) = show.snapshot() else { return Show::new(hall()) };
    let bytes = postcard::to_stdvec(&snapshot).expect("a snapshot is plain data");
    let snapshot = postcard::from_bytes(&bytes).expect("the bytes of a snapshot");
    let restored = Show::from_snapshot(hall(), snapshot).expect("a snapshot of the same plan");
    restored.check_invariants().expect("what can be derived is as if it had been folded");
    restored
}

impl From<ShowEvent> for Expected {
    fn from(event: ShowEvent) -> Self {
        Self::Events(vec![event])
    }
}

impl<const N: usize> From<[ShowEvent; N]> for Expected {
    fn from(events: [ShowEvent; N]) -> Self {
        Self::Events(events.into())
    }
}

impl From<Refusal> for Expected {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
