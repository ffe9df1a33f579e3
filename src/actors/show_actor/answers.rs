//! Who is answered what, and when: only once the commit is durable that the answer rests on.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Findings;
use crate::actors::receipt::{Receipt, Settled};
use crate::domain::Refusal;
use crate::journal::Version;

pub type Reply = oneshot::Sender<Answer>;

/// What an actor says. If it dies instead, the reply is dropped, and the caller asks the next incarnation.
#[derive(Debug)]
pub enum Answer {
    Accepted(Receipt),
    Refused(Refusal),
    /// It was accepted before: its answer is to be read back from the log, where this version is.
    Repeated(Version),
    /// To who has only looked.
    Seen(Box<Findings>),
    /// To who has only asked whether it was decided before: it was not.
    Unheard,
}

/// So many wait in one commit only where the disk hangs; then most of them have gone.
const OWED_MANY: usize = 8_192;

/// Answers that wait for the same commit. Who has given up waiting for it makes room.
#[derive(Default)]
pub struct AllOwed(Vec<Owed>);

/// An answer that has to wait.
pub struct Owed {
    pub reply: Reply,
    pub what: What,
}

pub enum What {
    /// In the commit that is waited for, in this slot.
    Accepted {
        slot: usize,
    },
    Refused(Refusal),
    Repeated(Version),
    Seen(Box<Findings>),
    Unheard,
}

impl AllOwed {
    pub fn with_capacity(answers: usize) -> Self {
        Self(Vec::with_capacity(answers))
    }

    pub fn push(&mut self, owed: Owed) {
        if self.0.len() >= OWED_MANY && self.0.len() == self.0.capacity() {
            self.0.retain(|owed| !owed.reply.is_closed());
        }
        self.0.push(owed);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn give(self, settled: &Arc<Settled>) {
        self.0.into_iter().for_each(|owed| owed.give(settled));
    }
}

impl Owed {
    /// The commit is durable: say it. Who has gone meanwhile can ask again with the same key.
    fn give(self, settled: &Arc<Settled>) {
        let answer = match self.what {
            What::Accepted { slot } => Answer::Accepted(Receipt { settled: settled.clone(), slot, is_repeated: false }),
            What::Refused(refusal) => Answer::Refused(refusal),
            What::Repeated(version) => Answer::Repeated(version),
            What::Seen(findings) => Answer::Seen(findings),
            What::Unheard => Answer::Unheard,
        };
        let _ = self.reply.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;

    #[test]
    fn who_has_given_up_waiting_makes_room_for_others() {
        let mut all = AllOwed::default();
        let mut waiting = Vec::new();
        for number in 0..10 * OWED_MANY {
            let (reply, answer) = oneshot::channel();
            all.push(Owed { reply, what: What::Unheard });
            if number % 100 == 0 {
                waiting.push(answer);
            }
        }
        assert!(all.len() <= 3 * OWED_MANY, "{} wait", all.len());
        assert!(waiting.iter_mut().all(|answer| matches!(answer.try_recv(), Err(TryRecvError::Empty))));
    }
}
