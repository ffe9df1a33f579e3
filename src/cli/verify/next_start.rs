//! What the next start will do where something is missing: said by those who will do it.

use std::path::Path;

use crate::app::prospect;
use crate::store::Store;

/// `None`: it begins as always.
pub fn next_start(data_dir: &Path, store: Option<&Store>) -> Option<String> {
    match prospect(data_dir, store) {
        Ok(0) => None,
        Ok(count) => Some(format!("start    the next start gives {count} commits back to the journal from the store")),
        Err(why) => Some(format!("start    the next start refuses: {why:#}")),
    }
}
