//! The lines of an export made commits again, each held against what an export promises: that it is all of the journal
//! from its first commit on, in order, and that nobody has changed it or cut it off. What shows a change is the chain of
//! hashes, made again as the journal makes it.

use std::io::BufRead;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};

use crate::domain::{CommandId, Fingerprint, Timestamp};
use crate::journal::codec::{self, HASH_OF_NOTHING, Hash};
use crate::journal::export::{End, EndLine};
use crate::journal::line::{CommandLine, Line, hexadecimal};
use crate::journal::{CommandRecord, Commit, Position};

pub struct Lines {
    source: Box<dyn BufRead>,
    text: String,
    bytes: u64,
    /// Of the line that was read last; the first is 1.
    number: u64,
    commits: u64,
    /// Of the last commit.
    hash: Hash,
    has_ended: bool,
}

impl Lines {
    pub fn of(source: Box<dyn BufRead>) -> Self {
        let text = String::new();
        Self { source, text, bytes: 0, number: 0, commits: 0, hash: HASH_OF_NOTHING, has_ended: false }
    }

    /// Of the line that was read last.
    pub fn number(&self) -> u64 {
        self.number
    }

    pub fn commits(&self) -> u64 {
        self.commits
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next commit, as it was; its record will have another epoch, and so another hash. `None`: these were all.
    pub fn next(&mut self) -> anyhow::Result<Option<Commit>> {
        loop {
            self.text.clear();
            let read = self.source.read_line(&mut self.text).with_context(|| format!("line {}", self.number + 1))?;
            if read == 0 {
                ensure!(
                    self.has_ended,
                    "the export was cut off after line {}: its last line would say how many commits there are",
                    self.number
                );
                return Ok(None);
            }
            (self.bytes, self.number) = (self.bytes + read as u64, self.number + 1);
            if self.text.trim().is_empty() {
                continue;
            }
            if let Some(commit) = self.take().with_context(|| format!("line {}", self.number))? {
                return Ok(Some(commit));
            }
        }
    }

    /// The line that was read last; `None`: it is the end.
    fn take(&mut self) -> anyhow::Result<Option<Commit>> {
        ensure!(!self.has_ended, "it follows the end of the export");
        if let Ok(EndLine { end }) = serde_json::from_str(&self.text) {
            self.end(&end)?;
            return Ok(None);
        }
        let line: Line = serde_json::from_str(&self.text)?;
        let expected = Position(self.commits + 1);
        if line.position != expected {
            let what = if line.position > expected { "lines are missing" } else { "it stands here a second time" };
            bail!("it has position {}, and {expected} was to follow: {what}", line.position);
        }
        let (epoch, group, stated) = (line.epoch, line.group, line.hash.clone());
        let commit = commit(line)?;
        let hash = hash_of(&commit, expected, epoch, group, &self.hash)?;
        ensure!(
            hexadecimal(&hash) == stated,
            "its hash is not the one of this commit after the one before it: it was changed, or is of another journal"
        );
        (self.commits, self.hash) = (self.commits + 1, hash);
        Ok(Some(commit))
    }

    fn end(&mut self, end: &End) -> anyhow::Result<()> {
        let (commits, before) = (end.commits, self.commits);
        ensure!(
            commits <= before,
            "the export has {commits} commits, and {before} stand before its end: lines are missing"
        );
        ensure!(
            commits == before,
            "the export has {commits} commits, and {before} stand before its end: it was changed"
        );
        ensure!(
            end.hash == hexadecimal(&self.hash),
            "the commit before the end is not the last of this export: it was changed"
        );
        self.has_ended = true;
        Ok(())
    }
}

/// As the journal has made it.
fn hash_of(commit: &Commit, at: Position, epoch: u64, group: Position, before: &Hash) -> anyhow::Result<Hash> {
    let mut bytes = codec::encode(commit)?;
    let unsealed = Arc::get_mut(&mut bytes).expect("nobody else has it");
    Ok(codec::seal(unsealed, at, epoch, group, before))
}

fn commit(line: Line) -> anyhow::Result<Commit> {
    let time: jiff::Timestamp = line.time.parse().with_context(|| format!("time {:?}", line.time))?;
    let commands = line.commands.iter().map(record).collect::<anyhow::Result<_>>()?;
    let commit = Commit {
        stream: line.stream,
        first_version: line.first_version,
        time: Timestamp::from(time),
        commands,
        events: line.events,
    };
    let sound = commit.check();
    ensure!(sound.is_ok(), "{}", sound.expect_err("it is not ok"));
    Ok(commit)
}

fn record(line: &CommandLine) -> anyhow::Result<CommandRecord> {
    let id = u128::from_str_radix(&line.id, 16).with_context(|| format!("command id {:?}", line.id))?;
    let fingerprint = u64::from_str_radix(&line.fingerprint, 16);
    let fingerprint = fingerprint.with_context(|| format!("fingerprint {:?}", line.fingerprint))?;
    Ok(CommandRecord { id: CommandId(id), fingerprint: Fingerprint(fingerprint), events: line.events })
}
