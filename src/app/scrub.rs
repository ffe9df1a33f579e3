//! After the start: reads what the start left unchecked, slowly. Damage found there stops the process, with words: a
//! journal that cannot be believed must not be sold on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::journal::ReadError;
use crate::journal::local::LocalJournal;

/// A pause after every mebibyte leaves the disk to those who sell: at most 200 MiB/s.
const PAUSE: Duration = Duration::from_millis(5);

pub fn start(journal: Arc<LocalJournal>) {
    if journal.opening().bytes_unchecked == 0 {
        return;
    }
    // Held weakly, so that a journal that is being closed is not kept open by this.
    let journal = Arc::downgrade(&journal);
    let reading = move || {
        let Some(journal) = journal.upgrade() else { return };
        let paused = |_| {
            std::thread::sleep(PAUSE);
            ControlFlow::Continue(())
        };
        match journal.scrub(paused) {
            Ok(scrubbed) => tracing::info!(?scrubbed, "the whole journal was read and is sound"),
            Err(ReadError::Damaged { file, offset, what }) => {
                tracing::error!(
                    file,
                    offset,
                    what,
                    "the journal is damaged; the process stops. `understudy verify` shows the extent; restore the file from a copy"
                );
                std::process::exit(2);
            }
            Err(error @ ReadError::Io(_)) => tracing::error!(%error, "the journal could not be read through"),
        }
    };
    if let Err(error) = std::thread::Builder::new().name("scrub".into()).spawn(reading) {
        tracing::warn!(%error, "the older part of the journal is not checked at this start");
    }
}
