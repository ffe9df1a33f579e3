//! The end of the show for tonight: every actor answers what it owes, saves a snapshot and goes.

use std::time::Duration;

use tokio::sync::oneshot;

use super::{Directory, Life};
use crate::actors::show_actor::Leave;

impl Directory {
    /// Puts all shows to sleep; returns how many did not make it in time.
    pub async fn leave(&self, within: Duration) -> usize {
        let deadline = tokio::time::Instant::now() + within;
        let entries: Vec<_> = {
            let entries = self.0.entries.read().expect("nothing panics while it holds this lock");
            entries.values().cloned().collect()
        };
        let mut leaving = Vec::new();
        for entry in entries {
            if let Life::Awake { address, .. } = entry.life() {
                let (left, has_left) = oneshot::channel();
                address.mailbox.do_send(Leave(left));
                leaving.push(has_left);
            }
        }
        let mut late = 0;
        for has_left in leaving {
            late += usize::from(tokio::time::timeout_at(deadline, has_left).await.is_err());
        }
        late
    }
}
