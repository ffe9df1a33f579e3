//! Which views there are. A view is rebuilt beside the old one, under a new version, and the old one dropped after it.

use super::view::View;
use super::{Store, StoreError};

impl Store {
    /// This version of the view, as it was left or empty.
    pub fn view(&self, name: &str, version: u32) -> Result<View, StoreError> {
        let tree = tree_name(name, version);
        self.with("opening a view", |trees| Ok(trees.db.open_tree(&tree).map(drop)?))?;
        Ok(View::new(self.clone(), tree))
    }

    /// Deletes this version of the view, if there is one.
    pub fn drop_view(&self, name: &str, version: u32) -> Result<(), StoreError> {
        self.with("dropping a view", |trees| Ok(trees.db.drop_tree(tree_name(name, version)).map(drop)?))
    }

    /// The versions of the view that exist, ascending.
    pub fn view_versions(&self, name: &str) -> Result<Vec<u32>, StoreError> {
        let prefix = format!("view/{name}/");
        let names = self.trees()?.db.tree_names();
        let version = |tree: &sled::IVec| str::from_utf8(tree).ok()?.strip_prefix(&prefix)?.parse().ok();
        let mut versions: Vec<u32> = names.iter().filter_map(version).collect();
        versions.sort_unstable();
        Ok(versions)
    }
}

fn tree_name(name: &str, version: u32) -> String {
    format!("view/{name}/{version}")
}
