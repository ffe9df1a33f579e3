//! Opening what is on disk: the journal first, then the store beside it, and what each finds wrong with the other.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::journal::local::{LocalJournal, Options as JournalOptions};
use crate::journal::{Journal, Position};
use crate::store::{Opened, Options as StoreOptions, Store};

/// The journal's directory inside the data directory.
pub const JOURNAL_DIR: &str = "journal";
/// The store's; what is in it can always be made anew.
pub const STORE_DIR: &str = "store";

pub struct Data {
    pub journal: Arc<LocalJournal>,
    pub store: Store,
}

impl Data {
    /// Opens both and brings the store up to the journal's end. Refuses where acknowledged commits are missing and
    /// nobody has them; `progress(position, end)` is called while catching up.
    pub fn open(
        dir: &Path,
        journal: JournalOptions,
        store: StoreOptions,
        progress: &mut dyn FnMut(Position, Position),
    ) -> anyhow::Result<Self> {
        let (journal_dir, store_dir) = (dir.join(JOURNAL_DIR), dir.join(STORE_DIR));
        // A store beside no journal is a lost journal, not a new installation.
        let store_has_data = store_dir.join("db").exists();
        if !journal_dir.exists() && store_has_data {
            bail!(
                "there is a store in {} but no journal in {}: the journal is lost or was moved. Put it back from a copy; \
                 if this is meant to be a new installation, remove the store as well",
                store_dir.display(),
                journal_dir.display()
            );
        }
        let options = JournalOptions { end_may_be_lost: true, ..journal };
        let journal = Arc::new(LocalJournal::open(&journal_dir, options)?);
        let (mut opened_store, opened) = Store::open(&store_dir, store, &*journal)?;
        if let Opened::AheadOfJournal { records, end, cursor } = opened {
            let count = records.len();
            tracing::error!(%end, %cursor, count, "the journal lost its end; giving the commits back to it from the store");
            opened_store.close()?;
            journal.restore(records).context("giving the journal back what it lost")?;
            opened_store = Store::open(&store_dir, store, &*journal)?.0;
        }
        refuse_a_lost_end(&journal)?;
        opened_store.catch_up(&*journal, progress)?;
        Ok(Self { journal, store: opened_store })
    }

    /// A clean stop: the next start has nothing to catch up.
    pub fn close(self) -> anyhow::Result<()> {
        if let Err(error) = self.store.catch_up(&*self.journal, &mut |_, _| {}) {
            tracing::warn!(%error, "the store stays behind the journal; the next start catches it up");
        }
        self.journal.close();
        self.store.close().context("closing the store")
    }
}

/// What was durable once must be there, from whatever source.
fn refuse_a_lost_end(journal: &LocalJournal) -> anyhow::Result<()> {
    let end = journal.end().0;
    match journal.opening().lost_up_to {
        Some(lost) if end < lost => bail!(
            "the journal ends at position {end}, but it was durable up to {lost}: acknowledged commits are missing, and \
             the store does not have them either. Restore the journal's files from a copy; `understudy verify` shows \
             what is there"
        ),
        Some(_) | None => Ok(()),
    }
}

/// Where the journal ends.
pub fn end(journal: &dyn Journal) -> Position {
    *journal.durable().borrow()
}
