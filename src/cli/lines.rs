//! A line of an export made a commit again.

use anyhow::{Context, ensure};

use crate::domain::{CommandId, Fingerprint, Timestamp};
use crate::journal::line::{CommandLine, Line};
use crate::journal::{CommandRecord, Commit};

/// The commit, as it was. Its record will have another epoch, and so another hash.
pub fn commit(line: Line) -> anyhow::Result<Commit> {
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
