//! A commit as a line of JSON: what `export` writes and `import` reads. Seats and areas are indexes into the venue's
//! plan, which is in the export too.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::domain::{CommandId, Event, Fingerprint, StreamId, Timestamp};
use crate::journal::{CommandRecord, Commit, Position, Record, Version};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub position: Position,
    pub epoch: u64,
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
            stream: commit.stream,
            first_version: commit.first_version,
            time: commit.time.to_string(),
            commands: commit.commands.iter().map(command).collect(),
            events: commit.events.clone(),
            hash: blake3::Hash::from_bytes(record.hash).to_hex().to_string(),
        }
    }

    /// The commit, as it was. Its record will have another epoch, and so another hash.
    pub fn commit(self) -> anyhow::Result<Commit> {
        let time: jiff::Timestamp = self.time.parse().with_context(|| format!("time {:?}", self.time))?;
        let commands = self.commands.iter().map(CommandLine::record).collect::<anyhow::Result<_>>()?;
        let commit = Commit {
            stream: self.stream,
            first_version: self.first_version,
            time: Timestamp::from(time),
            commands,
            events: self.events,
        };
        let sound = commit.check();
        ensure!(sound.is_ok(), "{}", sound.expect_err("it is not ok"));
        Ok(commit)
    }
}

impl CommandLine {
    fn record(&self) -> anyhow::Result<CommandRecord> {
        let id = u128::from_str_radix(&self.id, 16).with_context(|| format!("command id {:?}", self.id))?;
        let fingerprint = u64::from_str_radix(&self.fingerprint, 16);
        let fingerprint = fingerprint.with_context(|| format!("fingerprint {:?}", self.fingerprint))?;
        Ok(CommandRecord { id: CommandId(id), fingerprint: Fingerprint(fingerprint), events: self.events })
    }
}
