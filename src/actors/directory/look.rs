//! Looking at a show without changing it: what stands there under an id, as its actor knows it now.

use tokio::time::Instant;

use super::Directory;
use super::ask::Question;
use crate::actors::SendError;
use crate::actors::show_actor::{Answer, Findings};
use crate::domain::{BookingId, HoldId, ShowId};

impl Directory {
    /// Over crashes, until the deadline of commands.
    pub async fn look(&self, show: ShowId, hold_id: HoldId, booking_id: BookingId) -> Result<Findings, SendError> {
        let deadline = Instant::now() + self.0.backstage.limits.command_deadline;
        let mut entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
        match self.ask(&mut entry, Question::Look { hold_id, booking_id }, deadline).await? {
            (_, Answer::Seen(findings)) => Ok(*findings),
            _ => unreachable!("who looks is told what is seen"),
        }
    }
}
