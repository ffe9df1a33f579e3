//! Puts back acknowledged commits that the end of the journal lost and that the store still has.
//!
//! Only what continues the chain exactly is taken, byte for byte. Each of the former groups is one write with a sync
//! of its own, as it was the first time: else a crash in between could not be told from damage.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::writer::Writer;
use crate::journal::codec;
use crate::journal::{Incarnation, Position, Record};

#[derive(Clone, Debug, Error, PartialEq)]
pub enum RestoreError {
    /// Those before it are back.
    #[error("the record for position {position} cannot be restored: {what}")]
    NotNext { position: Position, what: String },
    #[error("the journal is not writable: {0}")]
    Unavailable(String),
}

impl Writer {
    pub fn restore(&mut self, records: &[Arc<[u8]>]) -> io::Result<Result<(), RestoreError>> {
        for bytes in records {
            let record = match codec::decode(bytes, &self.group.hash) {
                Ok(record) => record,
                Err(what) => return self.stop_restoring(what.to_string()),
            };
            if record.position != self.group.next() {
                return self.stop_restoring(format!("it is record {}", record.position));
            }
            if self.group.records.last().is_some_and(|last| last.group != record.group) {
                self.write_restored()?;
            }
            if let Err(what) = self.admit_restored(&record) {
                return self.stop_restoring(what);
            }
            if !self.fits(record.bytes.len()) && self.group.records.is_empty() {
                self.roll()?;
            }
            self.epoch = self.epoch.max(record.epoch + 1);
            self.group.push_sealed(record);
        }
        self.write_restored()?;
        Ok(Ok(()))
    }

    fn admit_restored(&mut self, record: &Record) -> Result<(), String> {
        let published = self.shared.published();
        let last = Incarnation(u64::MAX);
        self.gate.admit(&published.heads, last, &record.commit, record.position).map_err(|error| error.to_string())
    }

    fn stop_restoring(&mut self, what: String) -> io::Result<Result<(), RestoreError>> {
        let position = self.group.next();
        self.write_restored()?;
        Ok(Err(RestoreError::NotNext { position, what }))
    }

    fn write_restored(&mut self) -> io::Result<()> {
        self.write_group()?;
        self.group.acknowledge(|_| None);
        self.group.begin(self.end.next(), self.epoch, self.hash);
        Ok(())
    }
}
