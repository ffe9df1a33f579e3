//! Checkouts as the journal tells them: where each stood after each of its commits. The fold is the audit's own; what does
//! not fit is written down as a problem, not applied over.

mod fold;
mod state;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

pub use fold::fold;
pub use state::{RefundLine, Stage, State};

use super::journal::{Commit, Event};

#[derive(Clone, Debug)]
pub struct Checkout {
    pub show_id: Uuid,
    /// Prices of its tickets.
    pub prices: Vec<u64>,
    /// The hold that it was begun for, then those that it took itself after that had expired.
    pub holds: Vec<Uuid>,
    /// Those of them that may be of other seats, if these are as good.
    pub as_good: HashSet<Uuid>,
    /// Names the request that began it.
    pub command: String,
    pub history: Vec<Mark>,
    /// How often it had to wait for an operator.
    pub operators_needed: u32,
    pub problems: Vec<String>,
}

/// Where it stood after one of its commits.
#[derive(Clone, Debug)]
pub struct Mark {
    pub position: u64,
    pub time_us: i64,
    pub state: State,
}

/// Those of the journal, by their ids. A stream that does not begin with a beginning is `None`.
pub fn read(commits: &[Commit]) -> HashMap<Uuid, Option<Checkout>> {
    let mut streams: HashMap<Uuid, Vec<&Commit>> = HashMap::new();
    for commit in commits.iter().filter(|commit| matches!(commit.events.first(), Some(Event::Checkout(_)))) {
        streams.entry(commit.stream).or_default().push(commit);
    }
    streams.into_iter().map(|(id, commits)| (id, fold(&commits))).collect()
}

impl Checkout {
    pub fn total(&self) -> u64 {
        self.prices.iter().sum()
    }

    /// The one that it made, be it undone since.
    pub fn booking(&self) -> Option<Uuid> {
        self.history.iter().find_map(|mark| mark.state.booking_id)
    }

    pub fn begun(&self) -> &Mark {
        &self.history[0]
    }

    pub fn last(&self) -> &Mark {
        self.history.last().expect("its first commit left a mark")
    }

    pub fn lines(&self) -> Vec<String> {
        let line = |mark: &Mark| format!("journal position {}: {:?}", mark.position, mark.state);
        self.history.iter().map(line).collect()
    }
}
