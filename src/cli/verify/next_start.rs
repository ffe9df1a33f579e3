//! What the next start will do where something is missing or in its way: said by those who will do it.

use std::io::ErrorKind;
use std::path::Path;

use super::Findings;
use crate::app::{STORE_DIR, prospect};
use crate::config::secret_file;
use crate::store::Store;

/// Nothing: it begins as always.
pub fn next_start(data_dir: &Path, store: Option<&Store>) -> Findings {
    let mut findings = match prospect(data_dir, store) {
        Ok(0) => Findings::default(),
        Ok(count) => {
            Findings::line(format!("start    the next start gives {count} commits back to the journal from the store"))
        }
        Err(why) => Findings::violation(format!("start: the next start refuses: {why:#}")),
    };
    findings.violations.extend(in_its_way(data_dir).map(|what| format!("start: the next start refuses: {what}")));
    findings
}

fn in_its_way(data_dir: &Path) -> impl Iterator<Item = String> {
    let secrets = [secret_file::HOLD_TOKENS, secret_file::SIMULATED_WEBHOOKS];
    let secrets = secrets.map(|name| secret_file::read(data_dir, name).err());
    // Whoever verifies need not be the one who serves.
    let secrets = secrets.into_iter().flatten().filter(|error| error.kind() != ErrorKind::PermissionDenied);
    let store = data_dir.join(STORE_DIR);
    let is_in_the_way = store.symlink_metadata().is_ok() && !store.is_dir();
    let store = is_in_the_way.then(|| format!("{} is no directory", store.display()));
    secrets.map(|error| error.to_string()).chain(store)
}
