//! The keys that open something now, in memory: looked up by every request that brings one.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use ahash::AHashMap;

use super::{Key, KeyRecord};

/// Cheap to clone; all clones are one ring.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    /// The operator's own, from the settings: never in the file.
    bootstrap: Arc<Key>,
    keys: RwLock<AHashMap<[u8; 32], Arc<Key>>>,
}

impl KeyRing {
    pub fn new(bootstrap: Key) -> Self {
        let ring = Self(Arc::new(Inner { bootstrap: Arc::new(bootstrap), keys: RwLock::default() }));
        ring.replace(&[]);
        ring
    }

    /// Found by hash, then compared in constant time. What a lookup by hash tells about time is about the hash of a guess,
    /// which leads nobody to a key.
    pub fn find(&self, key: &[u8], now_seconds: i64) -> Option<Arc<Key>> {
        let hash = blake3::hash(key);
        let found = {
            let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
            keys.get(hash.as_bytes()).cloned()
        };
        // Comparing two `blake3::Hash` takes constant time.
        let found = found.filter(|found| found.hash == hash)?;
        found.note_use(now_seconds);
        Some(found)
    }

    /// Puts these keys in the place of all there are. A key that stays keeps what is known of it.
    pub fn replace(&self, records: &[KeyRecord]) {
        let mut keys = AHashMap::with_capacity(records.len() + 1);
        keys.insert(*self.0.bootstrap.hash.as_bytes(), self.0.bootstrap.clone());
        let mut ring = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        for key in records.iter().filter_map(KeyRecord::live) {
            let before = ring.get(key.hash.as_bytes()).filter(|before| before.is_the_same(&key));
            let key = before.cloned().unwrap_or_else(|| Arc::new(key));
            keys.entry(*key.hash.as_bytes()).or_insert(key);
        }
        *ring = keys;
    }

    /// Whether a key that was found before would be found again: for who has come in by it, and stays.
    pub fn holds(&self, key: &Key) -> bool {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(key.hash.as_bytes()).is_some_and(|now| now.is_the_same(key))
    }

    /// Keys of the file that were used since the start, with the second of their last use.
    pub fn uses(&self) -> Vec<(Box<str>, i64)> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let of_file = keys.values().filter(|key| key.hash != self.0.bootstrap.hash);
        of_file.filter_map(|key| Some((key.id.clone(), key.last_used()?))).collect()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing(keys)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::domain::Organiser;

    fn ring() -> KeyRing {
        KeyRing::new(Key::new(Role::Ops, None, blake3::hash(b"the-key-of-the-house")))
    }

    fn storefront() -> (KeyRecord, String) {
        let organiser = Organiser::parse("lyceum");
        KeyRecord::of_secret([7; 32], Role::Storefront, organiser, None, jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_key_is_found_with_its_role_until_it_is_revoked() {
        let (ring, (mut record, key)) = (ring(), storefront());
        assert!(ring.find(key.as_bytes(), 1).is_none());
        ring.replace(std::slice::from_ref(&record));
        let found = ring.find(key.as_bytes(), 1).expect("a key");
        assert_eq!((found.role, found.organiser.as_ref()), (Role::Storefront, record.organiser.as_ref()));
        assert!(ring.holds(&found));
        record.revoked_at = Some(jiff::Timestamp::UNIX_EPOCH);
        ring.replace(&[record]);
        assert!(ring.find(key.as_bytes(), 1).is_none());
        assert!(!ring.holds(&found));
    }

    #[test]
    fn the_key_of_the_settings_is_always_there_and_wrong_ones_never() {
        let ring = ring();
        ring.replace(&[]);
        assert_eq!(ring.find(b"the-key-of-the-house", 1).map(|key| key.role), Some(Role::Ops));
        for wrong in [&b""[..], b"the-key-of-the-hous", b"the-key-of-the-house ", b"The-key-of-the-house"] {
            assert!(ring.find(wrong, 1).is_none());
        }
    }

    #[test]
    fn the_last_use_outlives_a_reading_of_the_file() {
        let (ring, (record, key)) = (ring(), storefront());
        ring.replace(std::slice::from_ref(&record));
        ring.find(key.as_bytes(), 42).expect("a key");
        ring.replace(std::slice::from_ref(&record));
        assert_eq!(ring.uses(), [(record.id.into(), 42)]);
    }
}
