//! Where the snapshots are: a file for each stream, in a directory beside sled's files, so that whoever sets those aside
//! takes them along. Only a short cut: one that is damaged counts as none, and none is ever fsynced.
//!
//! Not in sled, which took values of some hundred kilobytes apart into dozens, and came to wait for itself while they were
//! replaced (see `trees.rs`).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

use super::snapshot::{HEADER_BYTES, Snapshot};
use super::{Store, StoreError};
use crate::domain::StreamId;

const DIR: &str = "snapshots";

/// Ends the names of files that are being written. They stand in the directory itself, the others one below: so those
/// which a killed process has left are found without a look at all snapshots.
const UNFINISHED: &str = "unfinished";

impl Store {
    /// Replaces the stream's snapshot. One writer for each stream. An error concerns nobody but who meets it.
    pub fn save_snapshot(&self, stream: StreamId, snapshot: &Snapshot) -> Result<(), StoreError> {
        // Held, so that the directory stays where it is meanwhile.
        let _open = self.trees()?;
        let failed = |error| StoreError::Failed(format!("writing the snapshot of {stream}: {error}"));
        write(&self.inner.dir.join(DIR), stream, snapshot).map_err(failed)
    }

    /// The stream's snapshot. The caller compares its version with the journal's head, and its hash with the log.
    pub fn load_snapshot(&self, stream: StreamId) -> Option<Snapshot> {
        let what = match read(&place(&self.inner.dir.join(DIR), stream)) {
            Ok((header, bytes)) => match Snapshot::parse(stream, &header, bytes) {
                Ok(snapshot) => return Some(snapshot),
                Err(what) => what,
            },
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => error.to_string(),
        };
        tracing::warn!(%stream, what, "ignored a damaged snapshot: the whole log is read instead");
        None
    }
}

/// What a process that was killed has not finished writing.
pub fn remove_unfinished(store_dir: &Path) {
    let Ok(files) = fs::read_dir(store_dir.join(DIR)) else { return };
    for path in files.flatten().map(|file| file.path()) {
        if path.extension().is_some_and(|extension| extension == UNFINISHED)
            && let Err(error) = fs::remove_file(&path)
        {
            tracing::warn!(path = %path.display(), %error, "a half-written snapshot stays");
        }
    }
}

/// A reader has the old file or the new one, and never some of both.
fn write(dir: &Path, stream: StreamId, snapshot: &Snapshot) -> io::Result<()> {
    let place = place(dir, stream);
    fs::create_dir_all(place.parent().expect("it is in a directory"))?;
    let unfinished = dir.join(format!("{stream}.{UNFINISHED}"));
    let written = write_file(&unfinished, stream, snapshot).and_then(|()| fs::rename(&unfinished, &place));
    if written.is_err() {
        // A full disk has better uses for it; where even this fails, the next opening sees to it.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_file(path: &Path, stream: StreamId, snapshot: &Snapshot) -> io::Result<()> {
    let mut file = File::create(path)?;
    let length = (HEADER_BYTES + snapshot.bytes.len()) as u64;
    // A new file without a place on the disk is written out by ext4 as soon as it takes the place of another, to nobody's
    // use here: 0.5 ms, and 0.2 ms with its place reserved. Where that cannot be done, writing says why, or need not.
    let _ = fallocate(&file, FallocateFlags::empty(), 0, length);
    file.write_all(&snapshot.header(stream))?;
    file.write_all(&snapshot.bytes)
}

fn read(path: &Path) -> io::Result<([u8; HEADER_BYTES], Vec<u8>)> {
    // What is no file may keep its reader waiting for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is no file"));
    }
    let mut file = File::open(path)?;
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header)?;
    let length = file.metadata()?.len();
    if length != HEADER_BYTES as u64 + Snapshot::length_in(&header) {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            format!("a file of {length} bytes is none, or half of one"),
        ));
    }
    // Knows by itself how much is left of the file.
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((header, bytes))
}

/// One of 256 directories, by the part of an id that is random: a hundred thousand files in one are slow to list.
fn place(dir: &Path, stream: StreamId) -> PathBuf {
    let last = stream.0.as_bytes()[15];
    dir.join(format!("{last:02x}")).join(stream.to_string())
}
