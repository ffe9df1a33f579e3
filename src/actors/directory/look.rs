//! Looking at a show without changing it: what stands there under an id, as its actor knows it now.

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::{Directory, Life};
use crate::actors::SendError;
use crate::actors::show_actor::{Answer, Findings, Look};
use crate::domain::{BookingId, HoldId, ShowId};
use crate::journal::Incarnation;

impl Directory {
    /// Over crashes, until the deadline of commands.
    pub async fn look(&self, show: ShowId, hold_id: HoldId, booking_id: BookingId) -> Result<Findings, SendError> {
        let deadline = Instant::now() + self.0.backstage.limits.command_deadline;
        let mut dead: Option<Incarnation> = None;
        loop {
            let entry = self.entry(show).ok_or(SendError::ShowNotFound)?;
            let (incarnation, address) = match entry.awake_after(dead, deadline).await {
                Err(SendError::OutcomeUnknown) if matches!(entry.life(), Life::Asleep) => {
                    self.forget(&entry);
                    dead = None;
                    continue;
                }
                found => found?,
            };
            let (reply, answer) = oneshot::channel();
            address.mailbox.do_send(Look { now: self.now(), hold_id, booking_id, reply });
            match timeout_at(deadline, answer).await {
                Ok(Ok(Answer::Seen(findings))) => return Ok(*findings),
                Ok(Ok(_)) => unreachable!("who looks is told what is seen"),
                // The actor died, or sleeps.
                Ok(Err(_)) => dead = Some(incarnation),
                Err(_) => return Err(SendError::OutcomeUnknown),
            }
        }
    }
}
