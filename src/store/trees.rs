//! sled's handles, and the only place where sled is opened. A panic inside sled is damage here, not the end of a thread.

use std::any::Any;
use std::fs;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{Options, StoreError};

/// Few trees: sled breaks down with thousands of them.
pub struct Trees {
    pub db: sled::Db,
    /// The streams' logs, the creations and the cursor: one tree, because a batch is atomic within one tree only.
    pub log: sled::Tree,
}

/// How long a previous owner in this process may take to let go of sled's file lock.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// Sixteen times what sled would take. sled 0.34 comes to wait for itself where seven of its writes are under way in the
/// moment in which its file is cut shorter and grows again: the cut waits for a thread of its pool, and all seven of them
/// for whoever waits for the cut. With segments of 512 KiB that was one of 25 runs that replaced large values without a
/// pause on a busy machine. There is a write for each segment, so that now some 50 MB would have to wait for the disk.
pub const SEGMENT_BYTES: usize = 8 << 20;

impl Trees {
    pub fn open(dir: &Path, options: Options) -> Result<Self, StoreError> {
        remove_unfinished_snapshots_of_sled(dir);
        let deadline = Instant::now() + LOCK_WAIT;
        loop {
            match caught("opening", || Self::open_once(dir, options)) {
                Err(StoreError::Failed(error)) if locked(&error) && Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(5));
                }
                outcome => return outcome,
            }
        }
    }

    fn open_once(dir: &Path, options: Options) -> Result<Self, StoreError> {
        // The flusher stays on although it fsyncs: it is the only caller of sled's garbage collection.
        let db = sled::Config::new()
            .path(dir)
            .cache_capacity(options.cache_bytes)
            .flush_every_ms(Some(1_000))
            .segment_size(SEGMENT_BYTES)
            .open()?;
        let log = db.open_tree("log")?;
        Ok(Self { db, log })
    }

    /// An earlier Understudy kept them in sled.
    pub fn drop_old_snapshots(&self) -> Result<(), StoreError> {
        if self.db.drop_tree("snapshots")? {
            tracing::info!("dropped the snapshots that were in sled: each show folds its whole log once more");
        }
        Ok(())
    }
}

/// Whether an error at opening lies in what the files contain. Everything else would meet a new database as well.
pub fn is_damage(error: &str) -> bool {
    // What sled says where a file ends too early, and where its segments have another size; its errors keep no more than
    // their text.
    ["failed to fill whole buffer", "UnexpectedEof", "io buffer size"].iter().any(|text| error.contains(text))
}

/// Whether another owner has the database open: setting it aside would pull it from under its feet.
fn locked(error: &str) -> bool {
    error.contains("could not acquire lock")
}

/// sled writes `snap.N.generating` and renames it; killed in between, it takes the half for a whole one at every later
/// open, and fails.
fn remove_unfinished_snapshots_of_sled(dir: &Path) {
    let Ok(files) = fs::read_dir(dir) else { return };
    for path in files.flatten().map(|file| file.path()) {
        if path.extension().is_none_or(|extension| extension != "generating") {
            continue;
        }
        match fs::remove_file(&path) {
            Ok(()) => tracing::warn!(path = %path.display(), "removed a half-written snapshot of sled"),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::error!(path = %path.display(), %error, "a half-written snapshot of sled stays"),
        }
    }
}

/// sled panics where its pages do not make sense.
pub fn caught<T>(doing: &str, f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(f))
        .unwrap_or_else(|panic| Err(StoreError::Damaged(format!("sled panicked in {doing}: {}", message(&*panic)))))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
