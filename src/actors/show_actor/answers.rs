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

impl Owed {
    /// The commit is durable: say it. Who has gone meanwhile can ask again with the same key.
    pub fn give(self, settled: &Arc<Settled>) {
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
