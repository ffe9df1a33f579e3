//! Why a journal could not be opened, in words that an operator can act on: which file, which byte, what, and what now.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::lock::NotLocked;
use crate::journal::{Position, ReadError};

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("the journal in {} is in use by another process ({by}); stop it first, or choose another directory", dir.display())]
    InUse { dir: PathBuf, by: String },
    #[error(
        "the journal is damaged: {} at byte {offset}: {what}. Nothing was changed. `understudy verify` shows how far the \
         damage goes; restore this file from a copy. `understudy rebuild` does not help: it makes derived data anew and \
         does not mend the journal", file.display()
    )]
    Damaged { file: PathBuf, offset: u64, what: String },
    #[error(
        "the journal in {} ends at position {end}, but {witness} says that it was durable up to {witnessed}: acknowledged \
         commits are missing. Nothing was changed. Restore the missing segment files from a copy; if this directory is \
         an older copy and the loss is accepted, remove {witness} and start again", dir.display()
    )]
    EndLost { dir: PathBuf, witness: String, witnessed: Position, end: Position },
    #[error(
        "{} was written by another version of understudy: its format is {found}, this one reads {known}. Use the version \
         that wrote it", file.display()
    )]
    Format { file: PathBuf, found: u32, known: u32 },
    #[error("the journal in {} cannot be opened: {error}", dir.display())]
    Io { dir: PathBuf, error: io::Error },
}

impl OpenError {
    pub(super) fn io(dir: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::Io { dir: dir.to_owned(), error }
    }

    pub(super) fn not_locked(dir: &Path) -> impl FnOnce(NotLocked) -> Self {
        move |why| match why {
            NotLocked::Taken { by } if by.is_empty() => {
                Self::InUse { dir: dir.to_owned(), by: "its lock file does not say which".into() }
            }
            NotLocked::Taken { by } => Self::InUse { dir: dir.to_owned(), by: format!("process {by}") },
            NotLocked::Io(error) => Self::Io { dir: dir.to_owned(), error },
        }
    }
}

/// Damage met while reading a journal that is open.
pub(super) fn damaged(file: &Path, offset: u64, what: impl Into<String>) -> ReadError {
    ReadError::Damaged { file: file.display().to_string(), offset, what: what.into() }
}

pub(super) fn unreadable(file: &Path) -> impl Fn(io::Error) -> ReadError {
    move |error| ReadError::Io(format!("{}: {error}", file.display()))
}
