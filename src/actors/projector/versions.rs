//! Which stored version of a view is the one: found, or begun beside a damaged one, which goes when nobody reads it.

use super::projection::Projection;
use crate::store::{Store, StoreError, View};

/// The newest stored form of the view that this program can read; begun anew beside it where there is none, or where it
/// is damaged. Which one it is comes first.
pub fn open_view<P: Projection>(store: &Store, anew: bool) -> Result<(u32, View, P), StoreError> {
    /// Rebuilds of one version count in its lower digits.
    const REBUILDS: u32 = 1_000;
    let versions = store.view_versions(P::NAME)?;
    let newest = versions.into_iter().filter(|version| version / REBUILDS == P::VERSION).max();
    let number = newest.unwrap_or(P::VERSION * REBUILDS);
    let view = store.view(P::NAME, number)?;
    let begun = if anew { Ok(None) } else { view.cursor().and_then(|_| P::begin(view.clone())).map(Some) };
    match begun {
        Ok(Some(begun)) => return Ok((number, view, begun)),
        Ok(None) => tracing::error!(view = P::NAME, "a view is damaged; it is folded anew from the journal"),
        Err(error @ StoreError::ViewDamaged { .. }) => {
            tracing::error!(view = P::NAME, %error, "a view is damaged; it is folded anew from the journal");
        }
        Err(error) => return Err(error),
    }
    let view = store.view(P::NAME, number + 1)?;
    Ok((number + 1, view.clone(), P::begin(view)?))
}

/// Of all versions of the view only this one stays.
pub fn drop_others<P: Projection>(store: &Store, kept: u32) -> Result<(), StoreError> {
    let others = store.view_versions(P::NAME)?.into_iter().filter(|version| *version != kept);
    others.into_iter().try_for_each(|version| store.drop_view(P::NAME, version))
}
