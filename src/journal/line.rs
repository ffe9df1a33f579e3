//! A commit as a line of JSON: what an export is made of. Seats and areas are indexes into the venue's plan, which is in
//! the export too.

use serde::{Deserialize, Serialize};

use super::codec::Hash;
use super::{CommandRecord, Position, Record, Version};
use crate::domain::{Event, StreamId};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub position: Position,
    pub epoch: u64,
    /// With the epoch, what the hash rests on besides the commit.
    pub group: Position,
    pub stream: StreamId,
    pub first_version: Version,
    /// RFC 3339.
    pub time: String,
    pub commands: Vec<CommandLine>,
    pub events: Vec<Event>,
    /// Of the record, chained to the one before: 64 hexadecimal digits.
    pub hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandLine {
    /// 32 hexadecimal digits; all 0: the clock.
    pub id: String,
    /// 16 hexadecimal digits.
    pub fingerprint: String,
    pub events: u32,
}

impl Line {
    pub fn of(record: &Record) -> Self {
        let commit = &record.commit;
        let command = |command: &CommandRecord| CommandLine {
            id: format!("{:032x}", command.id.0),
            fingerprint: format!("{:016x}", command.fingerprint.0),
            events: command.events,
        };
        Self {
            position: record.position,
            epoch: record.epoch,
            group: record.group,
            stream: commit.stream,
            first_version: commit.first_version,
            time: commit.time.to_string(),
            commands: commit.commands.iter().map(command).collect(),
            events: commit.events.clone(),
            hash: hexadecimal(&record.hash),
        }
    }
}

/// As an export writes it.
pub fn hexadecimal(hash: &Hash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}
