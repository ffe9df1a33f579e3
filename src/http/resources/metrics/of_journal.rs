//! The journal and its disk.

use super::exposition::Exposition;
use crate::http::state::Parts;
use crate::journal::Health;
use crate::journal::local::{GROUP_COMMITS_BOUNDS, SYNC_MICROS_BOUNDS};

pub fn write(all: &mut Exposition, parts: &Parts) {
    let figures = (parts.journal_figures.0)();
    let writable = *parts.readiness.journal.borrow() == Health::Writable;
    all.gauge("understudy_journal_writable", "1 while the journal can be written", &[], u8::from(writable));
    all.counter("understudy_journal_events_total", "Events written", &[], figures.events);
    all.counter("understudy_journal_bytes_total", "Bytes written", &[], figures.bytes);
    all.counter("understudy_journal_failures_total", "Writes that failed", &[], figures.failures);
    all.counter("understudy_journal_reopenings_total", "Times it was writable again", &[], figures.reopenings);
    let bounds = SYNC_MICROS_BOUNDS.iter().map(|micros| *micros as f64 / 1e6);
    let (counts, sum) = (&figures.sync_micros_buckets[..], figures.sync_micros_sum as f64 / 1e6);
    all.histogram("understudy_journal_fsync_seconds", "fdatasync of the journal", &[], (bounds, counts), sum);
    let bounds = GROUP_COMMITS_BOUNDS.iter().map(|commits| *commits as f64);
    let (counts, sum) = (&figures.group_commits_buckets[..], figures.commits as f64);
    all.histogram("understudy_journal_group_commits", "Commits per write", &[], (bounds, counts), sum);
    let usable = u8::from(parts.store.trouble().is_none());
    all.gauge("understudy_store_usable", "1 while nothing is wrong with the store", &[], usable);
    let applied = parts.store.cursor();
    all.gauge("understudy_store_position", "Up to where the store has followed the journal", &[], applied.0);
}
