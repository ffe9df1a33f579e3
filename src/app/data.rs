//! Opening what is on disk: the journal first, then the store beside it, and what each finds wrong with the other.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use super::begun::refuse_to_forget;
use super::lost_end::{all_are_there, prospect_of, refuse_half_an_import};
use crate::journal::local::{LocalJournal, Options as JournalOptions, RestoreError};
use crate::journal::{Journal, Position};
use crate::store::{Opened, Options as StoreOptions, Store};

/// The journal's directory inside the data directory.
pub const JOURNAL_DIR: &str = "journal";
/// What an import writes, until it is whole.
pub const IMPORTING_DIR: &str = "journal.importing";
/// The store's; what is in it can always be made anew.
pub const STORE_DIR: &str = "store";

/// How often it is told how far a restored journal has come.
const TELL_EVERY: Duration = Duration::from_millis(20);

/// Called with a position, and with the one to be reached.
type Told<'a> = &'a mut dyn FnMut(Position, Position);

pub struct Data {
    pub journal: Arc<LocalJournal>,
    pub store: Store,
}

impl Data {
    /// Opens both and brings the store up to the journal's end. Refuses where acknowledged commits are missing and
    /// nobody has them; `progress(position, end)` is called while catching up.
    pub fn open(dir: &Path, journal: JournalOptions, store: StoreOptions, progress: Told) -> anyhow::Result<Self> {
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
        let store = store_beside(&journal, open_store(&store_dir, store, &journal)?, &store_dir, store, progress)?;
        refuse_a_lost_end(&journal)?;
        store.catch_up(&*journal, progress).with_context(|| behind(&store_dir))?;
        Ok(Self { journal, store })
    }

    /// The same with a store that is made anew. First the journal is given back what only the old store has; then that is
    /// set aside, and its place returned.
    pub fn open_anew(
        dir: &Path,
        journal: JournalOptions,
        store: StoreOptions,
        progress: Told,
    ) -> anyhow::Result<(Self, Option<PathBuf>)> {
        let store_dir = dir.join(STORE_DIR);
        let journal = open_journal(dir, journal)?;
        let has_old = store_dir.symlink_metadata().is_ok();
        let mut aside = None;
        if has_old {
            // One that is damaged gives nothing back. One that cannot be opened now may, once it can.
            match open_store(&store_dir, store, &journal)? {
                (opened, Opened::SetAside { path, .. }) => {
                    opened.close()?;
                    aside = Some(path);
                }
                opened => store_beside(&journal, opened, &store_dir, store, progress)?.close()?,
            }
        }
        refuse_a_lost_end(&journal)?;
        if has_old && aside.is_none() {
            aside = Some(set_aside(dir, &store_dir)?);
        }
        let store = open_store(&store_dir, store, &journal)?.0;
        store.catch_up(&*journal, progress).with_context(|| behind(&store_dir))?;
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
        refuse_to_begin_again(dir, &options)?;
    } else {
        refuse_to_forget(dir)?;
    }
    Ok(Arc::new(LocalJournal::open(&journal_dir, JournalOptions { end_may_be_lost: true, ..options })?))
}

/// Where nothing is left of a journal, opening it begins another one. So it is not opened before it is certain that the
/// store gives everything back.
fn refuse_to_begin_again(dir: &Path, options: &JournalOptions) -> anyhow::Result<()> {
    let (journal_dir, store_dir) = (dir.join(JOURNAL_DIR), dir.join(STORE_DIR));
    if LocalJournal::has_segments(&journal_dir)? {
        return Ok(());
    }
    let journal = LocalJournal::inspect(&journal_dir, options)?;
    let store = if is_there(&store_dir) {
        let store = Store::inspect(&store_dir);
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
    let prospect = prospect_of(dir, &journal, store.as_ref());
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
    progress: Told,
) -> anyhow::Result<Store> {
    let Opened::AheadOfJournal { records, end, cursor } = opened else { return Ok(store) };
    let count = records.len();
    if let Err(incomplete) = all_are_there(end, journal.opening().lost_up_to, cursor, count) {
        store.close()?;
        return Err(incomplete);
    }
    tracing::error!(%end, %cursor, count, "the journal lost its end; giving the commits back to it from the store");
    store.close()?;
    restore(journal, records, progress).context("giving the journal back what it lost")?;
    tracing::info!(count, "the journal has them again");
    Ok(open_store(dir, options, journal)?.0)
}

/// Each group of commits is synced by itself, so this takes as long as it took the first time.
fn restore(journal: &LocalJournal, records: Vec<Arc<[u8]>>, progress: Told) -> Result<(), RestoreError> {
    let whole = Position(journal.end().0.0 + records.len() as u64);
    thread::scope(|scope| {
        let restoring = scope.spawn(|| journal.restore(records));
        while !restoring.is_finished() {
            progress(journal.end().0, whole);
            thread::sleep(TELL_EVERY);
        }
        restoring.join().expect("what can fail in it is an error")
    })
}

/// As it is, or a new one in the place of one that is damaged.
fn open_store(dir: &Path, options: StoreOptions, journal: &LocalJournal) -> anyhow::Result<(Store, Opened)> {
    Store::open(dir, options, journal).with_context(|| {
        format!(
            "the store in {} cannot be opened as it stands. It may have commits that the journal has lost, so none is made in \
             its place: see to its permissions, to the room on its disk, and that nobody else has it open, and try again",
            dir.display()
        )
    })
}

fn behind(store_dir: &Path) -> String {
    format!("bringing the store in {} up to the journal's end", store_dir.display())
}

/// Whether there is a store, or what is left of one, or something that keeps it from sight.
fn is_there(store_dir: &Path) -> bool {
    match fs::read_dir(store_dir) {
        Ok(mut files) => files.next().is_some(),
        Err(error) if error.kind() == ErrorKind::NotFound => store_dir.is_symlink(),
        Err(_) => true,
    }
}

fn set_aside(dir: &Path, store_dir: &Path) -> anyhow::Result<PathBuf> {
    let free = (1..).map(|n| dir.join(format!("{STORE_DIR}.replaced-{n}"))).find(|path| !path.exists());
    let free = free.expect("numbers do not end");
    fs::rename(store_dir, &free).context("setting the old store aside")?;
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
