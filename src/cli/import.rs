//! `understudy import`: makes a new journal of an export. Only into a directory where there is none: two histories are
//! never mixed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::lines::Lines;
use super::progress::bytes_bar;
use super::say::note;
use crate::app::{IMPORTING_DIR, JOURNAL_DIR, journal_options};
use crate::config::Settings;
use crate::journal::local::LocalJournal;
use crate::journal::{Appended, Incarnation, Journal};

/// Appends on their way to the disk at once.
const IN_FLIGHT_MAX: usize = 4_096;

/// From a file, or from standard input.
pub fn import(settings: &Settings, from: Option<&Path>) -> anyhow::Result<()> {
    let data_dir = &settings.data.dir;
    let journal_dir = data_dir.join(JOURNAL_DIR);
    let used = journal_dir.exists() && journal_dir.read_dir().context("reading the data directory")?.next().is_some();
    if used {
        bail!("{} has a journal already; import into an empty data directory", data_dir.display());
    }
    let (lines, bytes): (Box<dyn BufRead>, u64) = match from {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
            let bytes = file.metadata().map_or(0, |metadata| metadata.len());
            (Box::new(BufReader::with_capacity(1 << 20, file)), bytes)
        }
        None => (Box::new(BufReader::new(io::stdin())), 0),
    };
    // Under another name until it is whole, so that nobody serves half of it.
    let importing = data_dir.join(IMPORTING_DIR);
    if importing.exists() {
        bail!("{} is what an import has left that was not finished: remove it first", importing.display());
    }
    make_way(&journal_dir).with_context(|| {
        let (journal, data) = (journal_dir.display(), data_dir.display());
        format!(
            "{journal} is empty, and cannot be replaced by the journal that is imported; if a volume is mounted there, mount \
             it at {data} instead"
        )
    })?;
    let journal = LocalJournal::open(&importing, journal_options(settings))?;
    let imported = append_all(&journal, Lines::of(lines), bytes);
    journal.close();
    let commits =
        imported.with_context(|| format!("{} is incomplete: remove it before the next try", importing.display()))?;
    std::fs::rename(&importing, &journal_dir).context("giving the journal its name")?;
    File::open(data_dir).and_then(|dir| dir.sync_all()).context("giving the journal its name")?;
    note(format_args!("imported {commits} commits; the store and the views are made when the server starts"));
    Ok(())
}

/// Before the work, so that nobody waits for what cannot be put in its place.
fn make_way(journal_dir: &Path) -> io::Result<()> {
    match std::fs::remove_dir(journal_dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn append_all(journal: &LocalJournal, mut lines: Lines, bytes: u64) -> anyhow::Result<u64> {
    let bar = bytes_bar("import", bytes);
    let mut in_flight: VecDeque<(u64, Appended)> = VecDeque::new();
    while let Some(commit) = lines.next()? {
        bar.set_position(lines.bytes());
        in_flight.push_back((lines.number(), journal.append(Incarnation(0), Arc::new(commit))));
        if in_flight.len() == IN_FLIGHT_MAX {
            settle(in_flight.pop_front())?;
        }
    }
    while !in_flight.is_empty() {
        settle(in_flight.pop_front())?;
    }
    bar.finish_and_clear();
    Ok(lines.commits())
}

fn settle(oldest: Option<(u64, Appended)>) -> anyhow::Result<()> {
    let Some((number, appended)) = oldest else { return Ok(()) };
    let record = appended.blocking_recv().context("the journal stopped")?;
    record.map(drop).with_context(|| format!("line {number} cannot be appended"))
}
