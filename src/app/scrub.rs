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
    let reading = move || {
        // The last who has it: the server has ended without this.
        let is_left_alone = || Arc::strong_count(&journal) == 1;
        let paused = |_| {
            std::thread::sleep(PAUSE);
            if is_left_alone() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        match journal.scrub(paused) {
            Ok(_) if is_left_alone() => {}
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
