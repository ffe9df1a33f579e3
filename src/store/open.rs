//! Opening the store: as it is, or a new one in the place of what cannot be believed.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

use tokio::sync::watch;

use super::cursor::Cursor;
use super::known_creations::KnownCreations;
use super::release::release;
use super::trees::{Trees, caught};
use super::wanted::Wanted;
use super::{Inner, Options, Store, StoreError, aside, compare, snapshots};
use crate::journal::{Journal, Position};

/// What [`Store::open`] found.
#[derive(Debug, PartialEq)]
pub enum Opened {
    /// It is where the journal is.
    Clean { cursor: Position },
    /// To be caught up: as after `kill -9`, or from nothing where it was deleted.
    Behind { cursor: Position, end: Position },
    /// It could not be believed. A new one was begun, to be caught up from nothing.
    SetAside { reason: String, path: PathBuf },
    /// The journal has lost commits that were acknowledged: here they are, for `LocalJournal::restore`, up to the first
    /// one that is missing here as well. Nothing may be appended to the journal until it has them again: restore, and
    /// open the store again. If it is still ahead then, commits are lost for good, and only a person can decide.
    AheadOfJournal { cursor: Position, end: Position, records: Vec<Arc<[u8]>> },
}

impl Store {
    /// Opens the database as it is, believed or not, for who compares it with the journal by himself. Changes nothing
    /// but what sled changes at every opening.
    pub fn inspect(dir: &Path) -> Result<Self, StoreError> {
        let options = Options::default();
        let trees = Trees::open(dir, options)?;
        let cursor = caught("reading the cursor", || Cursor::read(&trees))?;
        let cursor = cursor.ok_or_else(|| StoreError::Damaged("it has no cursor".into()))?.position;
        Ok(Self::around(dir, options, trees, cursor))
    }

    /// Whether nothing can be written in `dir`: sled opens nothing there.
    pub fn is_read_only(dir: &Path) -> bool {
        rustix::fs::access(dir, rustix::fs::Access::WRITE_OK).is_err()
    }

    /// Opens the database in `dir`, or begins a new one. One that is damaged or does not belong to this journal is
    /// renamed to `<dir>.damaged-<n>`. It still has to be caught up.
    pub fn open(dir: &Path, options: Options, journal: &dyn Journal) -> Result<(Self, Opened), StoreError> {
        let (trees, cursor, opened) = open(dir, options, journal)?;
        Ok((Self::around(dir, options, trees, cursor), opened))
    }

    fn around(dir: &Path, options: Options, trees: Trees, cursor: Position) -> Self {
        let inner = Inner {
            dir: dir.to_owned(),
            options,
            trees: RwLock::new(Some(Arc::new(trees))),
            generation: AtomicU64::new(0),
            cursor: watch::Sender::new(cursor),
            wanted: Wanted::default(),
            known_creations: KnownCreations::default(),
            writer: Mutex::new(()),
            trouble: Mutex::new(None),
        };
        Self { inner: Arc::new(inner) }
    }
}

/// A database that can be believed, at this position.
pub fn open(dir: &Path, options: Options, journal: &dyn Journal) -> Result<(Trees, Position, Opened), StoreError> {
    match open_and_check(dir, options, journal) {
        // Not a fault of the database: it would fail again in a new place, or someone else has it open.
        Err(error) if !error.is_damage() => Err(error),
        Err(StoreError::Damaged(reason) | StoreError::Failed(reason)) => open_anew(dir, options, reason),
        outcome => outcome,
    }
}

/// Sets the database aside and begins a new one.
pub fn open_anew(dir: &Path, options: Options, reason: String) -> Result<(Trees, Position, Opened), StoreError> {
    let path = aside::set_aside(dir, &reason)?;
    let trees = Trees::open(dir, options)?;
    caught("beginning anew", || compare::begin(&trees))?;
    Ok((trees, Position::ZERO, Opened::SetAside { reason, path }))
}

fn open_and_check(
    dir: &Path,
    options: Options,
    journal: &dyn Journal,
) -> Result<(Trees, Position, Opened), StoreError> {
    let is_new = !dir.join("db").exists();
    let trees = Trees::open(dir, options)?;
    snapshots::remove_unfinished(dir);
    let compared = caught("comparing with the journal", || compare::compare(&trees, is_new, journal));
    let dropped = |compared| caught("dropping old snapshots", || trees.drop_old_snapshots().map(|()| compared));
    match compared.and_then(dropped) {
        Ok((cursor, opened)) => Ok((trees, cursor, opened)),
        Err(error) => {
            // A damaged sled may not let go: it can be renamed all the same.
            release(Arc::new(trees));
            Err(error)
        }
    }
}
