//! Seat maps as bytes, the latest of each show, plain and compressed, within a limit. What was read longest ago goes
//! first.

use std::sync::{Mutex, MutexGuard};

use actix_web::web::Bytes;
use ahash::AHashMap;

use crate::domain::ShowId;

pub struct Maps {
    bytes_max: usize,
    shelf: Mutex<Shelf>,
}

/// In which form a map is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    Plain,
    Deflated,
}

#[derive(Default)]
struct Shelf {
    maps: AHashMap<(ShowId, Form), Kept>,
    bytes: usize,
    /// Counts reads, as a clock for what was read when.
    reads: u64,
}

struct Kept {
    version: u64,
    bytes: Bytes,
    read: u64,
}

impl Maps {
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes_max, shelf: Mutex::default() }
    }

    /// The map of the show at exactly this version.
    pub fn get(&self, show: ShowId, form: Form, version: u64) -> Option<Bytes> {
        let shelf = &mut *self.lock();
        shelf.reads += 1;
        let kept = shelf.maps.get_mut(&(show, form)).filter(|kept| kept.version == version)?;
        kept.read = shelf.reads;
        Some(kept.bytes.clone())
    }

    /// Keeps a map, unless a later one is there already.
    pub fn put(&self, show: ShowId, form: Form, version: u64, bytes: Bytes) {
        let shelf = &mut *self.lock();
        if bytes.len() > self.bytes_max || shelf.maps.get(&(show, form)).is_some_and(|kept| kept.version >= version) {
            return;
        }
        shelf.bytes += bytes.len();
        let kept = Kept { version, bytes, read: shelf.reads };
        if let Some(old) = shelf.maps.insert((show, form), kept) {
            shelf.bytes -= old.bytes.len();
        }
        while shelf.bytes > self.bytes_max {
            let oldest = shelf.maps.iter().min_by_key(|(_, kept)| kept.read).map(|(name, _)| *name);
            let Some(dropped) = oldest.and_then(|name| shelf.maps.remove(&name)) else { return };
            shelf.bytes -= dropped.bytes.len();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().expect("nothing panics while it holds this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn show(number: u128) -> ShowId {
        ShowId(Uuid::from_u128(number))
    }

    #[test]
    fn a_map_is_found_at_its_own_version_only() {
        let maps = Maps::new(100);
        maps.put(show(1), Form::Plain, 7, Bytes::from_static(b"seven"));
        assert_eq!(maps.get(show(1), Form::Plain, 7).as_deref(), Some(&b"seven"[..]));
        assert_eq!(maps.get(show(1), Form::Plain, 8), None);
        assert_eq!(maps.get(show(2), Form::Plain, 7), None);
        assert_eq!(maps.get(show(1), Form::Deflated, 7), None);
    }

    #[test]
    fn an_older_map_does_not_replace_a_later_one() {
        let maps = Maps::new(100);
        maps.put(show(1), Form::Plain, 7, Bytes::from_static(b"seven"));
        maps.put(show(1), Form::Plain, 6, Bytes::from_static(b"six"));
        assert!(maps.get(show(1), Form::Plain, 7).is_some());
    }

    #[test]
    fn what_was_read_longest_ago_makes_room() {
        let maps = Maps::new(10);
        maps.put(show(1), Form::Plain, 1, Bytes::from_static(b"12345"));
        maps.put(show(2), Form::Plain, 1, Bytes::from_static(b"12345"));
        assert!(maps.get(show(1), Form::Plain, 1).is_some());
        maps.put(show(1), Form::Plain, 2, Bytes::from_static(b"123456"));
        assert!(maps.get(show(2), Form::Plain, 1).is_none());
        assert!(maps.get(show(1), Form::Plain, 2).is_some());
        maps.put(show(3), Form::Plain, 1, Bytes::from(vec![0; 11]));
        assert!(maps.get(show(3), Form::Plain, 1).is_none());
    }
}
