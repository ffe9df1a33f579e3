//! Which bookings each show has, in the order in which they were made.
//!
//! sled pays by the entry, and a booking here and one there would cost an entry each. So what is new is only noted at first,
//! for all shows in one entry, and is kept in memory; once that is much, it is filed: show by show, and the notes go.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use super::per_show::{Change, Changes};
use crate::domain::{BookingId, ShowId};
use crate::journal::Version;
use crate::store::{StoreError, View};

/// First bytes of the keys: of what is filed, the show and the last version of an entry follow; of notes, their number.
const FILED: u8 = b's';
const NOTED: u8 = b'n';

/// Bookings that are noted, and not filed yet: in memory, and to be read at a start.
const UNFILED_MAX: usize = 8_192;

/// Shows that are filed at a time, those with the most bookings: all readers of sled wait meanwhile.
const FILED_AT_ONCE: usize = 512;

/// Entries read at a time.
const READ_AT_ONCE: usize = 8;

#[derive(Default)]
pub struct BookingsByShow {
    unfiled: BTreeMap<(ShowId, Version), BookingId>,
    /// Those of them that are not noted yet.
    new: Vec<(ShowId, Version, BookingId)>,
    notes: u32,
    /// Already handed over to be filed; still to be found here until it is.
    filing: BTreeMap<(ShowId, Version), BookingId>,
}

impl BookingsByShow {
    /// With what was noted and not filed.
    pub fn begin(view: &View) -> Result<Self, StoreError> {
        let mut begun = Self::default();
        for (key, bytes) in view.scan(&[NOTED], None, usize::MAX)? {
            let noted: Vec<(ShowId, Version, BookingId)> = view.decode(&bytes)?;
            begun.unfiled.extend(noted.into_iter().map(|(show, version, booking)| ((show, version), booking)));
            begun.notes = 1 + number_of(&key);
        }
        Ok(begun)
    }

    /// Confirmed as this version of the show.
    pub fn add(&mut self, show: ShowId, version: Version, booking: BookingId) {
        self.unfiled.insert((show, version), booking);
        self.new.push((show, version, booking));
    }

    /// Those that were confirmed after this version, and as which.
    pub fn after(
        &self,
        view: &View,
        show: ShowId,
        version: Version,
        limit: usize,
    ) -> Result<Vec<(Version, BookingId)>, StoreError> {
        let prefix = prefix(show);
        // An entry stands under its last version: this is the first that has anything later.
        let mut last = key(show, version);
        let mut found = BTreeMap::new();
        while found.len() < limit {
            let entries = view.scan(&prefix, Some(&last), READ_AT_ONCE)?;
            let is_end = entries.len() < READ_AT_ONCE;
            for (key, bytes) in entries {
                let bookings: Vec<(Version, BookingId)> = view.decode(&bytes)?;
                found.extend(bookings.into_iter().filter(|(of, _)| *of > version));
                last = key;
            }
            if is_end {
                break;
            }
        }
        for recent in [&self.filing, &self.unfiled] {
            let later = recent.range((Excluded((show, version)), Included((show, Version::MAX))));
            found.extend(later.map(|((_, of), booking)| (*of, *booking)).take(limit));
        }
        Ok(found.into_iter().take(limit).collect())
    }

    pub fn take_changes(&mut self) -> Changes {
        if self.unfiled.len() >= UNFILED_MAX {
            return self.file();
        }
        let new = std::mem::take(&mut self.new);
        if new.is_empty() { Changes::new() } else { vec![self.note(&new)] }
    }

    pub fn stored(&mut self) {
        self.filing.clear();
    }

    fn note(&mut self, bookings: &[(ShowId, Version, BookingId)]) -> Change {
        let key = note_key(self.notes);
        self.notes += 1;
        (key, Some(View::encode(&bookings)))
    }

