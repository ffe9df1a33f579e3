//! Opening what is on disk: the journal first, then the store beside it, and what each finds wrong with the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use super::lost_end::{all_are_there, prospect_of, refuse_half_an_import};
use crate::journal::local::{LocalJournal, Options as JournalOptions};
use crate::journal::{Journal, Position};
use crate::store::{Opened, Options as StoreOptions, Store};

/// The journal's directory inside the data directory.
pub const JOURNAL_DIR: &str = "journal";
/// What an import writes, until it is whole.
pub const IMPORTING_DIR: &str = "journal.importing";
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
        if !journal_dir.exists() && is_there(&store_dir) {
            bail!(
                "there is a store in {} but no journal in {}: the journal is lost or was moved. Put it back from a copy; \
                 if this is meant to be a new installation, remove the store as well",
                store_dir.display(),
                journal_dir.display()
            );
        }
        let journal = open_journal(dir, journal)?;
        let store = store_beside(&journal, Store::open(&store_dir, store, &*journal)?, &store_dir, store)?;
        refuse_a_lost_end(&journal)?;
        store.catch_up(&*journal, progress)?;
        Ok(Self { journal, store })
    }

    /// The same with a store that is made anew. First the journal is given back what only the old store has; then that is
    /// set aside, and its place returned.
    pub fn open_anew(
        dir: &Path,
        journal: JournalOptions,
        store: StoreOptions,
        progress: &mut dyn FnMut(Position, Position),
    ) -> anyhow::Result<(Self, Option<PathBuf>)> {
        let store_dir = dir.join(STORE_DIR);
        let journal = open_journal(dir, journal)?;
        let has_old = store_dir.exists();
        let mut aside = None;
        if has_old {
            match Store::open(&store_dir, store, &*journal) {
                Ok((opened, Opened::SetAside { path, .. })) => {
                    opened.close()?;
                    aside = Some(path);
                }
                Ok(opened) => store_beside(&journal, opened, &store_dir, store)?.close()?,
                Err(error) => tracing::warn!(%error, "the old store cannot be read: it gives nothing back"),
            }
        }
        refuse_a_lost_end(&journal)?;
        if has_old && aside.is_none() {
            aside = Some(set_aside(dir, &store_dir)?);
        }
        let store = Store::open(&store_dir, store, &*journal)?.0;
        store.catch_up(&*journal, progress)?;
        Ok((Self { journal, store }, aside))
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

fn open_journal(dir: &Path, options: JournalOptions) -> anyhow::Result<Arc<LocalJournal>> {
    let journal_dir = dir.join(JOURNAL_DIR);
    refuse_half_an_import(dir)?;
    if journal_dir.exists() {
        refuse_to_begin_again(&journal_dir, &dir.join(STORE_DIR), &options)?;
    }
    Ok(Arc::new(LocalJournal::open(&journal_dir, JournalOptions { end_may_be_lost: true, ..options })?))
}

/// Where nothing is left of a journal, opening it begins another one. So it is not opened before it is certain that the
/// store gives everything back.
fn refuse_to_begin_again(journal_dir: &Path, store_dir: &Path, options: &JournalOptions) -> anyhow::Result<()> {
    if LocalJournal::has_segments(journal_dir)? {
        return Ok(());
    }
    let journal = LocalJournal::inspect(journal_dir, options)?;
    let store = if is_there(store_dir) {
        let store = Store::inspect(store_dir);
        Some(store.with_context(|| {
            let (journal, store) = (journal_dir.display(), store_dir.display());
            format!(
                "nothing is left of the journal in {journal}, and the store in {store}, which may have what it held, cannot be \
                 read. Put the journal's files back from a copy; if this is meant to be a new installation, remove both"
            )
        })?)
    } else {
        None
    };
    let prospect = prospect_of(&journal, store.as_ref());
    if let Some(store) = store {
        store.close()?;
    }
    if let count @ 1.. = prospect? {
        tracing::error!(count, "all segments of the journal are gone; the store has what they are known to have held");
    }
    Ok(())
}

/// The store, once it has given the journal back what that had lost.
fn store_beside(
    journal: &LocalJournal,
    (store, opened): (Store, Opened),
    dir: &Path,
    options: StoreOptions,
) -> anyhow::Result<Store> {
    let Opened::AheadOfJournal { records, end, cursor } = opened else { return Ok(store) };
    let count = records.len();
    if let Err(incomplete) = all_are_there(end, journal.opening().lost_up_to, cursor, count) {
        store.close()?;
        return Err(incomplete);
    }
    tracing::error!(%end, %cursor, count, "the journal lost its end; giving the commits back to it from the store");
    store.close()?;
    journal.restore(records).context("giving the journal back what it lost")?;
    Ok(Store::open(dir, options, journal)?.0)
}

/// Whether there is a store, or what is left of one.
fn is_there(store_dir: &Path) -> bool {
    std::fs::read_dir(store_dir).is_ok_and(|mut files| files.next().is_some())
}

fn set_aside(dir: &Path, store_dir: &Path) -> anyhow::Result<PathBuf> {
    let free = (1..).map(|n| dir.join(format!("{STORE_DIR}.replaced-{n}"))).find(|path| !path.exists());
    let free = free.expect("numbers do not end");
    std::fs::rename(store_dir, &free).context("setting the old store aside")?;
    Ok(free)
}

/// What was durable once must be there, from whatever source.
fn refuse_a_lost_end(journal: &LocalJournal) -> anyhow::Result<()> {
    let end = journal.end().0;
    all_are_there(end, journal.opening().lost_up_to, end, 0)
}

/// Where the journal ends.
pub fn end(journal: &dyn Journal) -> Position {
    *journal.durable().borrow()
}
