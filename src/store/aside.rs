//! Setting a database aside that cannot be believed: renamed, not deleted, so that it can be looked at.

use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;

/// A machine with bad memory would fill its disk with them.
const KEPT_MAX: usize = 3;

/// Renames `dir` to `<dir>.damaged-<n>` and says so; the oldest beyond the last few are deleted.
pub fn set_aside(dir: &Path, reason: &str) -> Result<PathBuf, StoreError> {
    let earlier = set_aside_before(dir)?;
    let number = earlier.last().map_or(1, |(number, _)| number + 1);
    let path = beside(dir, &format!("damaged-{number}"));
    fs::rename(dir, &path).map_err(|error| failed("set aside", dir, &error))?;
    tracing::error!(
        reason,
        path = %path.display(),
        "the store was set aside and begins anew: it will be rebuilt from the journal, which has everything"
    );
    let surplus = (earlier.len() + 1).saturating_sub(KEPT_MAX);
    for (_, old) in earlier.iter().take(surplus) {
        if let Err(error) = fs::remove_dir_all(old) {
            tracing::warn!(path = %old.display(), %error, "an old damaged store could not be deleted");
        }
    }
    Ok(path)
}

/// The databases set aside so far, oldest first.
fn set_aside_before(dir: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let prefix = beside(dir, "damaged-");
    let parent = dir.parent().unwrap_or(Path::new("."));
    let siblings = fs::read_dir(parent).map_err(|error| failed("list", parent, &error))?;
    let mut found: Vec<_> = siblings
        .flatten()
        .filter_map(|sibling| {
            let path = sibling.path();
            let number = path.to_str()?.strip_prefix(prefix.to_str()?)?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Failed(format!("cannot {doing} {}: {error}", path.display()))
}

/// `dir`, a dot, and the text.
fn beside(dir: &Path, text: &str) -> PathBuf {
    let mut name = dir.as_os_str().to_owned();
    name.push(".");
    name.push(text);
    name.into()
}
