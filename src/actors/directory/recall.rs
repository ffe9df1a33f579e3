//! The first answer to a command that was decided before, for who may not have it decided now.

use std::sync::Arc;

use tokio::time::Instant;

use super::Directory;
use super::ask::Question;
use super::send::Door;
use crate::actors::show_actor::Answer;
use crate::actors::{Receipt, SendError};
use crate::domain::{Command, ShowId};

impl Directory {
    /// Over crashes, until the deadline of commands. `None`: it was not decided before, and is not now. Only the show can
    /// tell: so between the question and the answer nothing can be had that was not had before.
    pub async fn recall(&self, show: ShowId, command: Command) -> Result<Option<Receipt>, SendError> {
        self.begin()?;
        let deadline = Instant::now() + self.0.backstage.limits.command_deadline;
        let mut entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
        let _permits = self.permits(&entry, Door::Front)?;
        let command = Arc::new(command);
        match self.ask(&mut entry, Question::Recall(&command), deadline).await?.1 {
            Answer::Repeated(version) => self.read_back(&entry, &command, version, deadline).await.map(Some),
            Answer::Refused(refusal) => Err(SendError::Refused(refusal)),
            Answer::Unheard => Ok(None),
            Answer::Accepted(_) | Answer::Seen(_) => unreachable!("nothing was to be decided, or seen"),
        }
    }
}
