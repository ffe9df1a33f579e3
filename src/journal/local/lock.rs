//! One process writes a journal. A second one is refused in words, before it has read or changed anything.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

const NAME: &str = "lock";

/// Held as long as it lives; the kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

#[derive(Debug)]
pub(super) enum NotLocked {
    /// By the process that wrote this into the file.
    Taken {
        by: String,
    },
    Io(io::Error),
}

impl Lock {
    pub fn exclusive(dir: &Path) -> Result<Self, NotLocked> {
        let mut file = take(writable(dir), FlockOperation::NonBlockingLockExclusive)?;
        let name = |file: &mut File| {
            file.set_len(0)?;
            writeln!(file, "{}", std::process::id())
        };
        name(&mut file).map_err(NotLocked::Io)?;
        Ok(Self { _file: file })
    }

    /// Several may read at once while nobody writes. Also of a copy that cannot be written to.
    pub fn shared(dir: &Path) -> Result<Self, NotLocked> {
        let file = writable(dir).or_else(|error| match error.kind() {
            ErrorKind::PermissionDenied => File::open(dir.join(NAME)),
            ErrorKind::ReadOnlyFilesystem => match File::open(dir.join(NAME)) {
                // Then nobody writes here either, and the directory will do.
                Err(missing) if missing.kind() == ErrorKind::NotFound => File::open(dir),
                lock => lock,
            },
            _ => Err(error),
        });
        Ok(Self { _file: take(file, FlockOperation::NonBlockingLockShared)? })
    }
}

fn writable(dir: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(dir.join(NAME))
}

fn take(file: io::Result<File>, operation: FlockOperation) -> Result<File, NotLocked> {
    let mut file = file.map_err(NotLocked::Io)?;
    match flock(&file, operation) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => {
            let mut by = String::new();
            // Who it is only makes the message better; not to know it changes nothing.
            let _ = file.read_to_string(&mut by);
            Err(NotLocked::Taken { by: by.trim().to_owned() })
        }
        Err(error) => Err(NotLocked::Io(error.into())),
    }
}
