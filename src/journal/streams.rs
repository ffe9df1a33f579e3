//! Who may append what: the durable end of every stream, and the gate in front of it.
//!
//! Shared by all implementations of the journal, so that the tests of one vouch for the rules of the other. What is
//! admitted stays aside until it is durable: [`Heads`] never shows anything else.

use ahash::AHashMap;

use super::commit::{Commit, Position};
use super::{AppendError, Head, Incarnation};
use crate::domain::StreamId;

/// The durable end of every stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Heads(pub AHashMap<StreamId, Head>);

/// Compare-and-set on versions, and fences against writers of former incarnations.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    fences: AHashMap<StreamId, Incarnation>,
    /// Admitted, and not durable yet.
    staged: AHashMap<StreamId, Head>,
}

impl Gate {
    /// Whether this commit may be the next of its stream; if so it counts as written for those that come after it.
    pub fn admit(
        &mut self,
        durable: &Heads,
        incarnation: Incarnation,
        commit: &Commit,
        position: Position,
    ) -> Result<(), AppendError> {
        if let Some(&by) = self.fences.get(&commit.stream)
            && by > incarnation
        {
            return Err(AppendError::Fenced { by });
        }
        let head = self.staged.get(&commit.stream).or_else(|| durable.0.get(&commit.stream));
        let actual = head.map_or(0, |head| head.version);
        let expected = commit.first_version - 1;
        if expected != actual {
            return Err(AppendError::VersionConflict { expected, actual });
        }
        self.staged.insert(commit.stream, commit.head(position));
        Ok(())
    }

    /// Begins the stream's next incarnation: it holds for what is admitted from now on.
    pub fn fence(&mut self, stream: StreamId) -> Incarnation {
        let fence = self.fences.entry(stream).or_default();
        fence.0 += 1;
        *fence
    }

    /// What was admitted is durable now.
    pub fn publish(&mut self, heads: &mut Heads) {
        heads.0.extend(self.staged.drain());
    }

    /// What was admitted is lost. Fences stay: whoever asked for one may count on it, or asks again.
    pub fn forget_staged(&mut self) {
        self.staged.clear();
    }
}
