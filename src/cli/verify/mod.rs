//! `understudy verify`: reads the journal alone, every byte of it, and holds it against the promises; then holds the
//! store and the views against the journal. One line per show; fails on any violation. Changes nothing in the journal;
//! the server must not be running.

mod compare_store;
mod compare_views;
mod fold;
mod ledger;
mod next_start;
mod show_audit;
mod tickets;

use std::path::Path;

use anyhow::bail;

use self::fold::Folded;
use super::progress::bytes_bar;
use super::say::say;
use crate::app::{JOURNAL_DIR, STORE_DIR};
use crate::journal::local::Reader;
use crate::store::Store;

pub fn verify(data_dir: &Path) -> anyhow::Result<()> {
    let mut reader = Reader::open(&data_dir.join(JOURNAL_DIR))?;
    let store_dir = data_dir.join(STORE_DIR);
    let store = if store_dir.join("db").exists() { Some(Store::inspect(&store_dir)) } else { None };
    let mut folded = Folded::default();
    let mut is_damaged = false;
    let mut views = store.as_ref().and_then(|store| store.as_ref().ok()).map(compare_views::Comparison::of);

    let bar = bytes_bar("verify", reader.progress().bytes_total);
    while let Some(record) = reader.next() {
        match record {
            Ok(record) => {
                folded.add(&record);
                if let Some(views) = &mut views {
                    views.compare_at(record.position, &folded);
                }
                bar.set_position(reader.progress().bytes_done);
            }
            Err(damage) => {
                is_damaged = true;
                folded.violations.push(damage.to_string());
            }
        }
    }
    bar.finish_and_clear();

    for line in folded.show_lines().chain(folded.ledger_lines()) {
        say(line)?;
    }
    let progress = reader.progress();
    let sound_store = store.as_ref().and_then(|store| store.as_ref().ok());
    let is_behind = sound_store.is_some_and(|store| store.cursor() > folded.end);
    say(format_args!(
        "journal  {} commits, {} venues, {} shows, {} bytes",
        progress.records,
        folded.venue_count(),
        folded.shows.len(),
        progress.bytes_total
    ))?;
    if let Some(torn) = reader.torn_tail() {
        say(format_args!(
            "journal  an interrupted write of {} bytes at the end of {} (byte {}){}",
            torn.bytes,
            torn.file.display(),
            torn.offset,
            if is_behind { "" } else { ", acknowledged to nobody: the next start cuts it off" }
        ))?;
    }
    let of_start = next_start::next_start(data_dir, sound_store);
    let made_at_start = if of_start.is_empty() { "; it is made from the journal at the next start" } else { "" };
    let of_store = match &store {
        None => Findings::line(format!("store    none{made_at_start}")),
        Some(Err(error)) if Store::is_read_only(&store_dir) => Findings::line(format!(
            "store    not checked, nor are the views: {error}. It can be opened only where it can be written: copy the data \
             directory for that"
        )),
        Some(Err(error)) if error.is_damage() => Findings::violation(format!(
            "store    cannot be opened: {error}. It is derived: `understudy rebuild` makes it anew"
        )),
        Some(Err(error)) => Findings::violation(format!(
            "store    cannot be opened in {}: {error}. The next start refuses until it can be",
            store_dir.display()
        )),
        // What could not be read is missing in the fold, and would be held against those who have it.
        Some(Ok(_)) if is_damaged => {
            Findings::line("store    not compared, nor are the views: the journal is damaged".to_owned())
        }
        Some(Ok(store)) => compare_store::compare(store, &folded),
    };
    let of_views = views.filter(|_| !is_damaged).map(compare_views::Comparison::finish).unwrap_or_default();
    for line in of_start.lines.into_iter().chain(of_store.lines).chain(of_views.lines) {
        say(line)?;
    }
    let mut problems = 0;
    let of_data = of_start.violations.into_iter().chain(of_store.violations).chain(of_views.violations);
    for violation in folded.all_violations().chain(of_data) {
        problems += 1;
        say(format_args!("VIOLATION  {violation}"))?;
    }
    if problems > 0 {
        bail!("{problems} violations");
    }
    if matches!(store, Some(Err(_))) {
        return Ok(say("verified: no violation in the journal")?);
    }
    Ok(say("verified: no violation")?)
}

/// Of what is held against the journal: how it stands, and what is wrong.
#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    violations: Vec<String>,
}

impl Findings {
    fn line(line: String) -> Self {
        Self { lines: vec![line], ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.violations.is_empty()
    }

    fn violation(violation: String) -> Self {
        Self { violations: vec![violation], ..Self::default() }
    }
}
