//! What can go wrong with keys and identities. Every message says what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

#[derive(Debug, Error)]
pub enum AccessError {
    #[error("{path} cannot be read or written: {error}", path = .path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error("{path} is not a list of keys: {what}; put it back from a copy", path = .path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("{path} is gone, and there were keys; put it back from a copy", path = .path.display())]
    Gone { path: PathBuf },
    #[error("a key for {role} needs the name of the organiser it belongs to")]
    OrganiserNeeded { role: &'static str },
    #[error("a key for ops is for the whole house: it belongs to no organiser")]
    OrganiserNotTaken,
    #[error("there is no live key {0:?}; `keys list` shows what there is")]
    NoSuchKey(String),
    #[error("there are {max} keys already; revoke some that nobody uses")]
    TooManyKeys { max: usize },
    #[error("{from} is not a set of JSON web keys that can be used: {what}")]
    UnusableKeySet { from: String, what: String },
    #[error("{url} cannot be read: {error}")]
    Unreachable { url: String, error: Box<ureq::Error> },
}

impl AccessError {
    pub fn io(path: &std::path::Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }
}
