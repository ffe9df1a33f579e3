//! One process writes a journal. A second one is refused in words, before it has read or changed anything.
//!
//! Two things are locked: the directory, which nobody can take away without the journal in it, and a file, which names the
//! process that writes. The file alone would not do: deleted under a server, it lets the next one in.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::disk::about;

const NAME: &str = "lock";

/// Held as long as it lives; the kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _dir: File,
    /// Readers make none where there is none.
    _file: Option<File>,
}

#[derive(Debug)]
pub(super) enum NotLocked {
    /// By the process that wrote this into the file; nothing, where no file says it.
    Taken {
        by: String,
    },
    Io(io::Error),
}

impl Lock {
    pub fn exclusive(dir: &Path) -> Result<Self, NotLocked> {
        let operation = FlockOperation::NonBlockingLockExclusive;
        let locked_dir = directory(dir, operation)?;
        let mut file = take(dir, writable(dir).map_err(about(NAME)), operation)?;
        let name = |file: &mut File| {
            file.set_len(0)?;
            writeln!(file, "{}", std::process::id())
        };
        name(&mut file).map_err(about(NAME)).map_err(NotLocked::Io)?;
        Ok(Self { _dir: locked_dir, _file: Some(file) })
    }

    /// Several may read at once while nobody writes. Also of a copy that cannot be written to.
    pub fn shared(dir: &Path) -> Result<Self, NotLocked> {
        let operation = FlockOperation::NonBlockingLockShared;
        let locked_dir = directory(dir, operation)?;
        let file = match File::open(dir.join(NAME)) {
            // Whoever comes to write needs the directory as well.
            Err(missing) if missing.kind() == ErrorKind::NotFound => None,
            file => Some(take(dir, file.map_err(about(NAME)), operation)?),
        };
        Ok(Self { _dir: locked_dir, _file: file })
    }
}

/// The directory that has this name once it is locked: another one may have been put in its place meanwhile.
fn directory(dir: &Path, operation: FlockOperation) -> Result<File, NotLocked> {
    let locked = take(dir, File::open(dir), operation)?;
    let is_still_there = || {
        let (here, there) = (locked.metadata()?, std::fs::metadata(dir)?);
        io::Result::Ok((here.dev(), here.ino()) == (there.dev(), there.ino()))
    };
    match is_still_there() {
        Ok(true) => Ok(locked),
        Ok(false) => Err(NotLocked::Io(io::Error::other("it was replaced by another one while it was being opened"))),
        Err(error) => Err(NotLocked::Io(error)),
    }
}

fn writable(dir: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(dir.join(NAME))
}

fn take(dir: &Path, file: io::Result<File>, operation: FlockOperation) -> Result<File, NotLocked> {
    let file = file.map_err(NotLocked::Io)?;
    match flock(&file, operation) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => {
            // Who it is only makes the message better; not to know it changes nothing.
            let by = std::fs::read_to_string(dir.join(NAME)).unwrap_or_default();
            Err(NotLocked::Taken { by: by.trim().to_owned() })
        }
        Err(error) => Err(NotLocked::Io(error.into())),
    }
}
