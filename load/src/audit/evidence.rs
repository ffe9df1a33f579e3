//! All that is known of a run, as it was written down.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::journal::{self, Commit};
use crate::history::{Call, Fault, RunDirectory, Setup};

#[derive(Clone, Debug)]
pub struct Evidence {
    pub setup: Setup,
    pub calls: Vec<Call>,
    /// Of all streams, the setup's and others'.
    pub commits: Vec<Commit>,
    pub faults: Vec<Fault>,
}

impl Evidence {
    /// `export`: a file other than the run's own.
    pub fn read(directory: &RunDirectory, export: Option<&Path>) -> Result<Self> {
        let file = export.map_or_else(|| directory.export(), Path::to_owned);
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read the export {}", file.display()))?;
        let commits = journal::read(&text).with_context(|| format!("in {}", file.display()))?;
        Ok(Self { setup: directory.setup()?, calls: directory.calls()?, commits, faults: directory.faults()? })
    }
}
