//! `keys.json` in the data directory: all keys that were ever made, by their hashes. Only the command line writes it, one
//! command at a time; a running server reads it again when it has changed.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{AccessError, KeyRecord};

const NAME: &str = "keys.json";
/// More than any house hands out; it bounds what a server keeps in memory.
const KEYS_MAX: usize = 100_000;

#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

/// Tells one state of the file from another without reading it. Every change is a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Stamp {
    /// `None`: there is no file.
    pub fn of(path: &Path) -> Result<Option<Self>, AccessError> {
        match path.metadata() {
            Ok(meta) => {
                let modified = (meta.mtime(), meta.mtime_nsec());
                Ok(Some(Self { inode: meta.ino(), bytes: meta.len(), modified }))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(AccessError::io(path, error)),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    keys: Vec<KeyRecord>,
}

impl KeyFile {
    pub fn of(data_dir: &Path) -> Self {
        Self { path: data_dir.join(NAME) }
    }

    /// `None`: there is no file.
    pub fn stamp(&self) -> Result<Option<Stamp>, AccessError> {
        Stamp::of(&self.path)
    }

    /// Without a file there are no keys yet.
    pub fn read(&self) -> Result<Vec<KeyRecord>, AccessError> {
        match self.read_again() {
            Err(AccessError::Gone { .. }) => Ok(Vec::new()),
            read => read,
        }
    }

    /// The same where there were keys: without a file, these were lost, and nobody has revoked them.
    pub fn read_again(&self) -> Result<Vec<KeyRecord>, AccessError> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(AccessError::Gone { path: self.path.clone() });
            }
            Err(error) => return Err(AccessError::io(&self.path, error)),
        };
        let damaged = |what: String| AccessError::Damaged { path: self.path.clone(), what };
        let Keys { keys } = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        match keys.iter().find(|key| blake3::Hash::from_hex(&key.hash).is_err()) {
            Some(key) => Err(damaged(format!("the hash of key {} is not 64 hexadecimal digits", key.id))),
            None => Ok(keys),
        }
    }

    pub fn add(&self, record: KeyRecord) -> Result<(), AccessError> {
        self.change(|keys| {
            if keys.len() >= KEYS_MAX {
                return Err(AccessError::TooManyKeys { max: KEYS_MAX });
            }
            keys.push(record);
            Ok(())
        })
    }

    pub fn revoke(&self, id: &str, now: jiff::Timestamp) -> Result<(), AccessError> {
        self.change(|keys| {
            let live = keys.iter_mut().find(|key| key.id == id && key.revoked_at.is_none());
            live.ok_or_else(|| AccessError::NoSuchKey(id.to_owned()))?.revoked_at = Some(now);
            Ok(())
        })
    }

    fn change(&self, change: impl FnOnce(&mut Vec<KeyRecord>) -> Result<(), AccessError>) -> Result<(), AccessError> {
        let _alone = self.lock()?;
        let mut keys = self.read()?;
        change(&mut keys)?;
        let text = serde_json::to_string_pretty(&Keys { keys }).expect("names, hashes and times are always JSON");
        write_whole(&self.path, &text)
    }

    /// Until it is dropped, no other command changes the file.
    fn lock(&self) -> Result<File, AccessError> {
        let path = self.path.with_extension("lock");
        let locked = || {
            let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
            rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
            Ok(file)
        };
        locked().map_err(|error| AccessError::io(&path, error))
    }
}

/// Written beside and moved into place: a crash leaves the old file or the new one.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), AccessError> {
    let draft = path.with_extension("draft");
    let written = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    written().map_err(|error: io::Error| AccessError::io(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn record(secret: u8) -> KeyRecord {
        KeyRecord::of_secret([secret; 32], Role::Ops, None, None, jiff::Timestamp::UNIX_EPOCH).0
    }

    #[test]
    fn keys_are_found_again_and_every_change_is_seen() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = KeyFile::of(dir.path());
        assert_eq!(file.read().expect("no keys").len(), 0);
        let mut stamps = vec![file.stamp().expect("no file")];
        file.add(record(1)).expect("added");
        stamps.push(file.stamp().expect("a file"));
        file.add(record(2)).expect("added");
        stamps.push(file.stamp().expect("a file"));
        file.revoke(&record(1).id, jiff::Timestamp::UNIX_EPOCH).expect("revoked");
        stamps.push(file.stamp().expect("a file"));
        assert!(stamps.windows(2).all(|pair| pair[0] != pair[1]), "{stamps:?}");
        let keys = KeyFile::of(dir.path()).read().expect("two keys");
        assert_eq!(keys.iter().map(|key| key.revoked_at.is_some()).collect::<Vec<_>>(), [true, false]);
        assert!(matches!(file.revoke(&record(1).id, jiff::Timestamp::UNIX_EPOCH), Err(AccessError::NoSuchKey(_))));
    }

    #[test]
    fn the_file_has_no_key_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let (record, key) = KeyRecord::of_secret([9; 32], Role::Ops, None, None, jiff::Timestamp::UNIX_EPOCH);
        KeyFile::of(dir.path()).add(record).expect("added");
        let path = dir.path().join(NAME);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(!text.contains(key.trim_start_matches("usk_")), "{text}");
        assert_eq!(path.metadata().expect("a file").mode() & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_stays_as_it_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = KeyFile::of(dir.path());
        for text in ["", "{}", "{\"keys\":[", "{\"keys\":[{\"id\":\"x\"}]}"] {
            std::fs::write(dir.path().join(NAME), text).expect("written");
            assert!(matches!(file.read(), Err(AccessError::Damaged { .. })), "{text}");
            assert!(file.add(record(1)).is_err());
            assert_eq!(std::fs::read_to_string(dir.path().join(NAME)).expect("still there"), text);
        }
    }
}
