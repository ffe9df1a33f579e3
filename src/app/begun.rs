//! Whether a server was here before. An empty house must not begin where one was lost: it would sell what was sold.

use std::path::Path;

use anyhow::bail;

use super::gateways::SIMULATED_FILE;
use crate::access::KeyUses;
use crate::config::secret_file;

/// Made only by a server that has a journal and a store, and so never by a first start that was killed before. Keys are
/// not among them: they may be made before the first start.
const MADE_LATER: [&str; 4] =
    [secret_file::HOLD_TOKENS, secret_file::SIMULATED_WEBHOOKS, SIMULATED_FILE, KeyUses::FILE];

/// For who finds no journal, and no store that has what it held.
pub fn refuse_to_forget(data_dir: &Path) -> anyhow::Result<()> {
    let witnesses: Vec<_> = MADE_LATER.into_iter().filter(|name| data_dir.join(name).exists()).collect();
    if witnesses.is_empty() {
        return Ok(());
    }
    bail!(
        "there was a journal in {} and it is gone, with all that was sold: {} would not be there otherwise. Put the journal \
         back from a copy; if a new house is meant to begin here, move these files away first",
        data_dir.display(),
        witnesses.join(", ")
    )
}
