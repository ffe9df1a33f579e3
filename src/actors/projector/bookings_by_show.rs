//! Which bookings each show has, in the order in which they were made. Those that are stored together share one entry for
//! each show: sled pays by the entry.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use super::per_show::Changes;
use crate::domain::{BookingId, ShowId};
use crate::journal::Version;
use crate::store::{StoreError, View};

/// First byte of the keys: the show and the last version of an entry follow.
const BY_SHOW: u8 = b's';

/// Entries read at a time.
const READ_AT_ONCE: usize = 8;

#[derive(Default)]
pub struct BookingsByShow {
    recent: BTreeMap<(ShowId, Version), BookingId>,
    /// Already handed over to be stored; still to be found here until it is.
    storing: BTreeMap<(ShowId, Version), BookingId>,
}

impl BookingsByShow {
    /// Confirmed as this version of the show.
    pub fn note(&mut self, show: ShowId, version: Version, booking: BookingId) {
        self.recent.insert((show, version), booking);
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
        for recent in [&self.storing, &self.recent] {
            let later = recent.range((Excluded((show, version)), Included((show, Version::MAX))));
            found.extend(later.map(|((_, of), booking)| (*of, *booking)).take(limit));
        }
        Ok(found.into_iter().take(limit).collect())
    }

    pub fn take_changes(&mut self) -> Changes {
        self.storing = std::mem::take(&mut self.recent);
        let mut by_show: BTreeMap<ShowId, Vec<(Version, BookingId)>> = BTreeMap::new();
        for ((show, version), booking) in &self.storing {
            by_show.entry(*show).or_default().push((*version, *booking));
        }
        let entries = by_show.into_iter().map(|(show, bookings)| {
            let last = bookings.last().map_or(0, |(version, _)| *version);
            let bytes = postcard::to_stdvec(&bookings).expect("views hold nothing that postcard cannot write");
            (key(show, last), Some(bytes))
        });
        entries.collect()
    }

    pub fn stored(&mut self) {
        self.storing.clear();
    }
}

fn prefix(show: ShowId) -> Vec<u8> {
    [&[BY_SHOW][..], show.0.as_bytes()].concat()
}

fn key(show: ShowId, version: Version) -> Vec<u8> {
    [&prefix(show)[..], &version.to_be_bytes()].concat()
}
