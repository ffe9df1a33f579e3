//! After a write failed: refuse everything at once, and try until the journal can be written again.
//!
//! A failed sync says nothing about what reached the disk, and the next one on the same pages would report success
//! without writing them. So nothing of the failed group is kept: the segment is cut to its durable end and left for
//! good, its end is read back from the disk, and the next write goes to a new file.

use std::io;
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::request::Request;
use super::segment;
use super::walk::{Chain, Stop, Walk};
use super::writer::{Closed, Writer};
use crate::journal::Health;

const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(150);

impl Writer {
    pub fn mend(&mut self, reason: String) -> Result<(), Closed> {
        let begun = Instant::now();
        self.shared.counters.failed();
        tracing::error!(
            %reason, durable = self.end.0, refused = self.group.records.len(),
            "a write to the journal failed; commands are refused until it can be written again"
        );
        self.unavailable(&reason);
        self.gate.forget_staged();
        self.group.refuse(&reason);
        let mut closed = self.refuse_queued(Duration::ZERO, &reason);
        let mut said = String::new();
        while closed.is_ok() {
            match catch_unwind(AssertUnwindSafe(|| self.reopen())) {
                Ok(Ok(())) => {
                    self.shared.counters.reopened();
                    self.shared.set_health(Health::Writable);
                    let segment = self.active.segment.path.display();
                    tracing::info!(durable = self.end.0, %segment, after = ?begun.elapsed(), "the journal is writable again");
                    return Ok(());
                }
                failed => {
                    let reason = failed.map_or_else(|_| "reopening panicked".into(), |error| still(&reason, error));
                    if said != reason {
                        tracing::warn!(%reason, "the journal cannot be reopened; trying again");
                        self.unavailable(&reason);
                        said.clone_from(&reason);
                    }
                    closed = self.refuse_queued(BETWEEN_ATTEMPTS, &reason);
                }
            }
        }
        closed
    }

    fn unavailable(&self, reason: &str) {
        self.shared.set_health(Health::Unavailable { reason: reason.to_owned() });
    }

    /// What is queued now, and what comes while waiting.
    fn refuse_queued(&mut self, wait: Duration, reason: &str) -> Result<(), Closed> {
        let until = Instant::now() + wait;
        loop {
            let request = match self.held_over.take() {
                Some(request) => request,
                None => match self.queue.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    Ok(request) => request,
                    Err(RecvTimeoutError::Timeout) => return Ok(()),
                    Err(RecvTimeoutError::Disconnected) => return Err(Closed),
                },
            };
            if matches!(request, Request::Close) {
                return Err(Closed);
            }
            request.refuse(reason);
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        let file = self.disk.open_for_writing(&segment::name(self.active.segment.header.first))?;
        self.disk.truncate(&file, self.active.offset)?;
        self.active.file = file;
        self.read_back()?;
        // What the failed write may have left in another copy of these positions is told apart by its epoch.
        self.epoch += 1;
        self.begin_segment()
    }

    /// The last records that were acknowledged are really there, on the disk and not only in the page cache.
    fn read_back(&self) -> io::Result<()> {
        if self.active.is_empty() {
            return Ok(());
        }
        let file = &self.active.file;
        // Only advice: where it is not taken, the check is as good as the cache.
        let _ = rustix::fs::fadvise(file.as_fd(), 0, None, rustix::fs::Advice::DontNeed);
        let begin = self.active.segment.seek(self.end).expect("the active segment has marks");
        let mut walk = Walk::from(file, begin, None, Chain::Checked(None));
        let stop = loop {
            if let Err(stop) = walk.next() {
                break stop;
            }
        };
        let whole = matches!(stop, Stop::NoMore) && walk.expected == Some(self.end.next());
        match stop {
            Stop::Io(error) => Err(error),
            _ if whole && walk.offset == self.active.offset => Ok(()),
            _ => Err(io::Error::other(format!(
                "acknowledged commits cannot be read back: {} is damaged at byte {} of {}",
                self.active.segment.path.display(),
                walk.offset,
                self.active.offset
            ))),
        }
    }
}

fn still(reason: &str, outcome: io::Result<()>) -> String {
    match outcome {
        Err(error) => format!("{reason}; reopening: {error}"),
        Ok(()) => reason.to_owned(),
    }
}
