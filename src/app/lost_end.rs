//! What a start does about commits that the journal has lost and that the store may have: it gives them back where they
//! are all that is known to be missing, and refuses, changing nothing, where they are not. Decided in one place for
//! those who start and for `verify`, which says it beforehand.

use std::path::Path;

use anyhow::bail;

use super::begun::refuse_to_forget;
use super::{IMPORTING_DIR, JOURNAL_DIR};
use crate::journal::Position;
use crate::journal::local::{Inspected, LocalJournal, Options};
use crate::store::Store;

/// What the next start will do, found out without changing anything: how many commits it gives back to the journal, or
/// why it refuses. A store that cannot be read is none.
pub fn prospect(data_dir: &Path, store: Option<&Store>) -> anyhow::Result<usize> {
    refuse_half_an_import(data_dir)?;
    let journal = LocalJournal::inspect(&data_dir.join(JOURNAL_DIR), &Options::default())?;
    prospect_of(data_dir, &journal, store)
}

/// The same of a journal that was looked at already.
pub(super) fn prospect_of(data_dir: &Path, journal: &Inspected, store: Option<&Store>) -> anyhow::Result<usize> {
    let end = journal.end;
    let ahead = store.filter(|store| store.cursor() > end);
    // One of another journal gives nothing back: the start sets it aside.
    let records = ahead.and_then(|store| Some((store.cursor(), store.beyond(end, &journal.hash).ok()?)));
    let (cursor, count) = records.map_or((end, 0), |(cursor, records)| (cursor, records.len()));
    all_are_there(end, journal.lost_up_to, cursor, count)?;
    if journal.segments == 0 && count == 0 {
        refuse_to_forget(data_dir)?;
    }
    Ok(count)
}

/// Whether so many commits from the store, which go on where the journal ends, are all that was durable: what the
/// journal has noted down, and what the store had read from it.
pub(super) fn all_are_there(
    end: Position,
    lost_up_to: Option<Position>,
    cursor: Position,
    count: usize,
) -> anyhow::Result<()> {
    let durable = lost_up_to.unwrap_or(end).max(cursor);
    let reached = Position(end.0 + count as u64);
    if reached >= durable {
        return Ok(());
    }
    let of_store = if count == 0 {
        "the store does not have them either".to_owned()
    } else {
        format!("the store has them up to {reached} only")
    };
    bail!(
        "the journal ends at position {end}, but it was durable up to {durable}: acknowledged commits are missing, and \
         {of_store}. Restore the journal's files from a copy; `understudy verify` shows what is there"
    )
}

pub(super) fn refuse_half_an_import(data_dir: &Path) -> anyhow::Result<()> {
    let importing = data_dir.join(IMPORTING_DIR);
    if importing.exists() {
        bail!(
            "an import was not finished: what it has written is in {}. Remove that, and import again",
            importing.display()
        );
    }
    Ok(())
}
