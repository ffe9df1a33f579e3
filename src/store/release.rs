//! Letting go of sled: only when its last handle is dropped does it write the rest and free its lock.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::trees::{Trees, caught};
use super::{Store, StoreError};

/// Readers in the middle of a stream get this long, and so does sled: its own background thread, once it has panicked,
/// lets the last drop wait for ever.
const RELEASE_WAIT: Duration = Duration::from_secs(10);

impl Store {
    /// A clean stop: everything is written and fsynced. All other clones get [`StoreError::Unavailable`] from here on.
    pub fn close(self) -> Result<(), StoreError> {
        let _writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let trees = self.inner.trees.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(trees) = trees else { return Ok(()) };
        let flushed = caught("closing", || trees.db.flush().map(drop).map_err(StoreError::from));
        if !release(trees) {
            return Err(StoreError::Failed("sled did not let go of its files".into()));
        }
        flushed?;
        sync(&self.inner.dir).map_err(|error| StoreError::Failed(format!("fsync of the store: {error}")))
    }
}

/// Drops the handles and waits until sled has let go of its files. `false`: it has not; the directory can be used by
/// nobody else in this process, but it can be renamed.
pub fn release(trees: Arc<Trees>) -> bool {
    let (released, wait) = mpsc::channel();
    let releasing = thread::Builder::new().name("store-release".into()).spawn(move || {
        let mut trees = trees;
        while let Err(shared) = Arc::try_unwrap(trees).map(drop) {
            trees = shared;
            thread::sleep(Duration::from_millis(2));
        }
        // Nobody is left to tell once the wait is over.
        let _ = released.send(());
    });
    releasing.is_ok() && wait.recv_timeout(RELEASE_WAIT).is_ok()
}

/// sled's own flush is no fsync on Linux.
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir.join("db"))?.sync_all()?;
    File::open(dir)?.sync_all()
}
