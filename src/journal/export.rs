//! An export: a commit a line, and a last line that proves it to be whole. One that was cut off has no such line, one
//! that was put together has a line that does not fit. Reading one back is the business of `import`.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::Record;
use super::codec::{HASH_OF_NOTHING, Hash};
use super::line::{Line, hexadecimal};

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndLine {
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The lines before this one.
    pub commits: u64,
    /// Of the last of them, as it has it; 64 zeros where there is none.
    pub hash: String,
}

/// Writes the lines, and minds what the last one must say.
pub struct Exporter {
    commits: u64,
    hash: Hash,
}

impl Default for Exporter {
    fn default() -> Self {
        Self { commits: 0, hash: HASH_OF_NOTHING }
    }
}

impl Exporter {
    pub fn commits(&self) -> u64 {
        self.commits
    }

    pub fn write(&mut self, record: &Record, out: &mut impl Write) -> io::Result<()> {
        write_line(&Line::of(record), out)?;
        (self.commits, self.hash) = (self.commits + 1, record.hash);
        Ok(())
    }

    /// After the last commit.
    pub fn finish(self, out: &mut impl Write) -> io::Result<()> {
        let end = End { commits: self.commits, hash: hexadecimal(&self.hash) };
        write_line(&EndLine { end }, out)
    }
}

fn write_line(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
