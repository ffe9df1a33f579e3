//! `keys-used.json`: when each key was last used, for people who wonder whether it may be revoked. Only the server writes
//! it, now and then, so that neither it nor the command line ever undoes what the other has written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::key_file::write_whole;
use super::{AccessError, KeyRing};

#[derive(Debug)]
pub struct KeyUses {
    path: PathBuf,
    by_id: BTreeMap<String, jiff::Timestamp>,
}

impl KeyUses {
    pub const FILE: &str = "keys-used.json";

    /// What cannot be read is begun anew: nothing rests on it.
    pub fn of(data_dir: &Path) -> Self {
        let path = data_dir.join(Self::FILE);
        let read = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Self { path, by_id: read.unwrap_or_default() }
    }

    pub fn last_used(&self, id: &str) -> Option<jiff::Timestamp> {
        self.by_id.get(id).copied()
    }

    /// Whether other keys were ever used than this one, the operator's own, which earlier versions noted here as well.
    pub fn has_others_than(&self, id: &str) -> bool {
        self.by_id.keys().any(|used| used != id)
    }

    /// Writes what has changed since the last time, if anything has.
    pub fn keep(&mut self, ring: &KeyRing) -> Result<(), AccessError> {
        let mut has_changed = false;
        for (id, seconds) in ring.uses() {
            let Ok(at) = jiff::Timestamp::from_second(seconds) else { continue };
            has_changed |= self.by_id.insert(id.into(), at) != Some(at);
        }
        if !has_changed {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&self.by_id).expect("ids and times are always JSON");
        write_whole(&self.path, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Key, KeyRecord, Role};

    #[test]
    fn the_last_use_is_found_after_a_restart() {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = KeyRing::new(Key::new(Role::Ops, None, blake3::hash(b"key")));
        let (record, key) = KeyRecord::of_secret([7; 32], Role::Ops, None, None, jiff::Timestamp::UNIX_EPOCH);
        ring.replace(std::slice::from_ref(&record));
        let mut uses = KeyUses::of(dir.path());
        // The operator's own key is in no file.
        ring.find(b"key", 1_772_366_400).expect("a key");
        uses.keep(&ring).expect("nothing to write");
        assert!(!dir.path().join(KeyUses::FILE).exists());
        ring.find(key.as_bytes(), 1_772_366_400).expect("a key");
        uses.keep(&ring).expect("written");
        let uses = KeyUses::of(dir.path());
        assert_eq!(uses.last_used(&record.id).map(|at| at.as_second()), Some(1_772_366_400));
        assert!(uses.has_others_than("another") && !uses.has_others_than(&record.id));
    }
}
