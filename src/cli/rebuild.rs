//! `understudy rebuild`: makes the store anew from the journal. Nothing is lost by it, since the store is derived; the
//! old one is set aside, not removed.

use std::path::Path;

use super::progress::commits_bar;
use crate::app::{Data, JOURNAL_DIR, STORE_DIR};
use crate::journal::Position;

pub fn rebuild(data_dir: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        data_dir.join(JOURNAL_DIR).exists(),
        "{} has no journal: there is nothing to rebuild the store from",
        data_dir.display()
    );
    let store_dir = data_dir.join(STORE_DIR);
    if store_dir.exists() {
        let aside = (1..).map(|n| data_dir.join(format!("{STORE_DIR}.replaced-{n}"))).find(|path| !path.exists());
        let aside = aside.expect("numbers do not end");
        std::fs::rename(&store_dir, &aside)?;
        eprintln!("the old store is in {}; remove it when you do not need it any more", aside.display());
    }
    let bar = commits_bar("rebuild", 0);
    let mut progress = |done: Position, end: Position| {
        bar.set_length(end.0);
        bar.set_position(done.0);
    };
    let data = Data::open(data_dir, Default::default(), Default::default(), &mut progress)?;
    bar.finish_and_clear();
    let end = data.journal.end().0;
    data.close()?;
    eprintln!("rebuilt the store from {end} commits; the views are folded when the server starts");
    Ok(())
}
