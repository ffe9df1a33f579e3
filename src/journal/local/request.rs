//! What is asked of the writer, in the order in which it was asked.

use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;

use super::RestoreError;
use crate::domain::StreamId;
use crate::journal::{AppendError, Commit, Fence, Incarnation, Record};

#[derive(Debug)]
pub(super) enum Request {
    Append {
        incarnation: Incarnation,
        commit: Arc<Commit>,
        /// Encoded, not sealed.
        bytes: Arc<[u8]>,
        answer: oneshot::Sender<Result<Record, AppendError>>,
    },
    Fence {
        stream: StreamId,
        answer: oneshot::Sender<Result<Fence, AppendError>>,
    },
    Restore {
        records: Vec<Arc<[u8]>>,
        answer: mpsc::Sender<Result<(), RestoreError>>,
    },
    /// All before it is written, all after it refused.
    Close,
}

impl Request {
    /// Whoever does not wait any more is not missed.
    pub fn refuse(self, reason: &str) {
        let unavailable = AppendError::Unavailable(reason.to_owned());
        match self {
            Self::Append { answer, .. } => {
                let _ = answer.send(Err(unavailable));
            }
            Self::Fence { answer, .. } => {
                let _ = answer.send(Err(unavailable));
            }
            Self::Restore { answer, .. } => {
                let _ = answer.send(Err(RestoreError::Unavailable(reason.to_owned())));
            }
            Self::Close => {}
        }
    }
}