    /// What is not filed now is noted anew.
    fn file(&mut self) -> Changes {
        let mut by_show: BTreeMap<ShowId, Vec<(Version, BookingId)>> = BTreeMap::new();
        for ((show, version), booking) in std::mem::take(&mut self.unfiled) {
            by_show.entry(show).or_default().push((version, booking));
        }
        let mut shows: Vec<_> = by_show.into_iter().collect();
        shows.sort_by_key(|(_, bookings)| Reverse(bookings.len()));
        let rest = shows.split_off(FILED_AT_ONCE.min(shows.len()));
        let of = |(show, bookings): (ShowId, Vec<(Version, BookingId)>)| {
            bookings.into_iter().map(move |(version, booking)| (show, version, booking))
        };
        self.new = rest.into_iter().flat_map(of).collect();
        self.unfiled = self.new.iter().map(|(show, version, booking)| ((*show, *version), *booking)).collect();

        let mut changes: Changes =
            (0..std::mem::take(&mut self.notes)).map(|number| (note_key(number), None)).collect();
        let left = std::mem::take(&mut self.new);
        if !left.is_empty() {
            // Later changes of a key count.
            changes.push(self.note(&left));
        }
        for (show, bookings) in shows {
            let last = bookings.last().map_or(0, |(version, _)| *version);
            changes.push((key(show, last), Some(View::encode(&bookings))));
            self.filing.extend(bookings.into_iter().map(|(version, booking)| ((show, version), booking)));
        }
        changes
    }
}

fn prefix(show: ShowId) -> Vec<u8> {
    [&[FILED][..], show.0.as_bytes()].concat()
}

fn key(show: ShowId, version: Version) -> Vec<u8> {
    [&prefix(show)[..], &version.to_be_bytes()].concat()
}

fn note_key(number: u32) -> Vec<u8> {
    [&[NOTED][..], &number.to_be_bytes()].concat()
}

/// Of a note, by its key.
fn number_of(key: &[u8]) -> u32 {
    key.last_chunk().map_or(0, |digits| u32::from_be_bytes(*digits))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::journal::Position;
    use crate::journal::memory::MemoryJournal;
    use crate::store::{Options, Store};

    fn view(dir: &std::path::Path) -> View {
        let journal = MemoryJournal::new();
        let (store, _) = Store::open(dir, Options::default(), &journal).expect("it opens");
        store.view("bookings", 1).expect("a view")
    }

    fn store(bookings: &mut BookingsByShow, view: &View, cursor: u64) {
        let changes = bookings.take_changes();
        view.write(changes, Position(cursor)).expect("written");
        bookings.stored();
    }

    /// More shows than are filed at once, more bookings than are noted, one show with very many.
    #[test]
    fn what_was_added_is_found_in_its_order_noted_filed_and_after_a_restart() {
        let dir = tempfile::tempdir().expect("a folder");
        let view = view(dir.path());
        let shows: Vec<ShowId> = (0..700).map(|number| ShowId(Uuid::from_u128(number))).collect();
        let mut bookings = BookingsByShow::begin(&view).expect("nothing yet");
        let mut expected: BTreeMap<ShowId, Vec<(Version, BookingId)>> = BTreeMap::new();
        let mut filed = 0;
        for number in 0..20_000_u64 {
            let show = shows[if number % 3 == 0 { 0 } else { (number % 700) as usize }];
            let booking = BookingId(Uuid::from_u128(u128::from(number) << 64));
            bookings.add(show, 2 * number + 1, booking);
            expected.entry(show).or_default().push((2 * number + 1, booking));
            if number % 200 == 0 {
                let before = bookings.unfiled.len();
                store(&mut bookings, &view, number);
                filed += u32::from(bookings.unfiled.len() < before);
            }
            if number % 3_000 == 2_999 {
                store(&mut bookings, &view, number);
                bookings = BookingsByShow::begin(&view).expect("what is stored is all");
            }
        }
        assert!(filed >= 2, "{filed}");
        assert!(bookings.notes < 100, "notes go when they are filed: {}", bookings.notes);
        for (show, all) in &expected {
            assert_eq!(bookings.after(&view, *show, 0, usize::MAX).expect("read"), *all);
        }
        let all = &expected[&shows[0]];
        let mut seen: Vec<(Version, BookingId)> = Vec::new();
        while seen.len() < all.len() {
            let after = seen.last().map_or(0, |(version, _)| *version);
            let page = bookings.after(&view, shows[0], after, 77).expect("read");
            assert!(!page.is_empty() && page.len() <= 77);
            seen.extend(page);
        }
        assert_eq!(&seen, all);
        assert_eq!(bookings.after(&view, shows[0], Version::MAX, 10).expect("read"), []);
    }
}
