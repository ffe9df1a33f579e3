//! Stores snapshots, on one thread: the disk must not hold up a sale, and a thousand shows that fall asleep at once must
//! not start a thousand threads.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use crate::domain::StreamId;
use crate::store::{Snapshot, Store};

/// Snapshots that wait; more are dropped, since the log says it all.
const WAITING_MAX: usize = 256;

pub struct SnapshotKeeper(SyncSender<Task>);

enum Task {
    Save { stream: StreamId, snapshot: Snapshot },
    Settle(SyncSender<()>),
}

impl SnapshotKeeper {
    /// Starts the thread; it ends with this value.
    pub fn start(store: Store) -> Self {
        let (tasks, waiting) = sync_channel(WAITING_MAX);
        let thread = std::thread::Builder::new().name("snapshots".into());
        thread.spawn(move || keep(&store, &waiting)).expect("a thread can be started at the start of the process");
        Self(tasks)
    }

    /// Soon, or not at all where the store cannot keep up.
    pub fn save(&self, stream: StreamId, snapshot: Snapshot) {
        let version = snapshot.version;
        match self.0.try_send(Task::Save { stream, snapshot }) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                tracing::debug!(%stream, version, "too many snapshots wait; this one is dropped")
            }
            Err(TrySendError::Disconnected(_)) => tracing::warn!(%stream, "the thread that stores snapshots has ended"),
        }
    }

    /// Waits until all that came before is stored. Blocks.
    pub fn settle(&self) {
        let (settled, is_settled) = sync_channel(1);
        if self.0.send(Task::Settle(settled)).is_ok() {
            // An error means that the thread has ended: then there is nothing to wait for.
            let _ = is_settled.recv();
        }
    }
}

fn keep(store: &Store, waiting: &Receiver<Task>) {
    for task in waiting {
        match task {
            Task::Save { stream, snapshot } => {
                if let Err(error) = store.save_snapshot(stream, &snapshot) {
                    let version = snapshot.version;
                    tracing::warn!(%stream, version, %error, "a snapshot could not be stored; recovery will fold more of the log");
                }
            }
            Task::Settle(settled) => drop(settled.send(())),
        }
    }
}
