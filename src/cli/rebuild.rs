//! `understudy rebuild`: makes the store anew from the journal. Nothing is lost by it: what the journal
//! has lost and the old store has is given back first, and the old store is set aside, not removed.

use super::progress::commits_bar;
use super::say::note;
use crate::app::{Data, JOURNAL_DIR, journal_options, store_options};
use crate::config::Settings;
use crate::journal::Position;

pub fn rebuild(settings: &Settings) -> anyhow::Result<()> {
    let data_dir = &settings.data.dir;
    anyhow::ensure!(
        data_dir.join(JOURNAL_DIR).exists(),
        "{} has no journal: there is nothing to rebuild the store from",
        data_dir.display()
    );
    let bar = commits_bar("rebuild", 0);
    let mut progress = |done: Position, end: Position| {
        bar.set_length(end.0);
        bar.set_position(done.0);
    };
    let (data, aside) = Data::open_anew(data_dir, journal_options(settings), store_options(settings), &mut progress)?;
    bar.finish_and_clear();
    let end = data.journal.end().0;
    data.close()?;
    if let Some(aside) = aside {
        note(format_args!("the old store is in {}; remove it when you do not need it any more", aside.display()));
    }
    note(format_args!("rebuilt the store from {end} commits; the views are folded when the server starts"));
    Ok(())
}
