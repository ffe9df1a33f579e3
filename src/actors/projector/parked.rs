//! Which shows a view has given up on, stored with the view: a projector that begins again must not fold the rest of such
//! a show onto what was there before the gap.

use super::per_show::Change;
use super::project::Parked;
use crate::store::{StoreError, View};

/// Longer than any other key's first bytes can be alike: those of shows have 16 bytes in all, those of bookings begin
/// otherwise.
const PREFIX: &[u8] = b"parked/";

pub fn is_key(key: &[u8]) -> bool {
    key.starts_with(PREFIX) && key.len() == PREFIX.len() + 16
}

pub fn entry(parked: &Parked) -> Change {
    let bytes = View::encode(parked);
    ([PREFIX, parked.stream.0.as_bytes()].concat(), Some(bytes))
}

pub fn load(view: &View) -> Result<Vec<Parked>, StoreError> {
    let entries = view.scan(PREFIX, None, usize::MAX)?.into_iter().filter(|(key, _)| is_key(key));
    entries.map(|(_, bytes)| view.decode(&bytes)).collect()
}
