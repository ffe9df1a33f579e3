//! The server that a run plays on: one of its own, or one that was there already.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};

use super::RunArguments;
use crate::history::RunDirectory;
use crate::http::Target;
use crate::server::{Office, ServerCommand, ServerProcess};

const READY_WITHIN: Duration = Duration::from_secs(60);

pub struct Stage {
    pub target: Target,
    /// `None`: not ours to start and stop. Shared with whoever harms it.
    pub process: Option<Arc<Mutex<ServerProcess>>>,
    data: Option<PathBuf>,
}

impl Stage {
    pub fn set(arguments: &RunArguments, directory: &RunDirectory) -> Result<Self> {
        let stage = match (&arguments.url, &arguments.key) {
            (Some(url), Some(key)) => Self { target: Target::parse(url, key)?, process: None, data: None },
            _ => Self::start(arguments, directory)?,
        };
        Office::new(stage.target.clone())?.wait_until_ready(READY_WITHIN)?;
        Ok(stage)
    }

    fn start(arguments: &RunArguments, directory: &RunDirectory) -> Result<Self> {
        let ours = arguments.data.is_none();
        let data = arguments.data.clone().unwrap_or_else(|| directory.file("data"));
        if ours && data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("cannot clear {}", data.display()))?;
        }
        let command = ServerCommand {
            binary: arguments.server.clone(),
            data: data.clone(),
            key: format!("load-{:016x}", arguments.seed),
            log: directory.file("server.log"),
            environment: arguments.settings.clone(),
        };
        let process = command.start()?;
        let target = process.target.clone();
        Ok(Self { target, process: Some(Arc::new(Mutex::new(process))), data: ours.then_some(data) })
    }

    /// Stops a server of our own in good order, and says how to run commands on its data.
    pub fn strike(self) -> Result<Option<(ServerCommand, Option<PathBuf>)>> {
        let Some(process) = self.process else { return Ok(None) };
        let process = Arc::into_inner(process).context("someone still holds the server")?;
        let process = process.into_inner().map_err(|_| anyhow::anyhow!("a thread that held the server panicked"))?;
        Ok(Some((process.stop()?, self.data)))
    }
}
